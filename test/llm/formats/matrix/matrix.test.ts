// Every chat format in, through its official client, times every chat format out: over HTTP, whole and streamed.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTranslatingRelay, type TranslatingRelay } from '../../../support/translating-relay.ts';
import { type FakeUpstream, reply, sse, startUpstream } from '../../../support/upstream/index.ts';
import { type Said, USAGE } from '../../../support/upstream/said.ts';
import { CALLS, CLIENTS, MAX_TOKENS, STOP, SYSTEM, TOOL, type Wish } from './clients.ts';
import { type Asked, PROVIDERS, type ProviderSide } from './providers.ts';

const MODEL = 'eu.anthropic.claude-sonnet-4-5';
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const ARGS = ['{"ci', 'ty":"Pa', 'ris"}'];

let upstream: FakeUpstream;
let relay: TranslatingRelay;
let provider: ProviderSide;

beforeAll(async () => {
  upstream = await startUpstream();
  relay = await startTranslatingRelay(() => ({ upstream: upstream.url, outbound: provider.outbound }));
});
beforeEach(() => upstream.clear());
afterAll(async () => {
  await relay?.close();
  await upstream?.close();
});

interface Feature {
  name: string;
  wish: Partial<Wish>;
  said: Said;
  /** What the provider must have been asked. */
  asked?(asked: Asked): void;
}

const FEATURES: Feature[] = [
  {
    name: 'text',
    wish: {},
    said: { text: ['Hel', 'lo ', '–', ' 🌍'] },
    asked: (asked) => expect(asked).toMatchObject({ system: SYSTEM, maxTokens: MAX_TOKENS }),
  },
  { name: 'text cut short', wish: {}, said: { text: ['Hel'], finish: 'length' } },
  {
    name: 'tools',
    wish: { tools: true },
    said: { text: ['Looking.'], tools: [{ id: 'call_a', name: TOOL.name, arguments: ARGS }] },
    asked: (asked) => expect(asked).toMatchObject({ tools: [TOOL.name], forced: TOOL.name }),
  },
  {
    name: 'parallel tools',
    wish: { tools: true },
    said: {
      tools: [
        { id: 'call_a', name: TOOL.name, arguments: ARGS },
        { id: 'call_b', name: TOOL.name, arguments: ['{"city":"Rome"}'] },
      ],
    },
  },
  {
    name: 'a tool loop',
    wish: { tools: true, loop: true },
    said: { text: ['Sunny.'] },
    asked(asked) {
      expect(asked.calls).toEqual(CALLS.map(({ args }) => args));
      expect(asked.results).toEqual(Object.fromEntries(CALLS.map(({ id, result }) => [id, result])));
    },
  },
  {
    name: 'image',
    wish: { image: PNG },
    said: { text: ['A dot.'] },
    asked: (asked) => expect(asked.image).toBe(PNG),
  },
  {
    name: 'JSON schema',
    wish: { schema: TOOL.schema },
    said: { text: ['{"city":', '"Paris"}'] },
    asked: (asked) => expect(asked.schema).toEqual(TOOL.schema),
  },
  {
    name: 'reasoning',
    wish: { reasons: true },
    said: { reasoning: ['Let me ', 'think.'], text: ['Hel', 'lo'] },
    asked: (asked) => expect(asked.reasons).toBe(true),
  },
];

const cells = Object.entries(CLIENTS).flatMap(([clientName, client]) =>
  Object.entries(PROVIDERS).flatMap(([providerName, side]) =>
    [false, true].map((stream) => ({
      cell: `${clientName} client, ${providerName} provider, ${stream ? 'streamed' : 'whole'}`,
      client,
      side,
      stream,
    })),
  ),
);

describe.each(cells)('$cell', ({ client, side, stream }) => {
  const answer = (said: Said) =>
    stream
      ? sse(side.events(said), side.headers ? { headers: side.headers } : {})
      : reply(200, side.whole(said));

  beforeEach(() => {
    provider = side;
  });

  test.each(FEATURES)('$name', async ({ wish, said, asked }) => {
    upstream.enqueue(answer(said));
    const heard = await client.ask(relay, { model: MODEL, stream, ...wish });
    expect(heard).toMatchObject({
      text: (said.text ?? []).join(''),
      reasoning: (said.reasoning ?? []).join(''),
      finish: said.finish ?? (said.tools ? 'tool_calls' : 'stop'),
    });
    expect(heard.tools.map(({ name, args }) => ({ name, args }))).toEqual(
      (said.tools ?? []).map((tool) => ({ name: tool.name, args: JSON.parse(tool.arguments.join('')) })),
    );
    const request = upstream.requests[0]!.json as Record<string, unknown>;
    asked?.(side.asked(request));
    if (client !== CLIENTS.responses) expect(side.asked(request).stop).toEqual(STOP);
  });

  test('usage', async () => {
    upstream.enqueue(answer({ text: ['hi'], reasoning: ['hm'] }));
    const { usage } = await client.ask(relay, { model: MODEL, stream });
    const { reasoning, cached } = side.counts;
    expect(usage).toEqual({
      ...USAGE,
      reasoning: reasoning ? USAGE.reasoning : 0,
      cached: cached ? USAGE.cached : 0,
    });
    // As the stages see it.
    expect(relay.exchanges.at(-1)!.usage).toMatchObject({
      input: { total: USAGE.input, noCache: USAGE.input - USAGE.cached!, cacheRead: USAGE.cached },
      output: { total: USAGE.output, ...(reasoning ? { reasoning: USAGE.reasoning } : {}) },
    });
  });

  test('errors', async () => {
    const ask = () => client.ask(relay, { model: MODEL, stream });
    upstream.enqueue(reply(429, side.error(429, 'Slow down.')), reply(401, side.error(401, 'Bad key sk-1.')));
    await expect(ask()).rejects.toMatchObject({ status: 429 });
    await expect(ask()).rejects.toMatchObject({ status: 502, message: expect.not.stringContaining('sk-1') });
    upstream.enqueue(reply(400, side.error(400, 'The prompt is too long.')));
    await expect(ask()).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('The prompt is too long.'),
    });
  });

  if (!stream) return;

  test('a stream that fails or breaks off never looks finished', async () => {
    const events = side.events({ text: ['Hel', 'lo'] });
    const headers = side.headers ? { headers: side.headers } : {};
    upstream.enqueue(
      sse([...events.slice(0, 3), side.failure], headers),
      sse(events, { ...headers, cutAfter: 2 }),
      sse(events.slice(0, 2), headers),
    );
    for (let i = 0; i < 3; i += 1)
      await expect(client.ask(relay, { model: MODEL, stream })).rejects.toThrow();
  });
});
