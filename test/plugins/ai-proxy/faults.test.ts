// The fault matrix: what the client sees of each fault, alone and with a second target, and what the next attempt does.
import { createServer, type Socket } from 'node:net';
import { constants, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import {
  anthropicError,
  anthropicEvent,
  anthropicEvents,
  anthropicMessage,
} from '../../support/upstream/anthropic.ts';
import {
  type Answer,
  type Behaviour,
  compressed,
  cutAfterBytes,
  drip,
  type FakeUpstream,
  hangBeforeHeaders,
  raw,
  reply,
  reset,
  sse,
  startUpstream,
} from '../../support/upstream/index.ts';
import { openaiChat, openaiChatEvents, openaiError } from '../../support/upstream/openai.ts';
import { dataOf, PROMPT, readAll, startProxy, type TestProxy, target } from './support.ts';

let a: FakeUpstream;
let b: FakeUpstream;
let proxy: TestProxy | undefined;

beforeAll(async () => {
  [a, b] = await Promise.all([startUpstream(), startUpstream()]);
});
beforeEach(() => {
  a.clear();
  b.clear();
});
afterEach(() => proxy?.close());
afterAll(() => Promise.all([a.close(), b.close()]));

const TIMEOUTS = { connect: 2_000, first_token: 1_000, between_tokens: 1_000, total: 20_000 };
/** For 17 MiB in one event. */
const PATIENT = { first_token: 10_000, between_tokens: 10_000 };
const TEXT = ['Hel', 'lo'];
const events = openaiChatEvents({ text: TEXT }, { includeUsage: true });
const whole = openaiChat({ text: TEXT });
const good = (stream: boolean): Answer => (stream ? sse(events) : reply(200, whole));
const ask = (stream: boolean) => ({ model: 'm', messages: PROMPT, stream });

const errorEvent = `data: ${JSON.stringify(openaiError('overloaded', 'server_error'))}\n\n`;
const oversized = `data: {"x":"${'y'.repeat(17 * 1024 * 1024)}"}\n\n`;
const JSON_TYPE = { 'content-type': 'application/json' };

/** Some events, compressed and sent as they are, and then what no decoder reads. */
function brokenGzip(first: readonly string[]): Answer {
  const whole = sse([...first], { headers: { 'content-encoding': 'gzip' } });
  const bytes = gzipSync(first.join(''), { finishFlush: constants.Z_SYNC_FLUSH });
  return {
    ...whole,
    pieces: [bytes, Buffer.alloc(64, 0xff)].map((piece, i) => ({ bytes: piece, waitMs: 50 * i })),
  };
}

interface Fault {
  name: string;
  behaviour: (stream: boolean) => Behaviour;
  /** Takes so long to read that it must not be taken for silence. */
  timeouts?: Partial<typeof TIMEOUTS>;
  /** Only one of the two kinds of request has it. */
  only?: 'stream' | 'whole';
  status: number;
  code: string;
  /** Asked once more after a pause when there is nobody else. */
  again?: boolean;
  /** Another target is not asked. */
  final?: boolean;
}

const FAULTS: Fault[] = [
  { name: 'reset', behaviour: () => reset, status: 502, code: 'provider_unreachable', again: true },
  {
    name: 'not HTTP',
    behaviour: () => raw('SSH-2.0\r\n'),
    status: 502,
    code: 'provider_unreachable',
    again: true,
  },
  {
    name: 'silent before its head',
    behaviour: () => hangBeforeHeaders,
    status: 504,
    code: 'provider_timeout',
  },
  {
    name: 'silent before its first token',
    only: 'stream',
    behaviour: () => sse(events, { hangAfter: 1 }),
    status: 504,
    code: 'provider_timeout',
  },
  {
    name: 'silent inside a whole answer',
    only: 'whole',
    behaviour: () => ({ ...cutAfterBytes(reply(200, whole), 20), end: 'hang' }),
    status: 504,
    code: 'provider_timeout',
  },
  {
    name: 'cut before its first token',
    only: 'stream',
    behaviour: () => sse(events, { cutAfter: 1 }),
    status: 502,
    code: 'provider_unreachable',
    again: true,
  },
  {
    name: 'ended before its first token',
    only: 'stream',
    behaviour: () => sse(events.slice(0, 1)),
    status: 502,
    code: 'stream_interrupted',
    again: true,
  },
  {
    name: 'cut inside a whole answer',
    only: 'whole',
    behaviour: () => cutAfterBytes(reply(200, whole), 20),
    status: 502,
    code: 'provider_unreachable',
    again: true,
  },
  {
    name: 'an error as the first event',
    only: 'stream',
    behaviour: () => sse([errorEvent]),
    status: 502,
    code: 'provider_error',
    again: true,
  },
  {
    name: 'an error after an event without content',
    only: 'stream',
    behaviour: () => sse([events[0]!, errorEvent]),
    status: 502,
    code: 'provider_error',
    again: true,
  },
  {
    name: 'a 200 with an error body',
    behaviour: () => reply(200, openaiError('overloaded', 'server_error')),
    status: 502,
    code: 'provider_error',
    again: true,
  },
  ...[500, 502, 503, 504, 529].map((status) => ({
    name: `a ${status}`,
    behaviour: () => reply(status, openaiError('internal', 'server_error')),
    status: 502,
    code: 'provider_error',
    again: true,
  })),
  { name: 'a 408', behaviour: () => reply(408, openaiError('slow')), status: 504, code: 'provider_timeout' },
  ...[401, 402, 403].map((status) => ({
    name: `a ${status}`,
    behaviour: () => reply(status, openaiError('Incorrect API key sk-secret-1')),
    status: 502,
    code: 'provider_auth',
  })),
  {
    name: 'a 429 with Retry-After',
    behaviour: () => reply(429, openaiError('slow down'), { ...JSON_TYPE, 'retry-after': '7' }),
    status: 429,
    code: 'provider_rate_limited',
  },
  {
    name: 'a 429 without Retry-After',
    behaviour: () => reply(429, openaiError('slow down')),
    status: 429,
    code: 'provider_rate_limited',
    again: true,
  },
  {
    name: 'a web page',
    behaviour: () => reply(200, '<html>', { 'content-type': 'text/html' }),
    status: 502,
    code: 'provider_bad_answer',
    again: true,
  },
  {
    name: 'a redirect',
    behaviour: () => reply(302, '', { location: 'http://127.0.0.1:1/' }),
    status: 502,
    code: 'provider_bad_answer',
    again: true,
  },
  {
    name: 'invalid JSON',
    behaviour: () => reply(200, '{"id":', JSON_TYPE),
    status: 502,
    code: 'provider_bad_answer',
    again: true,
  },
  {
    name: 'invalid JSON in its first event',
    only: 'stream',
    behaviour: () => sse(['data: {"id":"x","choices":[{"del\n\n', ...events]),
    status: 502,
    code: 'provider_bad_answer',
    again: true,
  },
  {
    name: 'events of another content type',
    only: 'stream',
    behaviour: () => sse(events, { headers: { 'content-type': 'text/plain' } }),
    status: 502,
    code: 'provider_bad_answer',
    again: true,
  },
  {
    name: 'an image',
    behaviour: () => reply(200, Buffer.from([0x89, 0x50]), { 'content-type': 'image/png' }),
    status: 502,
    code: 'provider_bad_answer',
    again: true,
  },
  {
    name: 'nothing',
    behaviour: () => reply(200, '', JSON_TYPE),
    status: 502,
    code: 'provider_bad_answer',
    again: true,
  },
  {
    name: 'an oversized event',
    only: 'stream',
    behaviour: () => sse([oversized]),
    timeouts: PATIENT,
    status: 502,
    code: 'provider_bad_answer',
    again: true,
  },
  {
    name: 'an unknown encoding',
    behaviour: () => reply(200, whole, { ...JSON_TYPE, 'content-encoding': 'snappy' }),
    status: 502,
    code: 'provider_bad_answer',
    again: true,
  },
  {
    name: 'a broken gzip body',
    behaviour: () => reply(200, 'not gzip', { ...JSON_TYPE, 'content-encoding': 'gzip' }),
    status: 502,
    code: 'provider_bad_answer',
    again: true,
  },
  {
    name: 'a decompression bomb',
    only: 'whole',
    behaviour: () => compressed('gzip', reply(200, ' '.repeat(70 * 1024 * 1024), JSON_TYPE)),
    status: 502,
    code: 'provider_bad_answer',
    again: true,
  },
  {
    name: 'a decompression bomb in one event',
    only: 'stream',
    behaviour: () => compressed('gzip', sse([`data: {"x":"${'y'.repeat(40 * 1024 * 1024)}"}\n\n`])),
    timeouts: { first_token: 10_000 },
    status: 502,
    code: 'provider_bad_answer',
    again: true,
  },
  {
    name: 'a decompression bomb as an error',
    behaviour: () => compressed('gzip', reply(500, ' '.repeat(40 * 1024 * 1024), JSON_TYPE)),
    timeouts: { first_token: 10_000 },
    status: 502,
    code: 'provider_error',
    again: true,
  },
  {
    name: 'a 400',
    behaviour: () => reply(400, openaiError('no such field')),
    status: 400,
    code: 'provider_rejected',
    final: true,
  },
  {
    name: 'a 422',
    behaviour: () => reply(422, openaiError('no such field')),
    status: 422,
    code: 'provider_rejected',
    final: true,
  },
  {
    name: 'a 404',
    behaviour: () => reply(404, openaiError('no such model')),
    status: 404,
    code: 'model_not_found',
    final: true,
  },
];

const CASES = FAULTS.flatMap((fault) =>
  (fault.only ? [fault.only === 'stream'] : [true, false]).map((stream) => ({
    ...fault,
    stream,
    label: `${fault.name}, ${stream ? 'streamed' : 'whole'}`,
  })),
);

describe.each(CASES)('$label', ({ behaviour, stream, status, code, again, final, timeouts }) => {
  test('alone: the client is told, and nothing of the provider’s secrets', async () => {
    a.handle(behaviour(stream));
    proxy = await startProxy({ targets: [target(a.url)], timeouts: { ...TIMEOUTS, ...timeouts } });
    const response = await proxy.post(ask(stream));
    const text = await response.text();
    expect([response.status, JSON.parse(text).error.code]).toEqual([status, code]);
    expect(text).not.toContain('sk-secret');
    expect(a.requests.length).toBe(again ? 2 : 1);
    expect(response.headers.get('x-ai-attempts')).toBe(String(a.requests.length));
    expect(proxy.exchanges[0]!.attempts.map((attempt) => attempt.code)).toEqual(a.requests.map(() => code));
    if (status === 429) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test(
    final ? 'with a second target: it is not asked' : 'with a second target: that one answers',
    async () => {
      a.handle(behaviour(stream));
      b.handle(good(stream));
      const targets = [target(a.url, { priority: 1 }), target(b.url)];
      proxy = await startProxy({ targets, timeouts: { ...TIMEOUTS, ...timeouts } });
      const response = await proxy.post(ask(stream));
      const { text, broken } = await readAll(response);
      expect(broken).toBe(false);
      expect(a.requests.length).toBe(1);
      if (final) {
        expect([response.status, b.requests.length]).toEqual([status, 0]);
        return;
      }
      expect(response.status, text).toBe(200);
      if (stream) expect(text.trimEnd().endsWith('[DONE]')).toBe(true);
      else expect(JSON.parse(text)).toEqual(whole);
      expect(response.headers.get('x-ai-target')).toBe(String(b.port));
      expect(response.headers.get('x-ai-attempts')).toBe('2');
      const [exchange] = proxy.exchanges;
      expect(exchange!.attempts).toMatchObject([
        { target: String(a.port), code },
        { target: String(b.port), status: 200 },
      ]);
      expect(exchange!.usage?.output.total).toBe(10);
    },
  );
});

describe.each([true, false])('connect refused, streamed: %s', (stream) => {
  async function nobody(): Promise<object> {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    await new Promise((resolve) => server.close(resolve));
    return target(`http://127.0.0.1:${port}`, { name: 'nobody', priority: 1 });
  }

  test('alone: it is tried once more, and the client is told', async () => {
    proxy = await startProxy({ targets: [await nobody()], timeouts: TIMEOUTS });
    const response = await proxy.post(ask(stream));
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'provider_unreachable' } });
    const codes = proxy.exchanges[0]!.attempts.map(({ code }) => code);
    expect(codes).toEqual(['provider_unreachable', 'provider_unreachable']);
  });

  test('with a second target: that one answers', async () => {
    b.handle(good(stream));
    proxy = await startProxy({ targets: [await nobody(), target(b.url)], timeouts: TIMEOUTS });
    const response = await proxy.post(ask(stream));
    expect([response.status, (await readAll(response)).broken, b.requests.length]).toEqual([200, false, 1]);
    expect(proxy.exchanges[0]!.attempts).toMatchObject([
      { target: 'nobody', code: 'provider_unreachable' },
      { target: String(b.port), status: 200 },
    ]);
  });
});

