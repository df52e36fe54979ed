// The endpoints that are no chat, through OpenAI's client and over HTTP: bodies pass as they came.
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Form } from '../../../kong/llm/form.ts';
import { ENDPOINTS, endpointOf, formatByBody, formatOf } from '../../../kong/llm/formats/index.ts';
import { modelList } from '../../../kong/llm/formats/openai-models/format.ts';
import { startTranslatingRelay, type TranslatingRelay } from '../../support/translating-relay.ts';
import { type FakeUpstream, reply, sse, startUpstream } from '../../support/upstream/index.ts';

let upstream: FakeUpstream;
let relay: TranslatingRelay;
let client: OpenAI;

beforeAll(async () => {
  upstream = await startUpstream();
  relay = await startTranslatingRelay(() => ({ upstream: upstream.url }));
  client = new OpenAI({
    baseURL: `${relay.url}/v1`,
    apiKey: 'k',
    maxRetries: 0,
    defaultHeaders: relay.headers,
  });
});
beforeEach(() => upstream.clear());
afterAll(async () => {
  await relay?.close();
  await upstream?.close();
});

test.each([
  ['POST', '/v1/chat/completions', 'openai-chat'],
  ['POST', '/v1/completions', 'openai-completions'],
  ['POST', '/openai/v1/responses/', 'openai-responses'],
  ['POST', '/v1/embeddings', 'openai-embeddings'],
  ['POST', '/v1/moderations', 'openai-moderations'],
  ['POST', '/v1/images/generations', 'openai-images'],
  ['POST', '/v1/audio/speech', 'openai-speech'],
  ['POST', '/v1/audio/transcriptions', 'openai-transcriptions'],
  ['POST', '/v2/rerank', 'rerank'],
  ['GET', '/v1/models', 'openai-models'],
  ['POST', '/anthropic/v1/messages', 'anthropic'],
  ['POST', '/v1/messages/count_tokens', 'anthropic-count-tokens'],
  ['POST', '/v1beta/models/gemini-2.5-pro:generateContent', 'gemini'],
  ['POST', '/v1/projects/p/locations/l/publishers/google/models/g:streamGenerateContent', 'gemini'],
])('%s %s is %s', (method, path, name) => {
  expect(formatOf(undefined, [path], method)?.name).toBe(name);
});

test('a route type stands above the path; names are unique', () => {
  expect(formatOf('llm/v1/messages', ['/v1/chat/completions'])?.name).toBe('anthropic');
  expect(new Set(ENDPOINTS.map(({ routeType }) => routeType)).size).toBe(ENDPOINTS.length);
  expect(endpointOf(undefined, ['/nothing'])).toBeUndefined();
});

test('a body tells what it is when the path does not', () => {
  expect(formatByBody({ messages: [] })?.name).toBe('openai-chat');
  expect(formatByBody({ prompt: 'x' })?.name).toBe('openai-completions');
  expect(formatByBody({ input: [{ role: 'user', content: 'x' }] })?.name).toBe('openai-responses');
  expect(formatByBody({ contents: [] })?.name).toBe('gemini');
  expect(formatByBody({ input: 'x' })).toBeUndefined();
});

test('the model of a Gemini request is in its path', () => {
  const format = formatOf('llm/v1beta/generateContent', [])!;
  expect(format.request.model({}, '/v1beta/models/gemini-2.5-pro:generateContent')).toBe('gemini-2.5-pro');
  expect(format.request.model({}, '/v1/models/a%2Fb:streamGenerateContent')).toBe('a/b');
  expect(format.request.streams({}, '/v1/models/a:streamGenerateContent')).toBe(true);
  expect(format.request.streams({}, '/v1/models/a:generateContent')).toBe(false);
});

test('embeddings, with their usage', async () => {
  const data = [{ object: 'embedding', index: 0, embedding: [0.5, 1] }];
  upstream.enqueue(
    reply(200, { object: 'list', model: 'e', data, usage: { prompt_tokens: 3, total_tokens: 3 } }),
  );
  const answer = await client.embeddings.create({ model: 'e', input: 'x', encoding_format: 'float' });
  expect(answer.data[0]!.embedding).toEqual([0.5, 1]);
  expect(relay.exchanges.at(-1)!.usage).toMatchObject({ input: { total: 3 }, output: {} });
});

test('a transcription: the model is read from the form, the form goes out as it came', async () => {
  upstream.enqueue(
    reply(200, {
      text: 'hello',
      usage: { type: 'tokens', input_tokens: 14, output_tokens: 4, total_tokens: 18 },
    }),
  );
  const file = await toFile(Buffer.from([0, 255, 13, 10, 45, 45]), 'a.wav');
  const { text } = await client.audio.transcriptions.create({ file, model: 'whisper-1', prompt: 'names' });
  expect(text).toBe('hello');
  const exchange = relay.exchanges.at(-1)!;
  expect(exchange.format.request.model(exchange.request.body, exchange.request.path)).toBe('whisper-1');
  expect(exchange.format.request.texts(exchange.request.body).map((slot) => slot.text)).toEqual(['names']);
  expect(exchange.usage).toMatchObject({ input: { total: 14 }, output: { total: 4 } });
  const [asked] = upstream.requests;
  const form = Form.parse(Buffer.from(asked!.body), String(asked!.headers['content-type']))!;
  expect(form.fields).toEqual({ model: 'whisper-1', prompt: 'names' });
});

test('a transcription as events', async () => {
  const events = [
    { type: 'transcript.text.delta', delta: 'hel' },
    { type: 'transcript.text.done', text: 'hello' },
  ];
  upstream.enqueue(sse(events.map((event) => `data: ${JSON.stringify(event)}\n\n`)));
  const file = await toFile(Buffer.from('x'), 'a.wav');
  const seen: string[] = [];
  for await (const event of await client.audio.transcriptions.create({
    file,
    model: 'gpt-4o-transcribe',
    stream: true,
  }))
    seen.push(event.type);
  expect(seen).toEqual(['transcript.text.delta', 'transcript.text.done']);
});

test('methods and media types that an endpoint does not take are told', async () => {
  const call = (method: string, path: string, headers = {}, body?: string) =>
    fetch(relay.url + path, {
      method,
      headers: { ...relay.headers, ...headers },
      ...(body === undefined ? {} : { body }),
    });
  expect((await call('GET', '/v1/embeddings')).status).toBe(405);
  expect(
    (await call('POST', '/v1/models', { 'content-type': 'application/json' }, '{}')).headers.get('allow'),
  ).toBe('GET');
  expect(
    (await call('POST', '/v1/audio/transcriptions', { 'content-type': 'application/json' }, '{}')).status,
  ).toBe(415);
  const type = 'multipart/form-data; boundary=x';
  expect((await call('POST', '/v1/audio/transcriptions', { 'content-type': type }, 'no form')).status).toBe(
    400,
  );
});

test('the list of models is read by the client', async () => {
  upstream.enqueue(reply(200, modelList([{ id: 'smart', owner: 'openai' }])));
  expect((await client.models.list()).data).toMatchObject([
    { id: 'smart', object: 'model', owned_by: 'openai' },
  ]);
});
