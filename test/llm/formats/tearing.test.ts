// Any tearing of an upstream stream yields the same chunks, and the same events for every client.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChatChunk, ChatRequest } from '../../../kong/llm/chat.ts';
import { ENDPOINTS } from '../../../kong/llm/formats/index.ts';
import { frameParser } from '../../../kong/llm/framing.ts';
import { tear } from '../../support/upstream/behaviour.ts';
import type { Said } from '../../support/upstream/said.ts';
import { PROVIDERS, type ProviderSide } from './matrix/providers.ts';

const SAID: Said = {
  reasoning: ['Let me ', 'think – ', '🤔'],
  text: ['Grüße ', '🌍', ' \n\n data: [DONE] \r\n'],
  tools: [
    { id: 'call_a', name: 'f', arguments: ['{"a":', '"ü"}'] },
    { id: 'call_b', name: 'g', arguments: ['{}'] },
  ],
};
const REQUEST = { model: 'm', messages: [], stream: true } as ChatRequest;

/** Made up by the reader, not said by the provider. */
const withoutMadeUp = (chunks: ChatChunk[]): unknown =>
  JSON.parse(
    JSON.stringify(chunks)
      .replace(/"(chatcmpl-|call_)[0-9a-f]{32}"/g, '"made-up"')
      .replace(/"created":\d+/g, '"created":0'),
  );

function read(side: ProviderSide, pieces: Buffer[]): { chunks: ChatChunk[]; whole: boolean } {
  const reader = side.outbound.toChunks(REQUEST);
  const chunks: ChatChunk[] = [];
  const parser = frameParser(side.outbound.framing, (event) => chunks.push(...reader.event(event)));
  for (const piece of pieces) parser.push(piece);
  return { chunks, whole: parser.rest === 0 && (reader.complete || reader.mayClose === true) };
}

const bytesOf = (side: ProviderSide): Buffer =>
  Buffer.concat(side.events(SAID).map((event) => Buffer.from(event as string)));

describe.each(Object.entries(PROVIDERS))('%s', (_name, side) => {
  const bytes = bytesOf(side);
  const untorn = read(side, [bytes]);

  test('untorn it says what was said', () => {
    const deltas = untorn.chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta));
    const joined = (field: 'content' | 'reasoning_content') =>
      deltas.map((delta) => delta[field] ?? '').join('');
    expect(joined('reasoning_content')).toBe(SAID.reasoning!.join(''));
    expect(joined('content')).toBe(SAID.text!.join(''));
    expect(untorn.whole).toBe(true);
  });

  test('torn anywhere it says the same', () => {
    const positions = fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 40 });
    fc.assert(
      fc.property(positions, (at) => {
        const torn = read(side, tear(bytes, at));
        expect(torn.whole).toBe(true);
        expect(withoutMadeUp(torn.chunks)).toEqual(withoutMadeUp(untorn.chunks));
      }),
      { numRuns: 60 },
    );
    expect(withoutMadeUp(read(side, tear(bytes, 'every-byte')).chunks)).toEqual(withoutMadeUp(untorn.chunks));
  });

  test('cut anywhere before its end it is not whole', () => {
    // After the finish reason a format may have no more than its usage to say, or nothing.
    const said = untorn.chunks.findIndex(({ choices }) => choices.some(({ finish_reason }) => finish_reason));
    expect(said).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (at) => {
        const cut = read(side, [bytes.subarray(0, at)]);
        const finished = cut.chunks.some(({ choices }) => choices.some(({ finish_reason }) => finish_reason));
        if (!finished) expect(cut.whole).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});

const writers = ENDPOINTS.flatMap(({ format }) => (format.chat ? [[format.name, format.chat] as const] : []));

test.each(writers)('%s: a writer’s events do not depend on how chunks are cut', (_name, chat) => {
  const { chunks } = read(PROVIDERS.openai!, [bytesOf(PROVIDERS.openai!)]);
  const textOf = (pieces: ChatChunk[]): string => {
    const writer = chat.fromChunks(REQUEST);
    const events = [...pieces.flatMap((chunk) => writer.chunk(chunk)), ...writer.end()];
    const format = ENDPOINTS.find((endpoint) => endpoint.format.chat === chat)!.format;
    const texts = new Map<string, string>();
    for (const event of events) {
      for (const slot of format.stream.deltas(event)) {
        if (!slot.repeat) texts.set(slot.channel, (texts.get(slot.channel) ?? '') + slot.text);
      }
    }
    return JSON.stringify([...texts.values()]);
  };
  const single = chunks.flatMap(splitText);
  expect(textOf(single)).toBe(textOf(chunks));
});

function splitText(chunk: ChatChunk): ChatChunk[] {
  const [choice] = chunk.choices;
  const text = choice?.delta.content;
  if (!choice || !text) return [chunk];
  return [...text].map((letter) => ({ ...chunk, choices: [{ ...choice, delta: { content: letter } }] }));
}