test('a connection that does not come about, TLS included, is a timeout of its own: the next target answers', async () => {
  const sockets: Socket[] = [];
  const mute = createServer((socket) => void sockets.push(socket));
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    mute.close();
  });
  const { port } = mute.address() as { port: number };
  b.handle(good(false));
  const silent = target(`https://127.0.0.1:${port}`, { name: 'mute', priority: 1 });
  // Were it the first token's timeout, this test would be over first.
  const timeouts = { ...TIMEOUTS, connect: 300, first_token: 60_000, total: 60_000 };
  proxy = await startProxy({ targets: [silent, target(b.url)], timeouts });
  expect((await proxy.post()).status).toBe(200);
  expect(proxy.exchanges[0]!.attempts).toMatchObject([
    { target: 'mute', code: 'provider_timeout' },
    { target: String(b.port), status: 200 },
  ]);
});

describe('after the first content nobody else is asked, and the client is told inside the stream', () => {
  const content = events.slice(0, 3);
  const tooLarge = sse([...content, oversized]);
  test.each<[string, Behaviour, string]>([
    ['cut', sse(events, { cutAfter: 3 }), 'stream_interrupted'],
    ['ended without its last event', sse(content), 'stream_interrupted'],
    ['an error event', sse([...content, errorEvent]), 'provider_error'],
    ['silence', sse(events, { hangAfter: 3 }), 'provider_timeout'],
    ['an oversized event', tooLarge, 'provider_bad_answer'],
    [
      'invalid JSON',
      sse([...content, 'data: {"id":"x","choi\n\n', ...events.slice(3)]),
      'provider_bad_answer',
    ],
    ['a broken gzip body', brokenGzip(content), 'provider_bad_answer'],
  ])('%s', async (_name, behaviour, code) => {
    a.handle(behaviour);
    b.handle(good(true));
    const targets = [target(a.url, { priority: 1 }), target(b.url)];
    const patience = behaviour === tooLarge ? PATIENT : {};
    proxy = await startProxy({ targets, timeouts: { ...TIMEOUTS, ...patience } });
    const { text, broken } = await readAll(await proxy.post(ask(true)));
    const data = dataOf(text);
    expect(data.at(-1)).toMatchObject({ error: { code, type: 'server_error' } });
    expect(text).not.toContain('[DONE]');
    expect([broken, b.requests.length]).toEqual([true, 0]);
    expect(proxy.exchanges[0]!.attempts).toMatchObject([{ target: String(a.port), status: 200, code }]);
  });
});

