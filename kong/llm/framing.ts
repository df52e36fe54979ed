// How a provider cuts its stream into events, and the parsers for it. Whatever the framing, what comes out are events
// with JSON data, so that readers need not know it.
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { MAX_EVENT_BYTES, SseEvent, SseParser, SseTooLarge } from './sse.ts';

export type Framing = 'sse' | 'aws-event-stream';

export interface FrameParser {
  /** @throws SseTooLarge, or an Error when the bytes are not framed so. */
  push(chunk: Buffer): void;
  /** Bytes of an event that has not ended. */
  readonly rest: number;
}

export function frameParser(framing: Framing | undefined, onEvent: (event: SseEvent) => void): FrameParser {
  return framing === 'aws-event-stream' ? new AwsEventStreamParser(onEvent) : new SseParser(onEvent);
}

/** The content type says that a stream of this framing comes. */
export function isStreamType(framing: Framing | undefined, contentType: string): boolean {
  return contentType.includes(
    framing === 'aws-event-stream' ? 'application/vnd.amazon.eventstream' : 'text/event-stream',
  );
}

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

/** Total length, headers length, CRC of both. */
const PRELUDE_BYTES = 12;

/**
 * AWS event stream messages (https://smithy.io/2.0/aws/amazon-eventstream.html). An event's name is its `:event-type`;
 * an exception is an event named by its `:exception-type`, prefixed `exception:`.
 */
class AwsEventStreamParser implements FrameParser {
  private pending: Buffer[] = [];
  private bytes = 0;
  private readonly onEvent: (event: SseEvent) => void;

  constructor(onEvent: (event: SseEvent) => void) {
    this.onEvent = onEvent;
  }

  get rest(): number {
    return this.bytes;
  }

  push(chunk: Buffer): void {
    this.pending.push(chunk);
    this.bytes += chunk.length;
    let need = this.needed();
    if (this.bytes < need) return;
    let buffer = Buffer.concat(this.pending);
    while (buffer.length >= need && need > 0) {
      this.emit(buffer.subarray(0, need));
      buffer = buffer.subarray(need);
      need = messageLength(buffer);
    }
    this.pending = buffer.length > 0 ? [buffer] : [];
    this.bytes = buffer.length;
  }

  /** How many bytes must be there before anything can be done. */
  private needed(): number {
    if (this.bytes < PRELUDE_BYTES) return PRELUDE_BYTES;
    if (this.pending[0]!.length < 4) this.pending = [Buffer.concat(this.pending)];
    return messageLength(this.pending[0]!);
  }

  private emit(message: Buffer): void {
    const { headers, body } = codec.decode(message);
    const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
    const exception = headers[':exception-type']?.value ?? headers[':error-code']?.value;
    const name = exception === undefined ? headers[':event-type']?.value : `exception:${exception}`;
    this.onEvent(SseEvent.of(text, String(name ?? '')));
  }
}

/** @throws when no message can be that long. */
function messageLength(buffer: Buffer): number {
  if (buffer.length < 4) return PRELUDE_BYTES;
  const length = buffer.readUInt32BE(0);
  if (length > MAX_EVENT_BYTES) throw new SseTooLarge();
  if (length < PRELUDE_BYTES + 4) throw new Error('not an event stream message');
  return length;
}
