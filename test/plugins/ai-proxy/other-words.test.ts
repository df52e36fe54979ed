// Endpoints besides chat at providers that have them in words of their own: what they are asked, and what the client reads.

import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PROVIDERS } from '../../../plugins/ai-proxy/providers/index.ts';
import { anthropicEvents, anthropicMessage } from '../../support/upstream/anthropic.ts';
import { cohereError } from '../../support/upstream/cohere.ts';
import { geminiAnswer } from '../../support/upstream/gemini.ts';
import { type FakeUpstream, reply, sse, startUpstream } from '../../support/upstream/index.ts';
import { startProxy, type TestProxy } from './support.ts';

let upstream: FakeUpstream;
let proxy: TestProxy;

beforeAll(async () => {
  upstream = await startUpstream();
});
beforeEach(() => upstream.clear());
afterEach(() => proxy?.close());
afterAll(() => upstream?.close());

async function route(provider: string, name: string, more: object = {}): Promise<void> {
  const options = { base_url: `${upstream.url}/v1` };
  // A token in place of Google's sign-in.
  const auth =
    provider === 'vertex' ? { header_name: 'authorization', header_value: 'Bearer t' } : { keys: ['k'] };
  proxy = await startProxy({ targets: [{ name: 'it', model: { provider, name, options }, auth }], ...more });
}

const openai = (): OpenAI =>
  new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: 'k', defaultHeaders: proxy.headers(), maxRetries: 0 });
const google = (): GoogleGenAI =>
  new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: proxy.url, headers: proxy.headers() } });

const asked = (): { path: string; json: unknown } => {
  const { path, json } = upstream.requests.at(-1)!;
  return { path, json };
};

interface Words {
  provider: string;
  model: string;
  path: string;
  /** Of two texts with two dimensions. */
  body: object;
  answer: object;
  tokens?: number;
}

const VECTORS = [
  [0.5, -1],
  [0.25, 2],
];

const EMBEDDINGS: Words[] = [
  {
    provider: 'gemini',
    model: 'gemini-embedding-001',
    path: '/v1/models/gemini-embedding-001:batchEmbedContents',
    body: {
      requests: ['a', 'b'].map((text) => ({
        model: 'models/gemini-embedding-001',
        content: { parts: [{ text }] },
        outputDimensionality: 2,
      })),
    },
    answer: { embeddings: VECTORS.map((values) => ({ values })) },
  },
  {
    provider: 'vertex',
    model: 'text-embedding-005',
    path: '/v1/publishers/google/models/text-embedding-005:predict',
    body: { instances: [{ content: 'a' }, { content: 'b' }], parameters: { outputDimensionality: 2 } },
    answer: {
      predictions: VECTORS.map((values) => ({ embeddings: { values, statistics: { token_count: 3 } } })),
    },
    tokens: 6,
  },
  {
    provider: 'cohere',
    model: 'embed-v4.0',
    path: '/v1/embed',
    body: {
      model: 'embed-v4.0',
      texts: ['a', 'b'],
      input_type: 'search_document',
      embedding_types: ['float'],
      output_dimension: 2,
    },
    answer: { id: 'x', embeddings: { float: VECTORS }, meta: { billed_units: { input_tokens: 4 } } },
    tokens: 4,
  },
  {
    provider: 'bedrock',
    model: 'cohere.embed-v4:0',
    path: '/v1/model/cohere.embed-v4%3A0/invoke',
    body: {
      texts: ['a', 'b'],
      input_type: 'search_document',
      embedding_types: ['float'],
      output_dimension: 2,
    },
    answer: { id: 'x', embeddings: { float: VECTORS } },
  },
  {
    provider: 'mistral',
    model: 'codestral-embed',
    path: '/v1/embeddings',
    body: { model: 'codestral-embed', input: ['a', 'b'], output_dimension: 2, encoding_format: 'float' },
    answer: {
      object: 'list',
      model: 'codestral-embed',
      data: VECTORS.map((embedding, index) => ({ object: 'embedding', index, embedding })),
      usage: { prompt_tokens: 5, total_tokens: 5 },
    },
    tokens: 5,
  },
  ...['openai', 'ollama', 'vllm', 'together', 'databricks', 'dashscope', 'openai-compatible'].map(
    (provider) => ({
      provider,
      model: 'e',
      path: '/v1/embeddings',
      body: { model: 'e', input: ['a', 'b'], dimensions: 2, encoding_format: 'float' },
      answer: {
        object: 'list',
        model: 'e',
        data: VECTORS.map((embedding, index) => ({ object: 'embedding', index, embedding })),
        usage: { prompt_tokens: 5, total_tokens: 5 },
      },
      tokens: 5,
    }),
  ),
];

