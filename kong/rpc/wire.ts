// The Protocol Buffers wire format, as much of it as Kong's plugin protocol needs, driven by field tables.
// Written out because it runs several times per request: https://protobuf.dev/programming-guides/encoding/

/** Bytes that are not a valid message of this protocol. The connection that sent them is closed. */
export class ProtocolError extends Error {
  override name = 'ProtocolError';
}

export type Scalar = 'string' | 'bytes' | 'int' | 'bool' | 'double';
/** `[number, type]`, or `[number, type, 'repeated']`; a function is a nested message. */
export type Field = readonly [no: number, type: Scalar | Message, repeated?: 'repeated'];
export type Fields = Readonly<Record<string, Field>>;
export type Plain = Record<string, unknown>;

export interface Message {
  encode(value: Plain): Buffer;
  decode(bytes: Buffer): Plain;
}

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Builds a codec from a field table. Absent fields stay absent (proto3 does not send defaults). */
export function message(fields: Fields): Message {
  const byNumber = new Map<number, [string, Field]>();
  for (const [name, field] of Object.entries(fields)) byNumber.set(field[0], [name, field]);
  return {
    encode(value) {
      const parts: Buffer[] = [];
      for (const name in fields) {
        const field = fields[name]!;
        const item = value[name];
        if (item === undefined || item === null) continue;
        if (field[2]) for (const one of item as unknown[]) parts.push(encodeField(field, one));
        else parts.push(encodeField(field, item));
      }
      return Buffer.concat(parts);
    },
    decode(bytes) {
      const out: Plain = {};
      const reader = new Reader(bytes);
      while (!reader.done) {
        const [no, wireType] = reader.tag();
        const known = byNumber.get(no);
        if (!known) {
          reader.skip(wireType);
          continue;
        }
        const [name, [, type, repeated]] = known;
        const item = decodeField(reader, type, wireType);
        if (!repeated) out[name] = item;
        else if (Array.isArray(out[name])) out[name].push(item);
        else out[name] = [item];
      }
      return out;
    },
  };
}

function encodeField([no, type]: Field, value: unknown): Buffer {
  switch (type) {
    case 'int':
      return Buffer.concat([varint(no * 8 + VARINT), varint(value as number)]);
    case 'bool':
      return Buffer.concat([varint(no * 8 + VARINT), varint(value ? 1 : 0)]);
    case 'double': {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(value as number);
      return Buffer.concat([varint(no * 8 + FIXED64), bytes]);
    }
    case 'string':
      return lengthDelimited(no, Buffer.from(value as string));
    case 'bytes':
      return lengthDelimited(no, value as Buffer);
    default:
      return lengthDelimited(no, type.encode(value as Plain));
  }
}

function decodeField(reader: Reader, type: Scalar | Message, wireType: number): unknown {
  const expected = type === 'int' || type === 'bool' ? VARINT : type === 'double' ? FIXED64 : BYTES;
  if (wireType !== expected) throw new ProtocolError('field has an unexpected wire type');
  switch (type) {
    case 'int':
      return reader.varint();
    case 'bool':
      return reader.varint() !== 0;
    case 'double':
      return reader.double();
    case 'string':
      return reader.bytes().toString('utf8');
    case 'bytes':
      return reader.bytes();
    default:
      return type.decode(reader.bytes());
  }
}

export function lengthDelimited(no: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(no * 8 + BYTES), varint(bytes.length), bytes]);
}

/** A varint. Negative numbers take ten bytes, as int32 and int64 do in proto3. */
export function varint(value: number): Buffer {
  if (!Number.isSafeInteger(value)) throw new RangeError('not an integer that a varint can hold exactly');
  if (value < 0) return bigVarint(BigInt.asUintN(64, BigInt(value)));
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

function bigVarint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) + 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

export class Reader {
  private at = 0;
  private readonly buffer: Buffer;

  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  get done(): boolean {
    return this.at >= this.buffer.length;
  }

  tag(): [no: number, wireType: number] {
    const key = this.varint();
    const no = Math.floor(key / 8);
    if (no < 1) throw new ProtocolError('field number out of range');
    return [no, key % 8];
  }

  /** Safe up to 2^53; larger unsigned values lose precision, negative int64 values come out negative. */
  varint(): number {
    let value = 0;
    let factor = 1;
    const start = this.at;
    for (;;) {
      const byte = this.buffer[this.at];
      if (byte === undefined) throw new ProtocolError('varint is cut off');
      this.at += 1;
      if (this.at - start > 10) throw new ProtocolError('varint is too long');
      value += (byte & 127) * factor;
      if (byte < 128) break;
      factor *= 128;
    }
    return this.at - start < 10 ? value : this.signed(start);
  }

  private signed(start: number): number {
    let value = 0n;
    for (let i = 0; i < 10; i += 1) value |= BigInt(this.buffer[start + i]! & 127) << BigInt(7 * i);
    return Number(BigInt.asIntN(64, value));
  }

  double(): number {
    if (this.at + 8 > this.buffer.length) throw new ProtocolError('number is cut off');
    const value = this.buffer.readDoubleLE(this.at);
    this.at += 8;
    return value;
  }

  bytes(): Buffer {
    const length = this.varint();
    const end = this.at + length;
    if (length < 0 || end > this.buffer.length) throw new ProtocolError('field is cut off');
    const value = this.buffer.subarray(this.at, end);
    this.at = end;
    return value;
  }

  skip(wireType: number): void {
    if (wireType === VARINT) this.varint();
    else if (wireType === BYTES) this.bytes();
    else if (wireType === FIXED64 || wireType === FIXED32) {
      this.at += wireType === FIXED64 ? 8 : 4;
      if (this.at > this.buffer.length) throw new ProtocolError('field is cut off');
    } else throw new ProtocolError('unknown wire type');
  }
}
