// What the formats call their fields, held against what they read: a key that is read and not known could come in
// another case unseen.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { countChat } from '../../../kong/llm/chat-tokens.ts';
import { type Fields, fields } from '../../../kong/llm/fields.ts';
import type { Format } from '../../../kong/llm/format.ts';
import { anthropicOutbound } from '../../../kong/llm/formats/anthropic/outbound.ts';
import { bedrockOutbound } from '../../../kong/llm/formats/bedrock/outbound.ts';
import { cohereOutbound } from '../../../kong/llm/formats/cohere/outbound.ts';
import { geminiOutbound } from '../../../kong/llm/formats/gemini/outbound.ts';
import { ENDPOINTS } from '../../../kong/llm/formats/index.ts';
import { openaiChat } from '../../../kong/llm/formats/openai-chat/format.ts';
import { openaiChatOf } from '../../../kong/llm/formats/openai-chat/outbound.ts';
import { QUIRKS } from '../../../kong/llm/formats/openai-chat/quirks.ts';
import { perplexityOutbound } from '../../../kong/llm/formats/perplexity/outbound.ts';

type Bag = Record<string, unknown>;

/** What a type may be is compared to literals by the code that reads it. */
const SOURCES = 'kong/llm/formats';
const LITERALS = [
  ...new Set(
    readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap(
        (file) =>
          readFileSync(join(SOURCES, file), 'utf8').match(/(?<=(?:case|[!=]==) ')[a-z_]+(?=')/g) ?? [],
      ),
  ),
];
/** Bodies for each type. Chat has many readers, and needs no luck to get past what others refuse at once. */
const roundsOf = ({ name }: Format): number => (name === 'openai-chat' ? 10 : 60);
const ROLES = ['user', 'assistant', 'system', 'developer', 'tool', 'function', 'model'];

/** The same numbers on every run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A body that has some of the fields, fewer the deeper they are, and in them some of what may be there. */
function bodyOf(known: Fields, type: string, below: (limit: number) => number, depth = 0): Bag {
  const one = <T>(of: readonly T[]): T => of[below(of.length)]!;
  const fill = (name: string): unknown => {
    const nested = known.get(name);
    if (name === 'role') return one(ROLES);
    if (name === 'type') return one([type, type, one(LITERALS)]);
    if (!nested) return one(['a', 7, true, { a: 'b' }, ['a'], [{ a: 'b' }]]);
    if (depth > 3) return 'a';
    const inner = bodyOf(nested, type, below, depth + 1);
    return one(['a', inner, [inner], [inner]]);
  };
  // Every other body has few fields at its top: some are refused wherever the format's own maker is not asked.
  const few = depth === 0 && below(2) === 0;
  const names = known.names.filter((name) => name === 'type' || below(4 + depth) > (few ? 2 : depth));
  return Object.fromEntries(names.map((name) => [name, fill(name)]));
}

/** What is asked of a value to find out what it is. */
const ASKED: ReadonlySet<string> = new Set(
  [Object, Array, String].flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype)).concat('toJSON'),
);

/** The same, telling `unknown` of each key that is read and is none of the fields. */
function watched(value: unknown, known: Fields, unknown: Set<string>, at = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => watched(item, known, unknown, at));
  if (value === null || typeof value !== 'object') return value;
  const inner = new Map<string, unknown>();
  for (const [name, item] of Object.entries(value)) {
    const nested = known.get(name);
    inner.set(name, nested ? watched(item, nested, unknown, `${at}${name}.`) : item);
  }
  return new Proxy(value, {
    get(target, name, receiver) {
      if (typeof name !== 'string') return Reflect.get(target, name, receiver);
      if (known.get(name) === undefined && !ASKED.has(name)) unknown.add(at + name);
      return inner.get(name);
    },
  });
}

const OUTBOUND = [
  ...Object.keys(QUIRKS).map((provider) => openaiChatOf(provider as keyof typeof QUIRKS)),
  anthropicOutbound,
  bedrockOutbound,
  cohereOutbound,
  geminiOutbound,
  perplexityOutbound,
];
const SAYING = { dropUnsupported: true, path: '/models/m:generateContent' };

/** All that reads a request. Most of these bodies are wrong: whatever is thrown at them is. */
function readersOf({ request, chat, common, name }: Format, known: Fields, unknown: Set<string>) {
  const readers: ((body: Bag) => unknown)[] = [
    request.check,
    (body) => request.model(body, ''),
    (body) => request.streams(body, ''),
    request.texts,
    request.attachments,
    (body) => chat?.toCommon(body, SAYING),
    (body) => common?.say(body, SAYING.path, SAYING),
  ];
  if (name !== 'openai-chat') return readers;
  // The common language: whoever says it in other words reads it.
  const inCommon = (body: Bag) => watched(chat!.toCommon(body, SAYING), known, unknown) as never;
  return [
    ...readers,
    (body: Bag) => countChat('m', body),
    ...OUTBOUND.flatMap((outbound) => [
      (body: Bag) => outbound.fromCommon(inCommon(body), SAYING),
      (body: Bag) => outbound.adjust?.(watched(body, known, unknown) as Bag, SAYING),
    ]),
  ];
}

function readBeyond(format: Format, known: Fields): string[] {
  const unknown = new Set<string>();
  const below = random(1);
  const readers = readersOf(format, known, unknown);
  for (let run = 0; run < roundsOf(format) * LITERALS.length; run += 1) {
    const type = LITERALS[run % LITERALS.length]!;
    const body = watched(bodyOf(known, type, below), known, unknown) as Bag;
    for (const read of readers) {
      try {
        read(body);
      } catch {}
    }
  }
  return [...unknown].sort();
}

it.each(
  ENDPOINTS.filter(({ format }) => format.media !== 'none').map(
    ({ format }) => [format.name, format] as const,
  ),
)('%s knows every key of a request that it reads', (_name, format) => {
  expect(readBeyond(format, format.request.fields)).toEqual([]);
});

it('would find a key that is read and not known', () => {
  const known = fields('model', { messages: fields('role', { content: fields('type') }) });
  expect(readBeyond(openaiChat, known)).toEqual(
    expect.arrayContaining(['tools', 'messages.tool_calls', 'messages.content.text', 'temperature']),
  );
});
