// One record in a spool file: a line `<crc32> <bytes> <sinks> <json>`. The checksum is of all that follows it, so that
// a torn or damaged line is never taken for a record.
import { crc32 } from 'node:zlib';

const CRC_DIGITS = 8;
/** Where what is summed begins. */
const REST_AT = CRC_DIGITS + 1;
const NEWLINE = 0x0a;
const NO_SINK = '-';

export interface Frame {
  /** Ids of the sinks that the record is for. */
  sinks: readonly string[];
  /** The record, as JSON without line breaks. */
  json: string;
}

export type Decoded =
  | { kind: 'frame'; frame: Frame; next: number }
  /** A whole line that is not what was written; reading goes on after it. */
  | { kind: 'damaged'; next: number }
  /** The line has no end yet. */
  | { kind: 'torn' };

/** @param sinks ids without spaces and commas */
export function encodeFrame({ sinks, json }: Frame): Buffer {
  const rest = `${Buffer.byteLength(json)} ${sinks.join(',') || NO_SINK} ${json}\n`;
  const bytes = Buffer.allocUnsafe(REST_AT + Buffer.byteLength(rest));
  bytes.write(rest, REST_AT);
  bytes.write(`${checksum(bytes.subarray(REST_AT, -1))} `, 0, 'latin1');
  return bytes;
}

/** Reads the line that begins at `from`. */
export function decodeFrame(bytes: Buffer, from: number): Decoded {
  const end = bytes.indexOf(NEWLINE, from);
  if (end < 0) return { kind: 'torn' };
  const next = end + 1;
  const rest = bytes.subarray(from + REST_AT, end);
  if (bytes.toString('latin1', from, from + REST_AT) !== `${checksum(rest)} `)
    return { kind: 'damaged', next };
  const [, length, sinks, json] = /^(\d+) (\S+) (.*)$/s.exec(rest.toString('utf8')) ?? [];
  if (json === undefined || Buffer.byteLength(json) !== Number(length)) return { kind: 'damaged', next };
  return { kind: 'frame', frame: { sinks: sinks === NO_SINK ? [] : sinks!.split(','), json }, next };
}

const checksum = (data: string | Buffer): string => crc32(data).toString(16).padStart(CRC_DIGITS, '0');