describe.each(EMBEDDINGS)(
  'embeddings at $provider, $model',
  ({ provider, model, path, body, answer, tokens }) => {
    beforeEach(async () => {
      await route(provider, model);
      upstream.enqueue(reply(200, answer));
    });

    test('for OpenAI’s client', async () => {
      const { data, usage } = await openai().embeddings.create({
        model: 'client-model',
        input: ['a', 'b'],
        dimensions: 2,
        encoding_format: 'float',
      });
      expect(asked()).toEqual({ path, json: body });
      expect(data).toMatchObject(
        VECTORS.map((embedding, index) => ({ object: 'embedding', index, embedding })),
      );
      await expect.poll(() => proxy.exchanges.length).toBe(1);
      expect(proxy.exchanges[0]!.usage?.input.total).toBe(tokens);
      // What the provider does not count is not said to be nothing.
      expect(usage?.prompt_tokens).toBe(tokens);
    });

    test('for Google’s client', async () => {
      const { embeddings } = await google().models.embedContent({
        model: 'client-model',
        contents: ['a', 'b'],
        config: { outputDimensionality: 2 },
      });
      expect(embeddings?.map(({ values }) => values)).toEqual(VECTORS);
      expect(asked().path).toBe(path);
      expect(asked().json).toMatchObject(body);
    });
  },
);