describe('what is odd but right passes', () => {
  test.each<[string, (stream: boolean) => Behaviour]>([
    ['dripped', (stream) => drip(good(stream), { size: 200, delayMs: 1 })],
    ['gzip', (stream) => compressed('gzip', good(stream))],
    ['brotli', (stream) => compressed('br', good(stream))],
    [
      'duplicate headers',
      (stream) => {
        const answer = good(stream);
        return {
          ...answer,
          headers: [...answer.headers, ['content-type', 'text/plain'], ['x-a', '1'], ['x-a', '2']],
        };
      },
    ],
  ])('%s', async (_name, behaviour) => {
    for (const stream of [true, false]) {
      a.handle(behaviour(stream));
      proxy = await startProxy({ targets: [target(a.url)], timeouts: TIMEOUTS });
      const response = await proxy.post(ask(stream));
      const { text, broken } = await readAll(response);
      expect([response.status, broken]).toEqual([200, false]);
      if (stream) expect(text.match(/"content":"(Hel|lo)"/g)).toHaveLength(2);
      else expect(JSON.parse(text)).toEqual(whole);
      expect(response.headers.get('x-a')).toBeNull();
      await proxy.close();
    }
  });

  test('a slow stream whose pauses are short outlasts the first-token timeout', async () => {
    const many = openaiChatEvents({ text: Array.from({ length: 12 }, (_, i) => `${i} `) });
    a.handle(sse(many, { delayMs: 60 }));
    proxy = await startProxy({ targets: [target(a.url)], timeouts: TIMEOUTS });
    const { text } = await readAll(await proxy.post(ask(true)));
    expect(text).toContain('[DONE]');
  });

  test('a whole answer where a stream was asked for becomes one', async () => {
    for (const [name, body] of [
      ['openai', openaiChat({ text: TEXT, toolCalls: [{ name: 'f', arguments: '{"a":1}' }] })],
      ['anthropic', anthropicMessage({ text: TEXT, toolUses: [{ name: 'f', input: '{"a":1}' }] })],
    ] as const) {
      a.handle(reply(200, body));
      proxy = await startProxy({
        targets: [target(a.url, {}, { provider: name, name: 'm' })],
        timeouts: TIMEOUTS,
      });
      const { text } = await readAll(await proxy.post(ask(true)));
      const chunks = dataOf(text) as unknown as {
        choices: { delta: { content?: string; tool_calls?: object[] }; finish_reason: string }[];
      }[];
      expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('Hello');
      expect(chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? [])).toMatchObject([
        { index: 0, function: { name: 'f' } },
      ]);
      expect(chunks.map(({ choices }) => choices[0]?.finish_reason).filter(Boolean)).toEqual(['tool_calls']);
      expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
      await proxy.close();
    }
  });

  test('a stream where a whole answer was asked for becomes one', async () => {
    for (const [name, stream] of [
      [
        'openai',
        openaiChatEvents(
          { text: TEXT, toolCalls: [{ name: 'f', arguments: ['{"a"', ':1}'] }] },
          { includeUsage: true },
        ),
      ],
      ['anthropic', anthropicEvents({ text: TEXT, toolUses: [{ name: 'f', input: ['{"a"', ':1}'] }] })],
    ] as const) {
      a.handle(sse(stream));
      proxy = await startProxy({
        targets: [target(a.url, {}, { provider: name, name: 'm' })],
        timeouts: TIMEOUTS,
      });
      const body = await (await proxy.post(ask(false))).json();
      expect(body).toMatchObject({
        object: 'chat.completion',
        choices: [
          {
            message: { content: 'Hello', tool_calls: [{ function: { name: 'f', arguments: '{"a":1}' } }] },
            finish_reason: 'tool_calls',
          },
        ],
        usage: { total_tokens: expect.any(Number) },
      });
      await proxy.close();
    }
  });
});

