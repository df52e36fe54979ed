// google.protobuf.Value, Struct and ListValue, to and from plain JSON values.
// https://protobuf.dev/reference/protobuf/google.protobuf/#value
import { lengthDelimited, type Message, message, type Plain, ProtocolError, Reader } from './wire.ts';

/** Deeper nesting than any PDK value has; a bound, so that a hostile frame cannot exhaust the stack. */
const MAX_DEPTH = 64;

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const NULL = 1;
const NUMBER = 2;
const STRING = 3;
const BOOL = 4;
const STRUCT = 5;
const LIST = 6;
const FIELDS = 1;

export function encodeValue(value: unknown): Buffer {
  if (value === null || value === undefined) return Buffer.from([NULL * 8, 0]);
  if (typeof value === 'boolean') return Buffer.from([BOOL * 8, value ? 1 : 0]);
  if (typeof value === 'string') return lengthDelimited(STRING, Buffer.from(value));
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9);
    bytes[0] = NUMBER * 8 + 1;
    bytes.writeDoubleLE(value, 1);
    return bytes;
  }
  return Array.isArray(value)
    ? lengthDelimited(LIST, encodeList(value))
    : lengthDelimited(STRUCT, encodeStruct(value as Record<string, unknown>));
}

export function encodeList(values: unknown[]): Buffer {
  return Buffer.concat(values.map((value) => lengthDelimited(FIELDS, encodeValue(value))));
}

export function encodeStruct(struct: Record<string, unknown>): Buffer {
  return Buffer.concat(
    Object.entries(struct).map(([key, value]) =>
      lengthDelimited(
        FIELDS,
        Buffer.concat([lengthDelimited(1, Buffer.from(key)), lengthDelimited(2, encodeValue(value))]),
      ),
    ),
  );
}

export function decodeValue(bytes: Buffer, depth = 0): Json {
  if (depth > MAX_DEPTH) throw new ProtocolError('value is nested too deeply');
  const reader = new Reader(bytes);
  let value: Json = null;
  while (!reader.done) {
    const [no, wireType] = reader.tag();
    if (no === NUMBER && wireType === 1) value = reader.double();
    else if (no === STRING && wireType === 2) value = reader.bytes().toString('utf8');
    else if (no === BOOL && wireType === 0) value = reader.varint() !== 0;
    else if (no === STRUCT && wireType === 2) value = decodeStruct(reader.bytes(), depth + 1);
    else if (no === LIST && wireType === 2) value = decodeList(reader.bytes(), depth + 1);
    else reader.skip(wireType);
  }
  return value;
}

export function decodeList(bytes: Buffer, depth = 0): Json[] {
  return each(bytes, (item) => decodeValue(item, depth + 1));
}

export function decodeStruct(bytes: Buffer, depth = 0): Record<string, Json> {
  const entries = each(bytes, (item) => {
    const entry = Entry.decode(item);
    return [(entry.key as string) ?? '', decodeValue((entry.value as Buffer) ?? Buffer.alloc(0), depth + 1)];
  });
  return Object.fromEntries(entries) as Record<string, Json>;
}

const Entry = message({ key: [1, 'string'], value: [2, 'bytes'] });

function each<T>(bytes: Buffer, take: (item: Buffer) => T): T[] {
  const out: T[] = [];
  const reader = new Reader(bytes);
  while (!reader.done) {
    const [no, wireType] = reader.tag();
    if (no === FIELDS && wireType === 2) out.push(take(reader.bytes()));
    else reader.skip(wireType);
  }
  return out;
}

/** As nested messages of a field table: the plain side is the JSON value itself. */
export const Value: Message = wrap(encodeValue, decodeValue);
export const Struct: Message = wrap(
  (value) => encodeStruct(value as Record<string, unknown>),
  (bytes) => decodeStruct(bytes),
);
export const ListValue: Message = wrap(
  (value) => encodeList(value as unknown[]),
  (bytes) => decodeList(bytes),
);

function wrap(encode: (value: unknown) => Buffer, decode: (bytes: Buffer) => Json): Message {
  return { encode, decode: (bytes) => decode(bytes) as unknown as Plain };
}
