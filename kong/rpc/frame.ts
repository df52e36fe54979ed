// Frames: a 4-byte little-endian length, then the bytes (Kong: kong/runloop/plugin_servers/rpc/pb_rpc.lua).
import { ProtocolError } from './wire.ts';

/** No message of this protocol comes near it; a larger length is garbage and would only eat memory. */
export const MAX_FRAME_BYTES = 32 * 1024 * 1024;

export const EMPTY_FRAME = Buffer.alloc(4);

export function frame(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(4 + bytes.length);
  out.writeUInt32LE(bytes.length, 0);
  bytes.copy(out, 4);
  return out;
}

/** Cuts a byte stream into frames, wherever the chunks are torn. */
export class FrameReader {
  private pending: Buffer = EMPTY;

  /** Calls `take` for each whole frame in order. Throws ProtocolError on an oversized length. */
  push(chunk: Buffer, take: (frame: Buffer) => void): void {
    let buffer = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    while (buffer.length >= 4) {
      const length = buffer.readUInt32LE(0);
      if (length > MAX_FRAME_BYTES) throw new ProtocolError('frame is too large');
      if (buffer.length < 4 + length) break;
      const body = buffer.subarray(4, 4 + length);
      buffer = buffer.subarray(4 + length);
      take(body);
    }
    this.pending = buffer;
  }
}

const EMPTY = Buffer.alloc(0);