describe('embeddings', () => {
  test('in the encoding that the client asks for: base64, as OpenAI’s library does when nobody says otherwise', async () => {
    await route('cohere', 'embed-v4.0');
    upstream.handle(({ json }) => {
      const { length } = (json as { texts: string[] }).texts;
      return reply(200, { embeddings: { float: VECTORS.slice(0, length) } });
    });
    const { data } = await openai().embeddings.create({ model: 'e', input: ['a', 'b'] });
    expect(data.map(({ embedding }) => embedding)).toEqual(VECTORS);
    const body = { model: 'e', input: 'a', encoding_format: 'base64' };
    const raw = (await (await proxy.post(body, { path: '/v1/embeddings' })).json()) as {
      data: { embedding: string }[];
    };
    expect(Buffer.from(raw.data[0]!.embedding, 'base64')).toEqual(
      Buffer.from(new Float32Array([0.5, -1]).buffer),
    );
  });

  test('what the texts are for is told where the provider wants to know', async () => {
    const body = { model: 'e', input: 'a', input_type: 'search_query' };
    await route('cohere', 'embed-v4.0');
    upstream.handle(reply(200, { embeddings: { float: [[1]] } }));
    await proxy.post(body, { path: '/v1/embeddings' });
    expect(asked().json).toMatchObject({ input_type: 'search_query' });
    await proxy.close();
    await route('gemini', 'gemini-embedding-001');
    upstream.handle(reply(200, { embeddings: [{ values: [1] }] }));
    await proxy.post(body, { path: '/v1/embeddings' });
    expect(asked().json).toMatchObject({ requests: [{ taskType: 'RETRIEVAL_QUERY' }] });
  });

  test('one content of Google’s, at Google and elsewhere', async () => {
    const path = '/v1beta/models/m:embedContent';
    const body = { model: 'models/m', content: { parts: [{ text: 'a' }] }, taskType: 'RETRIEVAL_QUERY' };
    await route('gemini', 'gemini-embedding-001');
    upstream.enqueue(reply(200, { embeddings: [{ values: [1] }] }));
    expect(await (await proxy.post(body, { path })).json()).toEqual({ embedding: { values: [1] } });
    expect(asked().json).toEqual({ requests: [{ ...body, model: 'models/gemini-embedding-001' }] });
    await proxy.close();
    await route('cohere', 'embed-v4.0');
    upstream.enqueue(
      reply(200, { embeddings: { float: [[1]] }, meta: { billed_units: { input_tokens: 2 } } }),
    );
    expect(await (await proxy.post(body, { path })).json()).toEqual({
      embedding: { values: [1] },
      usageMetadata: { promptTokenCount: 2 },
    });
    expect(asked().json).toMatchObject({ texts: ['a'], input_type: 'search_query' });
  });

  test('one text at a time for Titan', async () => {
    await route('bedrock', 'amazon.titan-embed-text-v2:0');
    upstream.enqueue(reply(200, { embedding: [1, 2], inputTextTokenCount: 7 }));
    const { data, usage } = await openai().embeddings.create({ model: 'e', input: 'a', dimensions: 256 });
    expect([data[0]!.embedding, usage.prompt_tokens]).toEqual([[1, 2], 7]);
    expect(asked()).toEqual({
      path: '/v1/model/amazon.titan-embed-text-v2%3A0/invoke',
      json: { inputText: 'a', dimensions: 256 },
    });
    const two = openai().embeddings.create({ model: 'e', input: ['a', 'b'] });
    await expect(two).rejects.toMatchObject({ status: 400, code: 'unsupported_by_provider', param: 'input' });
  });

  test('tokens are no texts to another model', async () => {
    await route('gemini', 'gemini-embedding-001');
    const failed = openai().embeddings.create({ model: 'e', input: [1, 2, 3] });
    await expect(failed).rejects.toMatchObject({
      status: 400,
      code: 'unsupported_by_provider',
      param: 'input',
    });
  });

  test('an answer that holds no vectors is a bad one; the provider’s words about the request reach the client', async () => {
    await route('cohere', 'embed-v4.0', { balancer: { retries: 0 } });
    upstream.enqueue(reply(200, { embeddings: { float: ['x'] } }));
    const ask = () => openai().embeddings.create({ model: 'e', input: 'a' });
    await expect(ask()).rejects.toMatchObject({ status: 502, code: 'provider_bad_answer' });
    upstream.enqueue(reply(200, { embeddings: { float: VECTORS } }));
    await expect(ask()).rejects.toMatchObject({ status: 502, code: 'provider_bad_answer' });
    upstream.enqueue(reply(400, cohereError('too many texts')));
    await expect(ask()).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('too many texts'),
    });
  });
});

