// Who gets a stream, and in which form: `response_streaming` in every format, and Gemini's JSON array.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ENDPOINTS } from '../../../kong/llm/formats/index.ts';
import { anthropicEvents, anthropicMessage } from '../../support/upstream/anthropic.ts';
import { geminiAnswer, geminiEvents } from '../../support/upstream/gemini.ts';
import { type FakeUpstream, reply, sse, startUpstream } from '../../support/upstream/index.ts';
import { PROMPT, readAll, startProxy, type TestProxy } from './support.ts';

let upstream: FakeUpstream;
let proxy: TestProxy;

beforeAll(async () => {
  upstream = await startUpstream();
});
beforeEach(() => upstream.clear());
afterEach(() => proxy?.close());
afterAll(() => upstream?.close());

async function route(provider: string, more: object = {}): Promise<void> {
  const options = { base_url: `${upstream.url}/v1` };
  const model = { provider, name: 'the-model', options };
  proxy = await startProxy({
    targets: [{ name: 'it', model, auth: { keys: ['k'] } }],
    balancer: { retries: 0 },
    ...more,
  });
}

const CONTENTS = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] };
const GEMINI = '/v1beta/models/m:streamGenerateContent';

/** Every format with streams: how a whole answer is asked for, and how a stream. */
const CLIENTS: [name: string, whole: [path: string, body: object], streamed: [path: string, body: object]][] =
  [
    [
      'openai-chat',
      ['/v1/chat/completions', { messages: PROMPT }],
      ['/v1/chat/completions', { messages: PROMPT }],
    ],
    ['openai-completions', ['/v1/completions', { prompt: 'Hi' }], ['/v1/completions', { prompt: 'Hi' }]],
    ['openai-responses', ['/v1/responses', { input: 'Hi' }], ['/v1/responses', { input: 'Hi' }]],
    [
      'anthropic',
      ['/v1/messages', { messages: PROMPT, max_tokens: 9 }],
      ['/v1/messages', { messages: PROMPT, max_tokens: 9 }],
    ],
    ['gemini', ['/v1beta/models/m:generateContent', CONTENTS], [GEMINI, CONTENTS]],
  ];

test('every format with streams is here', () => {
  const chats = ENDPOINTS.flatMap(({ format }) => (format.chat ? [format.name] : []));
  expect(CLIENTS.map(([name]) => name).sort()).toEqual(chats.sort());
});

/** Answers as it is asked: a provider of the client's own format, or of another. */
const PROVIDERS = ['anthropic', 'gemini'];

describe.each(PROVIDERS.flatMap((provider) => CLIENTS.map((client) => [provider, ...client] as const)))(
  'at %s, in the format %s',
  (provider, name, whole, streamed) => {
    const text = 'Hello there';
    const ask = async (streams: boolean) => {
      const [path, body] = streams ? streamed : whole;
      const asked = name === 'gemini' ? body : { model: 'm', ...body, stream: streams };
      const response = await proxy.post(asked, { path });
      const { text: said, broken } = await readAll(response);
      expect(broken).toBe(false);
      return { status: response.status, type: response.headers.get('content-type') ?? '', said };
    };
    const isStream = (type: string): boolean =>
      // Google’s streams are an array unless asked for otherwise.
      type.includes('event-stream') || (name === 'gemini' && type === 'application/json; charset=utf-8');

    beforeEach(() => {
      upstream.handle(({ path, json }) => {
        if (provider === 'gemini')
          return path.includes('stream')
            ? sse(geminiEvents({ text: [text] }))
            : reply(200, geminiAnswer({ text: [text] }));
        const streams = (json as { stream?: boolean }).stream === true;
        return streams ? sse(anthropicEvents({ text })) : reply(200, anthropicMessage({ text }));
      });
    });

    test.each(['allow', 'always'])('%s: a stream that was asked for', async (response_streaming) => {
      await route(provider, { response_streaming });
      const { status, type, said } = await ask(true);
      expect([status, isStream(type), said.includes(text)]).toEqual([200, true, true]);
    });

    test('allow, deny: a whole answer that was asked for', async () => {
      for (const response_streaming of ['allow', 'deny']) {
        await route(provider, { response_streaming });
        const { status, type, said } = await ask(false);
        expect([status, isStream(type), said.includes(text)]).toEqual([200, false, true]);
        await proxy.close();
      }
    });

    test('deny: no stream', async () => {
      await route(provider, { response_streaming: 'deny' });
      const { status, said } = await ask(true);
      expect(status).toBe(400);
      expect(said.toLowerCase()).toContain('streaming_denied');
      expect(upstream.requests).toEqual([]);
    });

    test('always: a stream in place of a whole answer', async () => {
      await route(provider, { response_streaming: 'always' });
      const { status, type, said } = await ask(false);
      expect([status, isStream(type), said.includes(text)]).toEqual([200, true, true]);
      const [{ path, json }] = upstream.requests as [(typeof upstream.requests)[number]];
      expect(path.includes('stream') || (json as { stream?: boolean }).stream).toBe(true);
    });
  },
);

