// Every endpoint that is not chat, what a provider has and has not, and what passes byte for byte.
import Anthropic from '@anthropic-ai/sdk';
import OpenAI, { toFile } from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { anthropicMessage } from '../../support/upstream/anthropic.ts';
import { type FakeUpstream, reply, sse, startUpstream } from '../../support/upstream/index.ts';
import { openaiChat, openaiChatEvents, openaiError } from '../../support/upstream/openai.ts';
import { dataOf, PROMPT, readAll, startProxy, type TestProxy, target } from './support.ts';

let upstream: FakeUpstream;
let proxy: TestProxy;

beforeAll(async () => {
  upstream = await startUpstream();
});
beforeEach(() => upstream.clear());
afterEach(() => proxy?.close());
afterAll(() => upstream.close());

const client = (): OpenAI =>
  new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: 'k', defaultHeaders: proxy.headers(), maxRetries: 0 });
const to = (provider: string, name = 'm'): object => target(upstream.url, {}, { provider, name });

describe('endpoints of OpenAI’s client', () => {
  beforeEach(async () => {
    proxy = await startProxy({ targets: [to('openai', 'real-model')] });
  });

  test('embeddings', async () => {
    upstream.enqueue(
      reply(200, {
        object: 'list',
        data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }],
        model: 'e',
        usage: { prompt_tokens: 3, total_tokens: 3 },
      }),
    );
    const { data } = await client().embeddings.create({ model: 'e', input: 'Hi', encoding_format: 'float' });
    expect(data[0]!.embedding).toEqual([0.1, 0.2]);
    expect(upstream.requests[0]).toMatchObject({
      path: '/v1/embeddings',
      json: { model: 'real-model', input: 'Hi' },
    });
    await expect.poll(() => proxy.exchanges[0]?.usage?.input.total).toBe(3);
  });

  test('a large answer passes byte for byte, and only its usage is read', async () => {
    const data = Array.from({ length: 60_000 }, (_, i) => `0.${i}`).join(', ');
    const body = `{ "object":"list", "data":[{"embedding":[ ${data} ]}], "usage": {"prompt_tokens": 9, "total_tokens": 9} }`;
    upstream.enqueue(reply(200, body, { 'content-type': 'application/json' }));
    const response = await proxy.post({ model: 'e', input: 'Hi' }, { path: '/v1/embeddings' });
    expect(await response.text()).toBe(body);
    expect(proxy.exchanges[0]!.usage?.input.total).toBe(9);
  });

  test('completions, whole and streamed', async () => {
    const chunk = {
      id: 'c',
      object: 'text_completion',
      created: 1,
      model: 'm',
      choices: [{ index: 0, text: 'Hi', finish_reason: 'stop', logprobs: null }],
    };
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
    upstream.enqueue(reply(200, { ...chunk, usage }));
    expect((await client().completions.create({ model: 'm', prompt: 'x' })).choices[0]!.text).toBe('Hi');
    upstream.enqueue(
      sse(
        [chunk, { ...chunk, choices: [], usage }]
          .map((one) => `data: ${JSON.stringify(one)}\n\n`)
          .concat('data: [DONE]\n\n'),
      ),
    );
    let text = '';
    for await (const { choices } of await client().completions.create({
      model: 'm',
      prompt: 'x',
      stream: true,
    }))
      text += choices[0]!.text;
    expect(text).toBe('Hi');
    expect(upstream.requests[1]).toMatchObject({
      path: '/v1/completions',
      json: { stream_options: { include_usage: true } },
    });
    await expect.poll(() => proxy.exchanges[1]?.usage?.output.total).toBe(2);
  });

  test('moderations and images', async () => {
    upstream.enqueue(reply(200, { id: 'x', model: 'o', results: [{ flagged: true }] }));
    expect((await client().moderations.create({ input: 'x' })).results[0]!.flagged).toBe(true);
    upstream.enqueue(reply(200, { created: 1, data: [{ b64_json: 'AA==' }] }));
    expect((await client().images.generate({ model: 'i', prompt: 'a cat' })).data![0]!.b64_json).toBe('AA==');
    expect(upstream.requests.map(({ path }) => path)).toEqual(['/v1/moderations', '/v1/images/generations']);
  });

  test('speech answers bytes', async () => {
    const audio = Buffer.from([0, 255, 1, 254, 13, 10]);
    upstream.enqueue(reply(200, audio, { 'content-type': 'audio/mpeg' }));
    const response = await client().audio.speech.create({ model: 't', voice: 'alloy', input: 'Hi' });
    expect(response.headers.get('content-type')).toBe('audio/mpeg');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(audio);
  });

  test('transcriptions pass the form on, the file as it came and the model as the target has it', async () => {
    upstream.enqueue(reply(200, { text: 'Hello' }));
    const file = await toFile(Buffer.from('RIFF\r\n--not a boundary\0'), 'a.wav', { type: 'audio/wav' });
    expect(
      (await client().audio.transcriptions.create({ model: 'whisper-1', file, language: 'en' })).text,
    ).toBe('Hello');
    const [request] = upstream.requests;
    expect(request!.path).toBe('/v1/audio/transcriptions');
    expect(request!.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(request!.body).toContain('RIFF\r\n--not a boundary\0');
    expect(request!.body).toMatch(/name="model"\r\n\r\nreal-model\r\n/);
    expect(request!.body).not.toContain('whisper-1');
  });

  test('a transcription as events, and what was counted of it', async () => {
    const usage = { type: 'tokens', input_tokens: 14, output_tokens: 4, total_tokens: 18 };
    const events = [
      { type: 'transcript.text.delta', delta: 'hel' },
      { type: 'transcript.text.done', text: 'hello', usage },
    ];
    upstream.enqueue(sse(events.map((event) => `data: ${JSON.stringify(event)}\n\n`)));
    const file = await toFile(Buffer.from('x'), 'a.wav');
    const seen: string[] = [];
    const asked = { file, model: 'gpt-4o-transcribe', stream: true as const, prompt: 'names' };
    for await (const event of await client().audio.transcriptions.create(asked)) seen.push(event.type);
    expect(seen).toEqual(['transcript.text.delta', 'transcript.text.done']);
    await expect.poll(() => proxy.exchanges.length).toBe(1);
    const [{ format, request, usage: counted }] = proxy.exchanges as [TestProxy['exchanges'][number]];
    expect(counted).toMatchObject({ input: { total: 14 }, output: { total: 4 } });
    expect(format.request.texts(request.body).map((slot) => slot.text)).toEqual(['names']);
  });

  test('methods and media types that an endpoint does not take are told', async () => {
    const call = (method: string, path: string, headers = {}, body?: string) =>
      fetch(proxy.url + path, {
        method,
        headers: { ...proxy.headers(), ...headers },
        ...(body === undefined ? {} : { body }),
      });
    const json = { 'content-type': 'application/json' };
    expect((await call('GET', '/v1/embeddings')).status).toBe(405);
    expect((await call('POST', '/v1/models', json, '{}')).headers.get('allow')).toBe('GET');
    expect((await call('POST', '/v1/audio/transcriptions', json, '{}')).status).toBe(415);
    const form = { 'content-type': 'multipart/form-data; boundary=x' };
    expect((await call('POST', '/v1/audio/transcriptions', form, 'no form')).status).toBe(400);
  });

  test('the Responses API, whole and streamed', async () => {
    const answer = {
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      model: 'm',
      error: null,
      output: [
        {
          type: 'message',
          id: 'm1',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'Hi', annotations: [] }],
        },
      ],
      usage: { input_tokens: 4, output_tokens: 5, total_tokens: 9 },
    };
    upstream.enqueue(reply(200, answer));
    expect((await client().responses.create({ model: 'm', input: 'x' })).output_text).toBe('Hi');
    const events = [
      {
        type: 'response.created',
        sequence_number: 0,
        response: { ...answer, status: 'in_progress', output: [], usage: null },
      },
      {
        type: 'response.output_text.delta',
        sequence_number: 1,
        item_id: 'm1',
        output_index: 0,
        content_index: 0,
        delta: 'Hi',
      },
      { type: 'response.completed', sequence_number: 2, response: answer },
    ];
    upstream.enqueue(sse(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)));
    const types: string[] = [];
    for await (const event of await client().responses.create({ model: 'm', input: 'x', stream: true }))
      types.push(event.type);
    expect(types).toEqual(events.map(({ type }) => type));
    await expect.poll(() => proxy.exchanges[1]?.usage?.output.total).toBe(5);
  });

  test('an error of any endpoint is in its own shape and tells nothing of the key', async () => {
    upstream.enqueue(reply(401, openaiError('Incorrect API key sk-secret-1')));
    const failed = client().embeddings.create({ model: 'e', input: 'x' });
    await expect(failed).rejects.toMatchObject({ status: 502, code: 'provider_auth' });
  });
});