describe('rerank', () => {
  const path = '/v1/rerank';
  const documents = [
    { text: 'first', id: 1 },
    { text: 'second', id: 2 },
  ];
  const results = [{ index: 1, relevance_score: 0.9 }];

  test('a request of Jina’s shape at Cohere: texts go out, and the documents come back', async () => {
    await route('cohere', 'rerank-v3.5');
    upstream.enqueue(reply(200, { id: 'x', results, meta: { billed_units: { search_units: 1 } } }));
    const body = { model: 'jina', query: 'q', documents, top_n: 1, return_documents: true };
    const answer = await (await proxy.post(body, { path })).json();
    expect(asked().json).toEqual({
      model: 'rerank-v3.5',
      query: 'q',
      documents: ['first', 'second'],
      top_n: 1,
    });
    expect(answer).toEqual({
      id: 'x',
      results: [{ ...results[0], document: documents[1] }],
      meta: { billed_units: { search_units: 1 } },
    });
  });

  test('fields of documents are ranked as texts', async () => {
    await route('cohere', 'rerank-v3.5');
    upstream.enqueue(reply(200, { results }));
    const body = {
      query: 'q',
      documents: [{ title: 'T', body: 'B', n: 1 }, 'plain'],
      rank_fields: ['title', 'body'],
    };
    await proxy.post(body, { path });
    expect(asked().json).toMatchObject({ documents: ['title: T\nbody: B', 'plain'] });
    const image = await proxy.post({ query: 'q', documents: [{ image: 'https://x/y.png' }] }, { path });
    expect(image.status).toBe(400);
    expect(await image.json()).toMatchObject({
      error: { code: 'unsupported_by_provider', param: 'documents[0]' },
    });
  });

  test('on Bedrock', async () => {
    await route('bedrock', 'cohere.rerank-v3-5:0');
    upstream.enqueue(reply(200, { results }));
    const answer = await proxy.post(
      { model: 'm', query: 'q', documents, top_n: 1, return_documents: true },
      { path },
    );
    expect(asked()).toEqual({
      path: '/v1/model/cohere.rerank-v3-5%3A0/invoke',
      json: { query: 'q', documents: ['first', 'second'], top_n: 1, api_version: 2 },
    });
    expect(await answer.json()).toEqual({ results: [{ ...results[0], document: documents[1] }] });
  });

  test('documents of any shape go as they are to a server of Jina’s shape', async () => {
    await route('vllm', 'bge');
    upstream.enqueue(reply(200, { results, usage: { total_tokens: 12 } }));
    await proxy.post({ model: 'm', query: 'q', documents, return_documents: false }, { path });
    expect(asked().json).toEqual({ model: 'bge', query: 'q', documents, return_documents: false });
    await expect.poll(() => proxy.exchanges[0]?.usage?.input.total).toBe(12);
  });
});

describe('counting tokens', () => {
  const ask = { model: 'm', messages: [{ role: 'user' as const, content: 'How many tokens are these?' }] };
  const contents = [{ role: 'user', parts: [{ text: 'How many tokens are these?' }] }];

  test.each(
    Object.keys(PROVIDERS).filter((name) => !['anthropic', 'vertex', 'azure', 'databricks'].includes(name)),
  )('of Anthropic’s, here for %s, and marked so', async (provider) => {
    await route(provider, 'some-model');
    const client = new Anthropic({
      baseURL: proxy.url,
      apiKey: 'k',
      defaultHeaders: proxy.headers(),
      maxRetries: 0,
    });
    const { data, response } = await client.messages.countTokens(ask).withResponse();
    expect(data.input_tokens).toBeGreaterThan(4);
    expect(response.headers.get('x-ai-token-count')).toBe('gateway; estimated');
    expect(upstream.requests).toEqual([]);
  });

  test('of Anthropic’s and Google’s, by their own models', async () => {
    await route('anthropic', 'claude');
    upstream.enqueue(reply(200, { input_tokens: 42 }));
    const counted = await proxy.post(ask, { path: '/v1/messages/count_tokens' });
    expect([await counted.json(), counted.headers.get('x-ai-token-count')]).toEqual([
      { input_tokens: 42 },
      null,
    ]);
    await proxy.close();
    await route('gemini', 'gemini-2.5-pro');
    upstream.enqueue(reply(200, { totalTokens: 7, promptTokensDetails: [] }));
    expect((await google().models.countTokens({ model: 'm', contents })).totalTokens).toBe(7);
    expect(asked().path).toBe('/v1/models/gemini-2.5-pro:countTokens');
    upstream.enqueue(reply(200, { totalTokens: 9 }));
    const whole = { generateContentRequest: { model: 'models/m', contents } };
    await proxy.post(whole, { path: '/v1beta/models/m:countTokens' });
    expect(asked().json).toEqual({ generateContentRequest: { model: 'models/gemini-2.5-pro', contents } });
  });

  test('of Google’s, here for another provider', async () => {
    await route('openai', 'gpt-4o');
    const { totalTokens } = await google().models.countTokens({ model: 'm', contents });
    expect(totalTokens).toBeGreaterThan(4);
    expect(upstream.requests).toEqual([]);
  });
});