test('across formats: an error event of one provider, and the other answers in the client’s format', async () => {
  a.handle(
    sse([
      anthropicEvents({ text: TEXT })[0]!,
      anthropicEvent(anthropicError('overloaded_error', 'Overloaded')),
    ]),
  );
  b.handle(good(true));
  const targets = [target(a.url, { priority: 1 }, { provider: 'anthropic', name: 'claude' }), target(b.url)];
  proxy = await startProxy({ targets, timeouts: TIMEOUTS });
  const { text } = await readAll(await proxy.post(ask(true)));
  expect(text.match(/"content":"(Hel|lo)"/g)).toHaveLength(2);
  const [exchange] = proxy.exchanges;
  // The prompt was read before it failed: that is paid for.
  expect(exchange!.sideCalls).toMatchObject([
    { purpose: 'discarded', provider: 'anthropic', model: 'claude', usage: { input: { total: 25 } } },
  ]);
  expect(exchange!.attempts[0]!.usage?.input.total).toBe(25);
});

test.each(['openai', 'anthropic'])(
  'a part of a translated answer that cannot be read ends it, whole and streamed (%s)',
  async (provider) => {
    const said = provider === 'openai' ? events : anthropicEvents({ text: TEXT });
    const garbled = said.map((event, i) =>
      i === said.length - 3 ? event.replace(/\}\n\n$/, '\n\n') : event,
    );
    a.handle(sse(garbled));
    proxy = await startProxy({
      targets: [target(a.url, {}, { provider, name: 'm' })],
      balancer: { retries: 0 },
      timeouts: TIMEOUTS,
    });
    const messages = { model: 'm', max_tokens: 9, messages: PROMPT };
    const path = provider === 'openai' ? '/v1/messages' : '/v1/chat/completions';
    const { text, broken } = await readAll(await proxy.post({ ...messages, stream: true }, { path }));
    expect(broken).toBe(true);
    expect(text).toContain(provider === 'openai' ? '"type":"error"' : 'provider_bad_answer');
    expect((await proxy.post(messages, { path })).status).toBe(502);
  },
);