test('rerank, at a provider that has it', async () => {
  proxy = await startProxy({ targets: [to('cohere', 'rerank-v3.5')] });
  const body = { results: [{ index: 1, relevance_score: 0.9 }], meta: { billed_units: { search_units: 1 } } };
  upstream.enqueue(reply(200, body));
  const response = await proxy.post(
    { model: 'r', query: 'q', documents: ['a', 'b'] },
    { path: '/v2/rerank' },
  );
  expect(await response.json()).toEqual(body);
  expect(upstream.requests[0]).toMatchObject({ path: '/v1/rerank', json: { model: 'rerank-v3.5' } });
});

test('what a provider does not have is a 400 that says so, and another target may have it', async () => {
  proxy = await startProxy({ targets: [to('anthropic')] });
  const response = await proxy.post({ model: 'e', input: 'x' }, { path: '/v1/embeddings' });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 'unsupported_by_provider' } });
  upstream.handle(reply(200, { object: 'list', data: [] }));
  proxy.configure({
    targets: [
      { ...to('anthropic'), name: 'a' },
      { ...to('openai'), name: 'o' },
    ],
  });
  const other = await proxy.post({ model: 'e', input: 'x' }, { path: '/v1/embeddings' });
  expect([other.status, other.headers.get('x-ai-target'), upstream.requests.length]).toEqual([200, 'o', 1]);
});

