import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader, frame, MAX_FRAME_BYTES } from '../../kong/rpc/frame.ts';
import { ProtocolError } from '../../kong/rpc/wire.ts';

function read(chunks: readonly Buffer[]): string[] {
  const reader = new FrameReader();
  const bodies: string[] = [];
  for (const chunk of chunks) reader.push(chunk, (body) => bodies.push(body.toString('hex')));
  return bodies;
}

/** Cuts bytes at the given positions. */
function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...new Set(at.map((n) => n % (bytes.length + 1))), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

describe('frames', () => {
  const bodies = [Buffer.alloc(0), Buffer.from('a'), Buffer.alloc(300, 7), Buffer.alloc(0)];
  const wire = Buffer.concat(bodies.map(frame));
  const expected = bodies.map((body) => body.toString('hex'));

  it('are a little-endian length and the bytes', () => {
    expect(frame(Buffer.from('ab')).toString('hex')).toBe('020000006162');
  });

  it('come out whole when torn at any one byte', () => {
    for (let at = 0; at <= wire.length; at += 1) expect(read(cut(wire, [at]))).toEqual(expected);
  });

  it('come out whole when every byte comes alone', () => {
    expect(read(cut(wire, [...wire.keys()]))).toEqual(expected);
  });

  it('come out whole however they are torn', () => {
    const frames = fc.array(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)));
    fc.assert(
      fc.property(frames, fc.array(fc.nat()), (list, at) => {
        expect(read(cut(Buffer.concat(list.map(frame)), at))).toEqual(list.map((one) => one.toString('hex')));
      }),
    );
  });

  it('of an absurd length are refused before any of it is kept', () => {
    const head = Buffer.alloc(4);
    head.writeUInt32LE(MAX_FRAME_BYTES + 1);
    expect(() => read([head])).toThrow(ProtocolError);
    head.writeUInt32LE(MAX_FRAME_BYTES);
    expect(read([head])).toEqual([]);
  });
});
