// OTLP in JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): ids in hex, 64-bit integers as text.
import { createHash } from 'node:crypto';

export type Attributes = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface KeyValue {
  key: string;
  value: object;
}

export function encodeAttributes(attributes: Attributes): KeyValue[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: encodeValue(value) }],
  );
}

function encodeValue(value: NonNullable<Attributes[string]>): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  return { arrayValue: { values: value.map((text) => ({ stringValue: text })) } };
}

/** @param ms since the epoch, with fractions */
export function nanos(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n);
}

/** The same for a record that is sent again: receivers see that they have the span. */
export function spanId(recordId: string, part: string): string {
  return createHash('sha256').update(`${recordId}/${part}`).digest('hex').slice(0, 16);
}
