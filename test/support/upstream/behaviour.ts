// What a fake provider can do with a request, as plain data: bytes, the pauses between them, and how it ends.
import { brotliCompressSync, gzipSync } from 'node:zlib';

export type Bytes = string | Buffer;

export interface Piece {
  bytes: Buffer;
  /** Pause before the piece, ms. */
  waitMs: number;
}

/** An HTTP answer. `finish` ends it well, `cut` destroys the socket without a terminator, `hang` keeps it open. */
export interface Answer {
  kind: 'answer';
  status: number;
  /** Sent as they are, in order; a name may come twice. */
  headers: [string, string][];
  pieces: Piece[];
  end: 'finish' | 'cut' | 'hang';
}

export type Behaviour =
  | Answer
  /** Reads the request and never answers. */
  | { kind: 'hang' }
  /** Resets the TCP connection before any byte of an answer. */
  | { kind: 'reset' }
  /** Writes bytes straight to the socket, which need not be HTTP, and closes it. */
  | { kind: 'raw'; bytes: Buffer };

export type Headers = Record<string, string | string[]>;

/** A whole answer: an object as JSON, text or bytes as they are. The given headers replace the default content type. */
export function reply(status: number, body: unknown = '', headers: Headers = {}): Answer {
  const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  const content = Buffer.from(bytes as string);
  return answer(status, [{ bytes: content, waitMs: 0 }], {
    'content-type': type,
    'content-length': String(content.length),
    ...headers,
  });
}

export interface SseOptions {
  status?: number;
  headers?: Headers;
  /** Pause before each piece, ms. */
  delayMs?: number;
  /** Where to tear the bytes into separate writes, counted over the whole stream. Default: one write per event. */
  tearAt?: number[] | 'every-byte';
  /** Destroys the socket after so many events, without a terminator. */
  cutAfter?: number;
  /** Stays silent and open after so many events. */
  hangAfter?: number;
}

/** A stream of server-sent events; every event brings its own `\n\n`. */
export function sse(events: Bytes[], options: SseOptions = {}): Answer {
  const { cutAfter, hangAfter, tearAt, delayMs = 0 } = options;
  const sent = events
    .slice(0, cutAfter ?? hangAfter ?? events.length)
    .map((event) => Buffer.from(event as string));
  const pieces = tearAt === undefined ? sent : tear(Buffer.concat(sent), tearAt);
  return {
    ...answer(
      options.status ?? 200,
      pieces.map((bytes) => ({ bytes, waitMs: delayMs })),
      { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', ...options.headers },
    ),
    end: cutAfter !== undefined ? 'cut' : hangAfter !== undefined ? 'hang' : 'finish',
  };
}

/** Cuts bytes at the given positions. Positions out of range cut nothing. */
export function tear(bytes: Buffer, at: number[] | 'every-byte'): Buffer[] {
  const positions = at === 'every-byte' ? Array.from(bytes.keys()) : [...at].sort((a, b) => a - b);
  const pieces: Buffer[] = [];
  let start = 0;
  for (const position of [...positions, bytes.length]) {
    if (position <= start || position > bytes.length) continue;
    pieces.push(bytes.subarray(start, position));
    start = position;
  }
  return pieces;
}

/** The same answer, `size` bytes at a time. */
export function drip(whole: Answer, { size = 1, delayMs = 1 } = {}): Answer {
  const bytes = bodyOf(whole);
  const positions = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => index * size);
  return { ...whole, pieces: tear(bytes, positions).map((piece) => ({ bytes: piece, waitMs: delayMs })) };
}

/** The same answer with its body compressed, in two writes. */
export function compressed(encoding: 'gzip' | 'br', whole: Answer): Answer {
  const bytes = (encoding === 'gzip' ? gzipSync : brotliCompressSync)(bodyOf(whole));
  const headers = whole.headers
    .filter(([name]) => name !== 'content-encoding')
    .map(([name, value]): [string, string] => [
      name,
      name === 'content-length' ? String(bytes.length) : value,
    ]);
  const pieces = tear(bytes, [bytes.length >> 1]).map((piece) => ({ bytes: piece, waitMs: 0 }));
  return { ...whole, headers: [...headers, ['content-encoding', encoding]], pieces };
}

/** The same answer, cut off after so many bytes of the body. */
export function cutAfterBytes(whole: Answer, count: number): Answer {
  return { ...whole, pieces: [{ bytes: bodyOf(whole).subarray(0, count), waitMs: 0 }], end: 'cut' };
}

/** The same behaviour after a pause. */
export function delayed(whole: Answer, waitMs: number): Answer {
  const [first = { bytes: Buffer.alloc(0), waitMs: 0 }, ...rest] = whole.pieces;
  return { ...whole, pieces: [{ ...first, waitMs: first.waitMs + waitMs }, ...rest] };
}

export const hangBeforeHeaders: Behaviour = { kind: 'hang' };
export const reset: Behaviour = { kind: 'reset' };
export const raw = (bytes: Bytes): Behaviour => ({ kind: 'raw', bytes: Buffer.from(bytes as string) });

function answer(status: number, pieces: Piece[], headers: Headers): Answer {
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name.toLowerCase(), one]),
  );
  return { kind: 'answer', status, headers: pairs, pieces, end: 'finish' };
}

function bodyOf(whole: Answer): Buffer {
  return Buffer.concat(whole.pieces.map(({ bytes }) => bytes));
}
