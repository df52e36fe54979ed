// What a stage sees after `next()`: a whole answer, a stream of events, or bytes that nobody reads (audio, images).
import type { Readable } from 'node:stream';
import type { EventStream } from '../llm/stream.ts';

export type Answer = WholeAnswer | StreamAnswer | BytesAnswer;

export class WholeAnswer {
  readonly kind = 'whole';
  status: number;
  headers: Record<string, string>;
  private bytes: Buffer | undefined;
  private parsed: { value: unknown } | undefined;

  private constructor(status: number, headers: Record<string, string>) {
    this.status = status;
    this.headers = headers;
  }

  /** As the provider sent it: passed on byte for byte unless somebody changes `body`. */
  static ofBytes(status: number, headers: Record<string, string>, bytes: Buffer): WholeAnswer {
    const answer = new WholeAnswer(status, headers);
    answer.bytes = bytes;
    return answer;
  }

  static ofJson(status: number, body: unknown, headers: Record<string, string> = {}): WholeAnswer {
    const answer = new WholeAnswer(status, { 'content-type': 'application/json', ...headers });
    answer.parsed = { value: body };
    return answer;
  }

  /** The body as an object; `{}` when it is none. Change it in place and call `touch`. */
  get body(): Record<string, unknown> {
    this.parsed ??= { value: parse(this.bytes!) };
    const { value } = this.parsed;
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  }

  /** After a change of `body`: it is written anew. */
  touch(): void {
    this.parsed ??= { value: parse(this.bytes!) };
    this.bytes = undefined;
  }

  toBytes(): Buffer {
    this.bytes ??= Buffer.from(JSON.stringify(this.parsed?.value));
    return this.bytes;
  }
}

export interface StreamAnswer {
  readonly kind: 'stream';
  status: number;
  headers: Record<string, string>;
  stream: EventStream;
}

/** `content-type` is in the headers. */
export interface BytesAnswer {
  readonly kind: 'bytes';
  status: number;
  headers: Record<string, string>;
  stream: Readable;
}

/** For an answer that nobody will get: its provider must not go on producing it. */
export function discard(answer: Answer | undefined, reason: Error): void {
  if (answer?.kind === 'stream') answer.stream.cancel(reason);
  if (answer?.kind === 'bytes') answer.stream.destroy();
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