describe('GET /models', () => {
  test('lists aliases, the names of targets without one, and what is allowed by name', async () => {
    proxy = await startProxy({
      targets: [
        target(upstream.url, { name: '1' }, { name: 'gpt-5', model_alias: 'smart' }),
        target(upstream.url, { name: '2' }, { name: 'o3', model_alias: 'smart', aliases: ['clever'] }),
        target(upstream.url, { name: '3' }, { name: 'gpt-4.1' }),
        target(upstream.url, { name: '4' }, { provider: 'anthropic', name: undefined }),
      ],
      allowed_models: ['smart', 'gpt-*', 'claude-sonnet-4-5'],
    });
    const ids: string[] = [];
    for await (const { id } of client().models.list()) ids.push(id);
    expect(ids).toEqual(['smart', 'gpt-4.1', 'claude-sonnet-4-5']);
    expect(upstream.requests).toEqual([]);
  });
});

describe('counting tokens', () => {
  const anthropicClient = (): Anthropic =>
    new Anthropic({ baseURL: proxy.url, apiKey: 'k', defaultHeaders: proxy.headers(), maxRetries: 0 });
  const ask = { model: 'm', messages: [{ role: 'user' as const, content: 'How many tokens are these?' }] };

  test('by the provider that can', async () => {
    proxy = await startProxy({ targets: [to('anthropic', 'claude')] });
    upstream.enqueue(reply(200, { input_tokens: 42 }));
    expect(await anthropicClient().messages.countTokens(ask)).toEqual({ input_tokens: 42 });
    expect(upstream.requests[0]).toMatchObject({
      path: '/v1/messages/count_tokens',
      json: { model: 'claude' },
    });
  });

  test('here for one that cannot', async () => {
    proxy = await startProxy({ targets: [to('openai', 'gpt-4o')] });
    const { input_tokens } = await anthropicClient().messages.countTokens(ask);
    expect(input_tokens).toBeGreaterThan(4);
    expect(input_tokens).toBeLessThan(20);
    expect(upstream.requests).toEqual([]);
  });
});

describe('pass-through', () => {
  test('the request’s and the answer’s bytes are as they came when nothing must change', async () => {
    proxy = await startProxy({
      targets: [{ model: { provider: 'openai-compatible', options: { base_url: `${upstream.url}/v1` } } }],
    });
    const answer = `{ "id" : "x",\n "choices":[ {"index":0,"message":{"role":"assistant","content":"\\u0048i"},"finish_reason":"stop"}] , "x_new": 1.0 }`;
    upstream.enqueue(reply(200, answer, { 'content-type': 'application/json; charset=utf-8' }));
    const asked = `{ "model" : "m",\n "messages":[{"role":"user","content":"\\u4f60\\/"}], "x_new": 1.0 }`;
    const response = await proxy.post(asked);
    expect(upstream.requests[0]!.body).toBe(asked);
    expect(await response.text()).toBe(answer);
  });

  test('a model that is replaced and an option that is added leave the rest as it came', async () => {
    proxy = await startProxy({
      targets: [target(upstream.url, {}, { name: 'gpt-4o', options: { max_tokens: 7 } })],
    });
    upstream.handle(reply(200, openaiChat({ text: 'Hi' })));
    const rest = ` "messages" : [{"role":"user","content":"\\u4f60\\/"}], "x_new": 1.0 }`;
    await proxy.post(`{"model": "client's", ${rest}`);
    expect(upstream.requests[0]!.body.endsWith(rest)).toBe(true);
    expect(upstream.requests[0]!.json).toMatchObject({ model: 'gpt-4o', max_completion_tokens: 7, x_new: 1 });
    // Twice the same name: what is judged here must be what goes out.
    await proxy.post(`{"model":"a","messages":[{"role":"user","content":"x"}],"model":"b"}`);
    expect(upstream.requests[1]!.body.match(/"model"/g)).toHaveLength(1);
  });

  test('options of a target count when the client says nothing, in any format', async () => {
    const options = { max_tokens: 5, temperature: 0.5, top_p: 0.25 };
    upstream.handle(({ path }) =>
      reply(200, path.endsWith('/messages') ? anthropicMessage({ text: 'Hi' }) : openaiChat({ text: 'Hi' })),
    );
    proxy = await startProxy({
      targets: [target(upstream.url, {}, { provider: 'anthropic', name: 'claude', options })],
    });
    await proxy.post();
    await proxy.post(
      { model: 'm', max_tokens: 9, temperature: 1, messages: PROMPT },
      { path: '/v1/messages' },
    );
    expect(upstream.requests[0]!.json).toMatchObject({ max_tokens: 5, temperature: 0.5, top_p: 0.25 });
    expect(upstream.requests[1]!.json).toMatchObject({ max_tokens: 9, temperature: 1, top_p: 0.25 });
  });
});