describe('legacy completions at a provider that only chats', () => {
  beforeEach(() => route('anthropic', 'claude-sonnet-4-5'));

  test('whole', async () => {
    upstream.enqueue(reply(200, anthropicMessage({ text: ' time' })));
    const body = { model: 'm', prompt: 'Once upon a', max_tokens: 9, stop: ['.'], user: 'u' };
    const answer = await openai().completions.create(body);
    expect(answer).toMatchObject({
      object: 'text_completion',
      choices: [{ index: 0, text: ' time', finish_reason: 'stop', logprobs: null }],
      usage: { prompt_tokens: expect.any(Number), completion_tokens: expect.any(Number) },
    });
    expect(asked()).toMatchObject({
      path: '/v1/messages',
      json: {
        messages: [{ role: 'user', content: [{ type: 'text', text: 'Once upon a' }] }],
        max_tokens: 9,
        stop_sequences: ['.'],
      },
    });
  });

  test('streamed', async () => {
    upstream.enqueue(sse(anthropicEvents({ text: [' ti', 'me'], stopReason: 'max_tokens' })));
    let text = '';
    let finish: string | null = null;
    let tokens: number | undefined;
    for await (const { choices, usage } of await openai().completions.create({
      model: 'm',
      prompt: ['Once upon a'],
      stream: true,
      stream_options: { include_usage: true },
    })) {
      text += choices[0]?.text ?? '';
      finish = choices[0]?.finish_reason ?? finish;
      tokens = usage?.completion_tokens ?? tokens;
    }
    expect([text, finish, typeof tokens]).toEqual([' time', 'length', 'number']);
  });

  test.each([
    ['prompt', { prompt: ['a', 'b'] }],
    ['prompt', { prompt: [1, 2] }],
    ['suffix', { prompt: 'a', suffix: 'b' }],
    ['echo', { prompt: 'a', echo: true }],
    ['best_of', { prompt: 'a', best_of: 3 }],
    ['logprobs', { prompt: 'a', logprobs: 2 }],
  ])('%s that a chat has no word for is refused', async (param, body) => {
    const response = await proxy.post({ model: 'm', ...body }, { path: '/v1/completions' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'unsupported_by_provider', param } });
    expect(upstream.requests).toEqual([]);
  });
});

/** What is spoken nowhere but at providers that have it. */
const ONLY_THERE: [path: string, body: object, key: string][] = [
  ['/v1/moderations', { input: 'x' }, 'openai-moderations'],
  ['/v1/images/generations', { prompt: 'x' }, 'openai-images'],
  ['/v1/audio/speech', { input: 'x', voice: 'alloy' }, 'openai-speech'],
  ['/v1/embeddings', { input: 'x' }, 'openai-embeddings'],
  ['/v1/rerank', { query: 'q', documents: ['a'] }, 'rerank'],
];
const LACKING = ONLY_THERE.flatMap(([path, body, format]) =>
  Object.entries(PROVIDERS).flatMap(([provider, data]) => {
    const { endpoints, words } = data as { endpoints: object; words?(f: string, m: string): unknown };
    const has = format in endpoints || words?.(format, 'some-model');
    return has || ['azure', 'vertex', 'databricks'].includes(provider)
      ? []
      : [[path, provider, body] as const];
  }),
);

test.each(LACKING)('%s at %s, which has none, is a 400 that says so', async (path, provider, body) => {
  await route(provider, 'some-model');
  const response = await proxy.post({ model: 'm', ...body }, { path });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 'unsupported_by_provider' } });
  expect(upstream.requests).toEqual([]);
});

test('Google’s client reads the list of models', async () => {
  proxy = await startProxy({
    targets: [
      {
        model: { provider: 'openai', name: 'gpt-5', options: { base_url: upstream.url } },
        auth: { keys: ['k'] },
      },
    ],
  });
  const names: (string | undefined)[] = [];
  for await (const { name } of await google().models.list()) names.push(name);
  expect(names).toEqual(['models/gpt-5']);
});

test('a whole answer of Gemini’s is what it was', async () => {
  await route('gemini', 'gemini-2.5-pro');
  upstream.enqueue(reply(200, geminiAnswer({ text: ['Hi'] })));
  expect((await google().models.generateContent({ model: 'm', contents: 'x' })).text).toBe('Hi');
});
