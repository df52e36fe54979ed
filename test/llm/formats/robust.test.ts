// Bodies that are not as documented: a request is checked, refused or translated, an answer is read as far as it goes.
// Never does a translator throw anything but a TranslationError for what was checked before.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnswerBuilder } from '../../../kong/llm/answer-chunks.ts';
import type { ChatChunk, ChatRequest } from '../../../kong/llm/chat.ts';
import { ShapeError, TranslationError } from '../../../kong/llm/format.ts';
import { checkCommon } from '../../../kong/llm/formats/common-shape.ts';
import { ENDPOINTS } from '../../../kong/llm/formats/index.ts';
import { openaiChatOf } from '../../../kong/llm/formats/openai-chat/outbound.ts';
import { frameParser } from '../../../kong/llm/framing.ts';
import { SseEvent } from '../../../kong/llm/sse.ts';
import type { Said } from '../../support/upstream/said.ts';
import { PROVIDERS } from './matrix/providers.ts';
import { type Body, REQUESTS } from './samples.ts';

const OUTBOUNDS = [
  ...Object.values(PROVIDERS).map(({ outbound }) => outbound),
  openaiChatOf('mistral'),
  openaiChatOf('deepseek'),
];
const JUNK = [
  null,
  undefined,
  0,
  -1,
  1.5,
  '',
  'x',
  true,
  [],
  {},
  [null],
  [[]],
  ['x'],
  [{}],
  { type: 'text' },
  { type: 'image_url' },
  { a: { b: null } },
  // A part that is well formed, where none may be, and a name that every object has.
  [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }],
  'constructor',
  '__proto__',
];

/** Every place in a body, as a path. */
function places(value: unknown, path: string[] = []): string[][] {
  if (value === null || typeof value !== 'object') return [path];
  return [path, ...Object.keys(value).flatMap((key) => places((value as Body)[key], [...path, key]))];
}

function withJunk(body: unknown, path: string[], junk: unknown): unknown {
  const copy = structuredClone(body) as Body;
  let at: Body = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Body;
  const last = path.at(-1);
  if (last !== undefined) at[last] = junk;
  return copy;
}

function onlyTranslationErrors(step: () => void): void {
  try {
    step();
  } catch (error) {
    if (!(error instanceof TranslationError)) throw error;
    expect(error.message).not.toContain('undefined');
  }
}

function isShaped(common: ChatRequest): boolean {
  try {
    checkCommon(common);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(ShapeError);
    return false;
  }
}

const PATH = '/v1beta/models/m:generateContent';
/** What is refused whatever else is in the request would hide the rest. */
function sayable(name: string, body: Body): Body {
  if (name === 'openai-completions')
    return { model: 'm', prompt: ['x'], max_tokens: 9, stop: ['y'], user: 'u' };
  const { prompt: _, ...rest } = body;
  return JSON.parse(JSON.stringify(rest).replace('gs://x', 'https://x/a.pdf')) as Body;
}

const chats = REQUESTS.flatMap(([name, sample]) => {
  const body = sayable(name, sample);
  const found = ENDPOINTS.find(({ format }) => format.name === name)!.format;
  return found.chat ? [{ name, body, format: found, chat: found.chat }] : [];
});

describe.each(chats)('requests of $name', ({ body, format, chat }) => {
  const spoiled = fc.tuple(fc.constantFrom(...places(body).slice(1)), fc.constantFrom(...JUNK), fc.boolean());

  test('with something wrong in them', () => {
    let translated = 0;
    fc.assert(
      fc.property(spoiled, ([path, junk, dropUnsupported]) => {
        const wrong = JSON.parse(JSON.stringify(withJunk(body, path, junk))) as Body;
        format.request.texts(wrong);
        format.request.attachments(wrong);
        if (format.request.check(wrong)) return;
        for (const outbound of OUTBOUNDS) {
          onlyTranslationErrors(() => {
            const saying = { dropUnsupported, path: PATH };
            const common = { ...chat.toCommon(structuredClone(wrong), saying), model: 'claude-sonnet-4-5' };
            if (!isShaped(common)) return;
            JSON.stringify(outbound.fromCommon(common, saying));
            translated += 1;
          });
        }
      }),
      { numRuns: 400 },
    );
    expect(translated).toBeGreaterThan(0);
  });
});

const SAID: Said = {
  reasoning: ['hm'],
  text: ['x'],
  tools: [{ id: 'call_a', name: 'f', arguments: ['{"a":1}'] }],
};
const REQUEST = { model: 'm', messages: [], stream: true } as ChatRequest;

describe.each(Object.entries(PROVIDERS))('answers of %s', (_name, side) => {
  test('with something wrong in them are read as far as they go', () => {
    const whole = JSON.parse(JSON.stringify(side.whole(SAID)));
    fc.assert(
      fc.property(fc.constantFrom(...places(whole)), fc.constantFrom(...JUNK), (path, junk) => {
        const wrong = path.length === 0 ? junk : JSON.parse(JSON.stringify(withJunk(whole, path, junk)));
        if (wrong === null || typeof wrong !== 'object') return;
        const answer = side.outbound.toAnswer(wrong);
        for (const { chat } of chats) JSON.stringify(chat.fromAnswer(structuredClone(answer), REQUEST));
      }),
      { numRuns: 150 },
    );
  });

  test('streamed, too', () => {
    const collected: SseEvent[] = [];
    collect(side.outbound.framing, side.events(SAID), collected);
    const events = collected.map((event) => ({ name: event.event, body: event.json }));
    const spoiled = fc
      .integer({ min: 0, max: events.length - 1 })
      .chain((at) =>
        fc.tuple(fc.constant(at), fc.constantFrom(...places(events[at]!.body)), fc.constantFrom(...JUNK)),
      );
    fc.assert(
      fc.property(spoiled, ([at, path, junk]) => {
        const reader = side.outbound.toChunks(REQUEST);
        const writers = chats.map(({ chat }) => chat.fromChunks(REQUEST));
        const builder = new AnswerBuilder();
        for (const [i, { name, body }] of events.entries()) {
          const wrong = i !== at ? body : path.length === 0 ? junk : withJunk(body, path, junk);
          const chunks: ChatChunk[] = reader.event(
            SseEvent.of(JSON.stringify(wrong ?? null) ?? 'null', name),
          );
          for (const chunk of chunks) {
            builder.add(structuredClone(chunk));
            for (const writer of writers) writer.chunk(structuredClone(chunk));
          }
        }
        for (const writer of writers) writer.end();
        for (const { chat } of chats) chat.fromAnswer(builder.answer(), REQUEST);
      }),
      { numRuns: 80 },
    );
  });
});

function collect(
  framing: 'sse' | 'aws-event-stream' | undefined,
  events: (string | Buffer)[],
  into: SseEvent[],
): void {
  const parser = frameParser(framing, (event) => into.push(event));
  for (const event of events) parser.push(Buffer.from(event as string));
}