describe('response_streaming', () => {
  test('deny refuses a stream, always makes one', async () => {
    upstream.handle(sse(openaiChatEvents({ text: 'Hi' })));
    proxy = await startProxy({ targets: [to('openai')], response_streaming: 'deny' });
    const refused = await proxy.post({ model: 'm', messages: PROMPT, stream: true });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { code: 'streaming_denied', param: 'stream' } });
    proxy.configure({ targets: [to('openai')], response_streaming: 'always' });
    const { text } = await readAll(await proxy.post());
    expect(dataOf(text).length).toBeGreaterThan(1);
    expect(upstream.requests[0]!.json).toMatchObject({ stream: true });
  });
});

test('the headers that say what answered can be left out', async () => {
  upstream.handle(reply(200, openaiChat({ text: 'Hi' })));
  proxy = await startProxy({ targets: [to('openai', 'gpt-4o')] });
  const named = (await proxy.post()).headers;
  expect([named.get('x-kong-llm-model'), named.get('x-ai-target'), named.get('x-ai-attempts')]).toEqual([
    'openai/gpt-4o',
    String(upstream.port),
    '1',
  ]);
  proxy.configure({ targets: [to('openai')], model_name_header: false, target_headers: false });
  const bare = [...(await proxy.post()).headers.keys()];
  expect(bare.filter((name) => name.startsWith('x-'))).toEqual([]);
});

test('a target with a route_type serves that kind of endpoint alone', async () => {
  upstream.handle(({ path }) =>
    reply(200, path.endsWith('/embeddings') ? { object: 'list', data: [] } : openaiChat({ text: 'Hi' })),
  );
  proxy = await startProxy({
    targets: [
      { ...to('openai', 'chat'), name: 'chat', route_type: 'llm/v1/chat' },
      { ...to('openai', 'embed'), name: 'embed', route_type: 'llm/v1/embeddings' },
    ],
  });
  const embedded = await proxy.post({ model: 'x', input: 'x' }, { path: '/v1/embeddings' });
  const said = await proxy.post({ model: 'm', max_tokens: 5, messages: PROMPT }, { path: '/v1/messages' });
  expect([embedded, said].map(({ headers }) => headers.get('x-ai-target'))).toEqual(['embed', 'chat']);
});

test('features that Anthropic’s clients ask for by header reach Anthropic, and nobody else', async () => {
  upstream.handle(({ path }) =>
    reply(200, path.endsWith('/messages') ? anthropicMessage({ text: 'Hi' }) : openaiChat({ text: 'Hi' })),
  );
  const options = {
    path: '/v1/messages',
    headers: { 'anthropic-beta': 'context-1m-2025-08-07,x', 'x-other': 'y' },
  };
  const body = { model: 'm', max_tokens: 5, messages: PROMPT };
  for (const provider of ['anthropic', 'openai']) {
    proxy = await startProxy({ targets: [to(provider)] });
    await proxy.post(body, options);
    await proxy.close();
  }
  const [own, other] = upstream.requests.map(({ headers }) => headers);
  expect([own!['anthropic-beta'], own!['anthropic-version'], own!['x-other']]).toEqual([
    'context-1m-2025-08-07,x',
    '2023-06-01',
    undefined,
  ]);
  expect(other!['anthropic-beta']).toBeUndefined();
});