test('always is for what is written: an embedding is whole all the same', async () => {
  await route('openai', { response_streaming: 'always' });
  upstream.enqueue(reply(200, { object: 'list', data: [] }));
  const response = await proxy.post({ model: 'e', input: 'x' }, { path: '/v1/embeddings' });
  expect([response.status, await response.json()]).toEqual([200, { object: 'list', data: [] }]);
  expect(upstream.requests[0]!.json).not.toHaveProperty('stream');
});

describe.each(PROVIDERS)('Gemini’s JSON array, from %s', (provider) => {
  const events = (): (string | Buffer)[] =>
    provider === 'gemini' ? geminiEvents({ text: ['Hel', 'lo'] }) : anthropicEvents({ text: ['Hel', 'lo'] });
  /** So many events, and the first text is out. */
  const FIRST_TEXT = provider === 'gemini' ? 1 : 4;
  interface Item {
    candidates?: { content?: { parts?: { text?: string }[] }; finishReason?: string }[];
    error?: { message: string };
  }
  const textOf = (items: Item[]): string =>
    items
      .map(({ candidates }) => candidates?.[0]?.content?.parts?.map(({ text }) => text).join('') ?? '')
      .join('');
  const finishOf = (items: Item[]) => items.at(-1)!.candidates?.[0]?.finishReason;

  beforeEach(() => route(provider));

  test('is one JSON text, unless events are asked for', async () => {
    upstream.handle(sse(events()));
    const response = await proxy.post(CONTENTS, { path: GEMINI });
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    const items = (await response.json()) as Item[];
    expect([textOf(items), finishOf(items)]).toEqual(['Hello', 'STOP']);
    const asked = await proxy.post(CONTENTS, { path: `${GEMINI}?alt=sse` });
    expect(asked.headers.get('content-type')).toContain('text/event-stream');
    expect(await asked.text()).toMatch(/^data: \{/);
    const other = await proxy.post(CONTENTS, { path: `${GEMINI}?alt=json` });
    expect(Array.isArray(await other.json())).toBe(true);
  });

  test('arrives item by item', async () => {
    upstream.enqueue(sse(events(), { hangAfter: FIRST_TEXT }));
    const controller = new AbortController();
    const response = await proxy.post(CONTENTS, { path: GEMINI, signal: controller.signal });
    let text = '';
    const decoder = new TextDecoder();
    const reader = response.body!.getReader();
    while (!text.includes('Hel'))
      text += decoder.decode((await reader.read()).value as Uint8Array, { stream: true });
    expect(text).toMatch(/^\[\{/);
    expect(() => JSON.parse(text)).toThrow();
    controller.abort();
    await reader.read().catch(() => {});
  });

  test('that breaks off has the error for its last item, and no end', async () => {
    upstream.enqueue(sse(events(), { cutAfter: FIRST_TEXT }));
    const { text, broken } = await readAll(await proxy.post(CONTENTS, { path: GEMINI }));
    expect(broken).toBe(true);
    expect(() => JSON.parse(text)).toThrow();
    const items = JSON.parse(`${text}]`) as Item[];
    expect(items.at(-1)!.error!.message).toContain('broke off');
  });
});
