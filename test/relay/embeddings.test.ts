import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { dot } from '../../kong/llm/vector.ts';
import { EmbeddingsClient, EmbeddingsError, type EmbeddingsFailure } from '../../kong/relay/embeddings.ts';
import { embeddingsConfig } from '../../kong/relay/embeddings-config.ts';
import { createLog } from '../../kong/relay/log.ts';
import { parseConfig, toKongSchema } from '../../kong/schema/index.ts';

interface Call {
  path: string | undefined;
  headers: IncomingMessage['headers'];
  body: { model: string; input: string[]; dimensions?: number; encoding_format?: string };
}

type Reply = { status?: number; body: unknown } | 'hang' | 'break';

let server: Server;
let origin: string;
let calls: Call[];
let reply: (call: Call) => Reply;
let clients: EmbeddingsClient[];

/** A vector that tells its text. */
const raw = (text: string): number[] => [text.length, 1, 2];
const answer = ({ body }: Call): Reply => ({
  body: {
    data: body.input.map((text, index) => ({ index, embedding: raw(text) })).reverse(),
    usage: { prompt_tokens: body.input.join('').length },
  },
});

beforeEach(async () => {
  calls = [];
  clients = [];
  reply = answer;
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const call = { path: request.url, headers: request.headers, body: JSON.parse(text) };
    calls.push(call);
    const given = reply(call);
    if (given === 'hang') return;
    if (given === 'break') return void response.destroy();
    response.writeHead(given.status ?? 200, { 'content-type': 'application/json' });
    response.end(typeof given.body === 'string' ? given.body : JSON.stringify(given.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const client of clients) await client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  vi.unstubAllEnvs();
});

function connect(settings: Record<string, unknown> = {}): EmbeddingsClient {
  const config = parseConfig(embeddingsConfig, {
    url: `${origin}/v1/embeddings?v=1`,
    model: 'small',
    ...settings,
  });
  const client = new EmbeddingsClient(config, { log: createLog('silent') });
  clients.push(client);
  return client;
}

const failure = (embedding: Promise<unknown>): Promise<EmbeddingsFailure> =>
  embedding.then(
    () => expect.unreachable() as never,
    (error) => (error as EmbeddingsError).reason,
  );

describe('EmbeddingsClient', () => {
  it('asks for the text as the API documents and gives a vector of unit length', async () => {
    vi.stubEnv('KONG_AI_TEST_KEY', 'Bearer k1');
    const client = connect({ dimensions: 3, auth: { header_value: 'env://KONG_AI_TEST_KEY' } });
    const { vector, usage } = await client.embed('ab');
    expect(calls[0]).toMatchObject({
      path: '/v1/embeddings?v=1',
      headers: { authorization: 'Bearer k1' },
      body: { model: 'small', input: ['ab'], dimensions: 3, encoding_format: 'float' },
    });
    expect([...vector].map((x) => Math.round(x * 3000))).toEqual([2000, 1000, 2000]);
    expect(dot(vector, vector)).toBeCloseTo(1, 6);
    expect(usage).toEqual({ input: { total: 2 }, output: {} });
  });

  it('sends concurrent texts together, gives each its own vector, and shares the tokens out', async () => {
    const client = connect();
    const texts = ['a', 'bbb', 'cccccc'];
    const found = await Promise.all(texts.map((text) => client.embed(text)));
    expect(calls.map(({ body }) => body.input)).toEqual([texts]);
    expect(found.map(({ vector }) => Math.round(vector[0]! / vector[1]!))).toEqual([1, 3, 6]);
    expect(found.map(({ usage }) => usage)).toEqual(
      [1, 3, 6].map((total) => ({ input: { total }, output: {}, estimated: true })),
    );
  });

  it('sends no more than 16 texts in one call', async () => {
    const client = connect();
    await Promise.all(Array.from({ length: 40 }, (_, i) => client.embed(`text ${i}`)));
    expect(calls.map(({ body }) => body.input.length).toSorted()).toEqual([16, 16, 8]);
  });

  it('sends long texts in calls of their own, and each only once', async () => {
    const client = connect();
    const long = 'x'.repeat(60_000);
    await Promise.all([client.embed('short'), client.embed(long), client.embed(`${long}y`)]);
    expect(calls.map(({ body }) => body.input.map(({ length }) => length)).toSorted()).toEqual(
      [[5, 60_000], [60_001]].toSorted(),
    );
    calls.length = 0;
    await client.embed('z'.repeat(150_000));
    expect(calls).toHaveLength(1);
  });

  it('shares tokens of texts that are empty, too', async () => {
    reply = ({ body }) => ({
      body: { data: body.input.map((_, index) => ({ index, embedding: [1] })), usage: { total_tokens: 5 } },
    });
    const found = await Promise.all(['', 'a'].map((text) => connect().embed(text)));
    expect(found.map(({ usage }) => usage!.input.total)).toEqual([5, 5]);
    const client = connect();
    const both = await Promise.all(['', 'a'].map((text) => client.embed(text)));
    expect(both.map(({ usage }) => usage!.input.total)).toEqual([0, 5]);
  });

  it('reads answers without numbers in their order', async () => {
    reply = ({ body }) => ({ body: { data: body.input.map((text) => ({ embedding: raw(text) })) } });
    const client = connect();
    const found = await Promise.all(['a', 'bbb'].map((text) => client.embed(text)));
    expect(found.map(({ vector }) => Math.round(vector[0]! / vector[1]!))).toEqual([1, 3]);
  });

  it('asks once for the same text, whether at the same time or later', async () => {
    const client = connect();
    const [first, second] = await Promise.all([client.embed('a'), client.embed('a')]);
    const third = await client.embed('a');
    expect(calls).toHaveLength(1);
    expect(first.usage).toBeDefined();
    expect([second.usage, third.usage]).toEqual([undefined, undefined]);
    expect(third.vector).toBe(first.vector);
  });

  it('keeps no more vectors than its bytes allow', async () => {
    const client = connect({ cache_bytes: 2 * (12 + 150) });
    for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) await client.embed(text);
    expect(calls.map(({ body }) => body.input[0])).toEqual(['a', 'b', 'c', 'b']);
  });

  it('reads vectors in base64', async () => {
    const bytes = Buffer.alloc(8);
    bytes.writeFloatLE(3, 0);
    bytes.writeFloatLE(4, 4);
    reply = () => ({ body: { data: [{ index: 0, embedding: bytes.toString('base64') }] } });
    const { vector, usage } = await connect({ encoding_format: 'base64' }).embed('a');
    expect(calls[0]!.body.encoding_format).toBe('base64');
    expect([...vector].map((x) => x.toFixed(3))).toEqual(['0.600', '0.800']);
    expect(usage).toEqual({ input: {}, output: {} });
  });

  it('fails only the text that the model does not take', async () => {
    reply = (call) => (call.body.input.includes('too long') ? { status: 400, body: {} } : answer(call));
    const client = connect();
    const [good, bad, alsoGood] = await Promise.allSettled(
      ['a', 'too long', 'b'].map((text) => client.embed(text)),
    );
    expect([good!.status, bad!.status, alsoGood!.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it.each<[EmbeddingsFailure, Reply]>([
    ['auth', { status: 401, body: { error: 'key sk-secret is wrong' } }],
    ['rate_limited', { status: 429, body: {} }],
    ['rejected', { status: 404, body: {} }],
    ['server_error', { status: 503, body: {} }],
    ['server_error', { status: 302, body: {} }],
    ['bad_answer', { body: { data: [{ index: 0, embedding: 5 }] } }],
    ['bad_answer', { body: { data: [{ index: 7, embedding: [1] }] } }],
    ['bad_answer', { body: `{"data":[],"more":"${'x'.repeat(17 * 1024 * 1024)}"}` }],
    ['unreachable', 'break'],
    ['timeout', 'hang'],
    ['bad_answer', { body: 'no json' }],
    ['bad_answer', { body: { data: [] } }],
    ['bad_answer', { body: { data: [{ index: 0, embedding: [0, 0] }] } }],
    ['bad_answer', { body: { data: [{ index: 0, embedding: ['x'] }] } }],
    ['bad_answer', { body: { data: [{ index: 7, embedding: [1] }] } }],
  ])('says %s', async (reason, given) => {
    reply = () => given;
    const client = connect({ timeout: 1_500 });
    const error = await client.embed('some text').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EmbeddingsError);
    expect((error as EmbeddingsError).reason).toBe(reason);
    expect((error as Error).message).not.toMatch(/some text|sk-secret/);
  });

  it('refuses vectors of another length than it asked for', async () => {
    expect(await failure(connect({ dimensions: 4 }).embed('a'))).toBe('bad_answer');
  });

  it('says auth when the key cannot be read', async () => {
    expect(await failure(connect({ auth: { header_value: 'env://KONG_AI_NO_SUCH_KEY' } }).embed('a'))).toBe(
      'auth',
    );
    expect(calls).toHaveLength(0);
  });

  it('stops asking an endpoint that keeps failing', async () => {
    reply = () => ({ status: 500, body: {} });
    const client = connect();
    for (let i = 0; i < 5; i += 1) expect(await failure(client.embed(`${i}`))).toBe('server_error');
    expect(await failure(client.embed('more'))).toBe('unavailable');
    expect(calls).toHaveLength(5);
  });

  it('does not take texts that were rejected for a failing endpoint', async () => {
    reply = () => ({ status: 400, body: {} });
    const client = connect();
    for (let i = 0; i < 10; i += 1) expect(await failure(client.embed(`${i}`))).toBe('rejected');
  });

  it('lets a caller go without failing the others', async () => {
    const client = connect();
    const leaving = new AbortController();
    const left = failure(client.embed('a', leaving.signal));
    const stayed = client.embed('a');
    leaving.abort();
    expect(await left).toBe('aborted');
    expect((await stayed).vector).toHaveLength(3);
    expect(await failure(client.embed('b', leaving.signal))).toBe('aborted');
    expect(calls.map(({ body }) => body.input)).toEqual([['a']]);
  });

  it('fails at once when nobody listens', async () => {
    const client = connect({ url: 'http://127.0.0.1:1/embeddings' });
    expect(await failure(client.embed('a'))).toBe('unreachable');
  });
});

it('embeddingsConfig can be written as a schema of Kong', () => {
  expect(() => toKongSchema('x', z.object({ embeddings: embeddingsConfig }))).not.toThrow();
});
