// Server-sent events: bytes to events and back (https://html.spec.whatwg.org/multipage/server-sent-events.html).

import { Accumulator } from './accumulator.ts';

/** An event that did not end within this many bytes is not a model's answer. */
export const MAX_EVENT_BYTES = 16 * 1024 * 1024;

export class SseTooLarge extends Error {
  override name = 'SseTooLarge';
}

/**
 * One event. It keeps the bytes it came in, so that what nobody changes is passed on as it was; its text and JSON
 * are decoded when first asked for.
 */
export class SseEvent {
  /** The event's bytes with the blank line that ends it; undefined once it was changed. */
  raw: Buffer | undefined;
  private fields: { event: string | undefined; data: string } | undefined;
  private parsed: { value: unknown } | undefined;

  private constructor(raw: Buffer | undefined) {
    this.raw = raw;
  }

  static fromBytes(raw: Buffer): SseEvent {
    return new SseEvent(raw);
  }

  static of(data: string, event?: string): SseEvent {
    const made = new SseEvent(undefined);
    made.fields = { event, data };
    return made;
  }

  static ofJson(value: unknown, event?: string): SseEvent {
    const made = new SseEvent(undefined);
    made.parsed = { value };
    made.fields = { event, data: '' };
    made.touch();
    return made;
  }

  get event(): string | undefined {
    return this.read().event;
  }

  get data(): string {
    return this.read().data;
  }

  /** The data as JSON; undefined when it is none. Change it in place and call `touch`. */
  get json(): unknown {
    this.parsed ??= { value: parseJson(this.data) };
    return this.parsed.value;
  }

  /** After a change of `json`: the event is written anew. */
  touch(): void {
    this.read().data = JSON.stringify(this.json);
    this.raw = undefined;
  }

  toBytes(): Buffer {
    if (this.raw) return this.raw;
    const { event, data } = this.read();
    const name = event === undefined ? '' : `event: ${event}\n`;
    return Buffer.from(`${name}data: ${data.replace(LINE_END, '\ndata: ')}\n\n`);
  }

  private read(): { event: string | undefined; data: string } {
    this.fields ??= parseFields(this.raw!.toString('utf8'));
    return this.fields;
  }
}

const LINE_END = /\r\n|\r|\n/g;

function parseFields(text: string): { event: string | undefined; data: string } {
  let event: string | undefined;
  let data: string | undefined;
  for (const line of text.split(LINE_END)) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon);
    const value = line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'data') data = data === undefined ? value : `${data}\n${value}`;
    else if (name === 'event') event = value;
  }
  return { event, data: data ?? '' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const LF = 10;
const CR = 13;
const DATA = Buffer.from('data');
const BOM = Buffer.from('\ufeff');

/** Cuts bytes into events, wherever the chunks are torn; LF, CRLF or CR end a line. Comments are dropped. */
export class SseParser {
  private readonly pending = new Accumulator();
  /** How far `pending` was searched for the blank line. */
  private searched = 0;
  private first = true;
  private readonly onEvent: (event: SseEvent) => void;

  constructor(onEvent: (event: SseEvent) => void) {
    this.onEvent = onEvent;
  }

  /** @throws SseTooLarge */
  push(chunk: Buffer): void {
    this.pending.append(chunk);
    let from = this.searched;
    for (;;) {
      const end = blankLineEnd(this.pending.bytes, from);
      if (end < 0) break;
      this.emit(this.pending.take(end));
      from = 0;
    }
    const { length } = this.pending.bytes;
    if (length > MAX_EVENT_BYTES) throw new SseTooLarge();
    this.searched = Math.max(0, length - 3);
  }

  /** Bytes of an event that has not ended. A stream that closes with such a rest was cut off. */
  get rest(): number {
    return this.pending.bytes.length;
  }

  private emit(bytes: Buffer): void {
    const raw = this.first && bytes.subarray(0, BOM.length).equals(BOM) ? bytes.subarray(BOM.length) : bytes;
    this.first = false;
    // An event without data is a comment or a keep-alive: not dispatched, says the standard.
    if (hasData(raw)) this.onEvent(SseEvent.fromBytes(raw));
  }
}

/** A line begins with `data`; the word inside a comment is none. */
function hasData(raw: Buffer): boolean {
  for (let at = raw.indexOf(DATA); at >= 0; at = raw.indexOf(DATA, at + 1)) {
    const before = raw[at - 1];
    if (before === undefined || before === LF || before === CR) return true;
  }
  return false;
}

const CR_CR = Buffer.from('\r\r');

/** The index behind the first blank line at or after `from`, or -1. Native searches: chunks may be megabytes. */
function blankLineEnd(buffer: Buffer, from: number): number {
  const byLf = blankLineByLf(buffer, from);
  // No further than that: a chunk of a thousand events would be searched to its end a thousand times.
  const byCr = (byLf < 0 ? buffer : buffer.subarray(0, byLf)).indexOf(CR_CR, from);
  return byCr < 0 ? byLf : byCr + 2;
}

function blankLineByLf(buffer: Buffer, from: number): number {
  for (let at = buffer.indexOf(LF, from); at >= 0; at = buffer.indexOf(LF, at + 1)) {
    if (buffer[at + 1] === LF) return at + 2;
    if (buffer[at + 1] === CR && buffer[at + 2] === LF) return at + 3;
  }
  return -1;
}