test('a client that leaves cancels the call that is under way, and nobody else is asked', async () => {
  a.handle(hangBeforeHeaders);
  b.handle(good(false));
  const targets = [target(a.url, { priority: 1 }), target(b.url)];
  proxy = await startProxy({ targets, timeouts: { ...TIMEOUTS, first_token: 20_000 } });
  const leave = new AbortController();
  onTestFinished(() => leave.abort());
  const gone = expect(proxy.post(ask(false), { signal: leave.signal })).rejects.toThrow();
  const request = await a.request(0);
  leave.abort();
  await gone;
  expect(await request.over).toBe(true);
  await expect.poll(() => proxy!.exchanges.length).toBe(1);
  expect(b.requests.length).toBe(0);
  expect(proxy.exchanges[0]!.attempts).toHaveLength(1);
});

test('a client that leaves while a whole answer is coming cancels it, and nobody else is asked', async () => {
  a.handle({ ...cutAfterBytes(reply(200, whole), 20), end: 'hang' });
  b.handle(good(false));
  const targets = [target(a.url, { priority: 1 }), target(b.url)];
  proxy = await startProxy({
    targets,
    timeouts: { ...TIMEOUTS, first_token: 20_000, between_tokens: 20_000 },
  });
  const leave = new AbortController();
  const gone = expect(proxy.post(ask(false), { signal: leave.signal })).rejects.toThrow();
  const request = await a.request(0);
  leave.abort();
  expect(await request.over).toBe(true);
  await gone;
  await expect.poll(() => proxy!.exchanges.length).toBe(1);
  expect(b.requests.length).toBe(0);
});

