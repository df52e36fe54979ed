// Every chat format in, through its official client, times every chat format out: the real stage, over HTTP, whole and
// streamed. What is shown here is the table in the plugin's README: with MATRIX=write it is written, else compared.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fillSection } from '../../../kong/conf/generated.ts';
import { INBOUND_SUPPORT, OUTBOUND_SUPPORT } from '../../../kong/llm/formats/support.ts';
import {
  CALLS,
  CLIENTS,
  type ClientOf,
  MAX_TOKENS,
  STOP,
  SYSTEM,
  TOOL,
  type Wish,
} from '../../llm/formats/matrix/clients.ts';
import { type Asked, PROVIDERS } from '../../llm/formats/matrix/providers.ts';
import { type FakeUpstream, reply, sse, startUpstream } from '../../support/upstream/index.ts';
import { type Said, USAGE } from '../../support/upstream/said.ts';
import { startProxy, type TestProxy } from './support.ts';

const README = new URL('../../../plugins/ai-proxy/README.md', import.meta.url);
const MODEL = 'eu.anthropic.claude-sonnet-4-5';
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const ARGS = ['{"ci', 'ty":"Pa', 'ris"}'];

const COLUMNS = [
  'text',
  'tools',
  'parallel tools',
  'image',
  'JSON schema',
  'reasoning',
  'errors',
  'usage',
] as const;
type Column = (typeof COLUMNS)[number];

/** `client / provider / column / whole|streamed`, and how many of its tests have passed. */
const shown = new Map<string, number>();
const planned = new Map<string, number>();
const mark = (counts: Map<string, number>, key: string): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1);

let upstream: FakeUpstream;
let proxy: TestProxy;
let at: ClientOf;

beforeAll(async () => {
  upstream = await startUpstream();
});
beforeEach(() => upstream.clear());
afterEach(() => proxy?.close());
afterAll(() => upstream?.close());

/** OpenAI has the Responses API itself, and then nothing is translated: a provider that speaks no more than chat. */
const targetOf = (client: string, provider: string): string =>
  client === 'responses' && provider === 'openai' ? 'cerebras' : provider;

/** Fresh for each test: keys that were refused rest. */
async function route(provider: string): Promise<void> {
  const options = { base_url: `${upstream.url}/v1` };
  proxy = await startProxy({
    targets: [{ name: 'it', model: { provider, name: MODEL, options }, auth: { keys: ['sk-matrix'] } }],
    balancer: { retries: 0 },
  });
  at = { url: proxy.url, headers: proxy.headers() };
}

interface Feature {
  name: string;
  column: Column;
  wish: Partial<Wish>;
  said: Said;
  /** What the provider must have been asked. */
  asked?(asked: Asked): void;
}

const FEATURES: Feature[] = [
  {
    name: 'text',
    column: 'text',
    wish: {},
    said: { text: ['Hel', 'lo ', '–', ' 🌍'] },
    asked: (asked) => expect(asked).toMatchObject({ system: SYSTEM, maxTokens: MAX_TOKENS }),
  },
  { name: 'text cut short', column: 'text', wish: {}, said: { text: ['Hel'], finish: 'length' } },
  {
    name: 'tools',
    column: 'tools',
    wish: { tools: true },
    said: { text: ['Looking.'], tools: [{ id: 'call_a', name: TOOL.name, arguments: ARGS }] },
    asked: (asked) => expect(asked).toMatchObject({ tools: [TOOL.name], forced: TOOL.name }),
  },
  {
    name: 'parallel tools',
    column: 'parallel tools',
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
    column: 'tools',
    wish: { tools: true, loop: true },
    said: { text: ['Sunny.'] },
    asked(asked) {
      expect(asked.calls).toEqual(CALLS.map(({ args }) => args));
      expect(asked.results).toEqual(Object.fromEntries(CALLS.map(({ id, result }) => [id, result])));
    },
  },
  {
    name: 'image',
    column: 'image',
    wish: { image: PNG },
    said: { text: ['A dot.'] },
    asked: (asked) => expect(asked.image).toBe(PNG),
  },
  {
    name: 'JSON schema',
    column: 'JSON schema',
    wish: { schema: TOOL.schema },
    said: { text: ['{"city":', '"Paris"}'] },
    asked: (asked) => expect(asked.schema).toEqual(TOOL.schema),
  },
  {
    name: 'reasoning',
    column: 'reasoning',
    wish: { reasons: true },
    said: { reasoning: ['Let me ', 'think.'], text: ['Hel', 'lo'] },
    asked: (asked) => expect(asked.reasons).toBe(true),
  },
];

