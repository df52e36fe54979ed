import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_EVENT_BYTES, SseEvent, SseParser, SseTooLarge } from '../../kong/llm/sse.ts';
import { tear } from '../support/upstream/behaviour.ts';

type Seen = [event: string | undefined, data: string];

function parse(pieces: readonly Buffer[]): Seen[] {
  const seen: Seen[] = [];
  const parser = new SseParser((event) => seen.push([event.event, event.data]));
  for (const piece of pieces) parser.push(piece);
  expect(parser.rest).toBe(0);
  return seen;
}

const LINES = [
  ': a comment about data',
  '',
  'event: message',
  'data: {"text":"Grüße 👋🏽 日本"}',
  '',
  'id: 7',
  'data: one',
  'data: two',
  'data:three',
  'retry: 10',
  '',
  'event: nothing',
  '',
  'data: [DONE]',
  '',
  '',
];
const EXPECTED: Seen[] = [
  ['message', '{"text":"Grüße 👋🏽 日本"}'],
  [undefined, 'one\ntwo\nthree'],
  [undefined, '[DONE]'],
];

describe.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
])('a stream with %s', (_name, end) => {
  const bytes = Buffer.from(LINES.join(end));

  it('gives the same events when torn at any one byte', () => {
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(parse([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(EXPECTED);
    }
  });

  it('gives the same events when every byte comes alone', () => {
    expect(parse(tear(bytes, 'every-byte'))).toEqual(EXPECTED);
  });

  it('gives the same events however it is torn', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (at) => {
        expect(parse(tear(bytes, at))).toEqual(EXPECTED);
      }),
    );
  });

  it('may begin with a byte order mark, torn or not', () => {
    const marked = Buffer.concat([Buffer.from('\ufeff'), Buffer.from(`data: first${end}${end}`)]);
    expect(parse([marked])).toEqual([[undefined, 'first']]);
    expect(parse(tear(marked, 'every-byte'))).toEqual([[undefined, 'first']]);
  });
});

describe('an event', () => {
  it('that nobody changes keeps its bytes', () => {
    const raw = Buffer.from('id: 1\r\ndata:  {"a": 1}\r\n\r\n');
    let bytes: Buffer | undefined;
    new SseParser((event) => {
      void event.json;
      bytes = event.toBytes();
    }).push(raw);
    expect(bytes).toEqual(raw);
  });

  it('that was changed is written anew, with its name', () => {
    const event = SseEvent.fromBytes(Buffer.from('event: e\ndata: {"a":1}\n\n'));
    (event.json as { a: number }).a = 2;
    event.touch();
    expect(event.toBytes().toString()).toBe('event: e\ndata: {"a":2}\n\n');
  });

  it('with line ends of any kind in its data stays one event', () => {
    const [seen, ...more] = parse([SseEvent.of('a\nb\r\nc\rd\r\rdata: e').toBytes()]);
    expect(seen).toEqual([undefined, 'a\nb\nc\nd\n\ndata: e']);
    expect(more).toEqual([]);
  });

  it('that is no JSON has none, and does not throw', () => {
    expect(SseEvent.of('{"a":').json).toBeUndefined();
  });

  it('that never ends is refused before it fills the memory', () => {
    const parser = new SseParser(() => {});
    const chunk = Buffer.alloc(4 * 1024 * 1024, 'x');
    expect(() => {
      for (let bytes = 0; bytes <= MAX_EVENT_BYTES; bytes += chunk.length) parser.push(chunk);
    }).toThrow(SseTooLarge);
  });

  it('that is cut off is no event, and shows as a rest', () => {
    const seen: string[] = [];
    const parser = new SseParser((event) => seen.push(event.data));
    parser.push(Buffer.from('data: whole\n\ndata: half\n'));
    expect(seen).toEqual(['whole']);
    expect(parser.rest).toBeGreaterThan(0);
  });
});