test('a client that leaves inside a stream cancels it', async () => {
  a.handle(sse(events, { hangAfter: 3 }));
  proxy = await startProxy({ targets: [target(a.url)], timeouts: { ...TIMEOUTS, between_tokens: 20_000 } });
  const leave = new AbortController();
  const response = await proxy.post(ask(true), { signal: leave.signal });
  await response.body!.getReader().read();
  leave.abort();
  expect(await (await a.request(0)).over).toBe(true);
});

test('the total timeout bounds all attempts and the stream', async () => {
  a.handle(sse(openaiChatEvents({ text: Array.from({ length: 200 }, () => 'x') }), { delayMs: 50 }));
  proxy = await startProxy({ targets: [target(a.url)], timeouts: { ...TIMEOUTS, total: 500 } });
  const { text, broken } = await readAll(await proxy.post(ask(true)));
  expect(dataOf(text).at(-1)).toMatchObject({ error: { code: 'provider_timeout' } });
  expect(broken).toBe(true);
});

test('when all targets fail the client gets a list of names and codes, and when to come back', async () => {
  a.handle(reply(500, openaiError('internal details sk-secret-1')));
  b.handle(reply(401, openaiError('bad key sk-secret-1')));
  const targets = [target(a.url, { name: 'first', priority: 1 }), target(b.url, { name: 'second' })];
  proxy = await startProxy({ targets, timeouts: TIMEOUTS });
  const response = await proxy.post();
  expect(response.status).toBe(502);
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  expect(error.code).toBe('targets_exhausted');
  expect(error.message).toBe(
    'No target could answer: first (provider_error), second (provider_auth), first (provider_error).',
  );
});