const cells = Object.entries(CLIENTS).flatMap(([clientName, client]) =>
  Object.entries(PROVIDERS).flatMap(([providerName, side]) =>
    [false, true].map((stream) => ({
      cell: `${clientName} client, ${providerName} provider, ${stream ? 'streamed' : 'whole'}`,
      clientName,
      providerName,
      client,
      side,
      stream,
    })),
  ),
);

describe.each(cells)('$cell', ({ client, side, stream, clientName, providerName }) => {
  const key = (column: Column): string =>
    [clientName, providerName, column, stream ? 'streamed' : 'whole'].join(' / ');
  for (const { column } of FEATURES) mark(planned, key(column));
  for (const column of ['usage', 'errors'] as const) mark(planned, key(column));

  const answer = (said: Said) =>
    stream
      ? sse(side.events(said), side.headers ? { headers: side.headers } : {})
      : reply(200, side.whole(said));

  beforeEach(() => route(targetOf(clientName, providerName)));

  test.each(FEATURES)('$name', async ({ column, wish, said, asked }) => {
    upstream.enqueue(answer(said));
    const heard = await client.ask(at, { model: MODEL, stream, ...wish });
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
    mark(shown, key(column));
  });

  test('usage', async () => {
    upstream.enqueue(answer({ text: ['hi'], reasoning: ['hm'] }));
    const { usage } = await client.ask(at, { model: MODEL, stream });
    const { reasoning, cached } = side.counts;
    expect(usage).toEqual({
      ...USAGE,
      reasoning: reasoning ? USAGE.reasoning : 0,
      cached: cached ? USAGE.cached : 0,
    });
    // As the stages see it.
    await expect.poll(() => proxy.exchanges.length).toBe(1);
    expect(proxy.exchanges[0]!.usage).toMatchObject({
      input: { total: USAGE.input, noCache: USAGE.input - USAGE.cached!, cacheRead: USAGE.cached },
      output: { total: USAGE.output, ...(reasoning ? { reasoning: USAGE.reasoning } : {}) },
    });
    mark(shown, key('usage'));
  });

  test('errors', async () => {
    const ask = () => client.ask(at, { model: MODEL, stream });
    const refused = async (status: number, words: string, asClient: object): Promise<void> => {
      await proxy.close();
      await route(targetOf(clientName, providerName));
      upstream.enqueue(reply(status, side.error(status, words)));
      await expect(ask()).rejects.toMatchObject(asClient);
    };
    await refused(429, 'Slow down.', { status: 429 });
    await refused(401, 'Bad key sk-1.', { status: 502, message: expect.not.stringContaining('sk-1') });
    await refused(500, 'Oops sk-1.', { status: 502, message: expect.not.stringContaining('sk-1') });
    const words = 'The prompt is too long.';
    await refused(400, words, { status: 400, message: expect.stringContaining(words) });
    mark(shown, key('errors'));
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
    for (let i = 0; i < 3; i += 1) await expect(client.ask(at, { model: MODEL, stream })).rejects.toThrow();
  });
});

const titles = (table: Record<string, { title: string }>, names: readonly string[]): string[] =>
  names.map((name) => Object.entries(table).find(([key]) => key.startsWith(name))![1].title);

function table(): string {
  const clients = titles(INBOUND_SUPPORT, ['openai-chat', 'anthropic', 'openai-responses', 'gemini']);
  const providers = titles(OUTBOUND_SUPPORT, Object.keys(PROVIDERS));
  const line = (row: string[]): string => `| ${row.join(' | ')} |`;
  const rows = Object.keys(CLIENTS).flatMap((client, c) =>
    Object.keys(PROVIDERS).map((provider, p) => [
      `${clients[c]} → ${providers[p]}`,
      ...COLUMNS.map((column) => {
        const ways = ['whole', 'streamed'].filter((way) => {
          const key = [client, provider, column, way].join(' / ');
          return shown.get(key) === planned.get(key);
        });
        if (ways.length === 0) return 'no';
        const uncounted = column === 'usage' && !PROVIDERS[provider]!.counts.reasoning;
        return (ways.length === 2 ? 'yes' : ways[0]!) + (uncounted ? '; reasoning not told apart' : '');
      }),
    ]),
  );
  const head = ['Client → provider', ...COLUMNS];
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

test('the table in the README is what was shown here', () => {
  const readme = readFileSync(README, 'utf8');
  const text = fillSection(readme, 'matrix', table());
  if (process.env.MATRIX === 'write') writeFileSync(README, text);
  else expect(readme).toBe(text);
});
