import { once } from 'node:events';
import { get, request as httpRequest } from 'node:http';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { anthropicError, anthropicEvents, anthropicMessage } from './anthropic.ts';
import {
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
  tear,
} from './index.ts';
import { openaiChat, openaiChatEvents, openaiError } from './openai.ts';

let upstream: FakeUpstream;
beforeAll(async () => {
  upstream = await startUpstream();
});
beforeEach(() => upstream.clear());
afterAll(() => upstream.close());

const post = (init: RequestInit = {}) =>
  fetch(`${upstream.url}/v1/x?y=1`, { method: 'POST', body: '{"a":1}', ...init });

test('a request is recorded with its method, path, headers and body', async () => {
  upstream.enqueue(reply(201, { ok: true }, { 'x-a': '1' }));
  const response = await post({ headers: { 'x-key': 'k' } });
  expect([response.status, response.headers.get('x-a'), await response.json()]).toEqual([
    201,
    '1',
    { ok: true },
  ]);
  const seen = await upstream.request(0);
  expect(seen).toMatchObject({ method: 'POST', path: '/v1/x?y=1', body: '{"a":1}', json: { a: 1 } });
  expect(seen.headers['x-key']).toBe('k');
  expect(await seen.over).toBe(false);
});

test('the queue comes before the handler, and an unscripted request is plain to see', async () => {
  upstream.enqueue(reply(200, 'first'));
  upstream.handle((request) => reply(200, `handled ${request.path}`));
  expect(await (await post()).text()).toBe('first');
  expect(await (await post()).text()).toBe('handled /v1/x?y=1');
  upstream.clear();
  expect((await post()).status).toBe(599);
});

test('a header may come twice', async () => {
  upstream.enqueue(reply(200, '', { 'set-cookie': ['a=1', 'b=2'] }));
  expect((await post()).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
});

test('bytes are torn where asked, at every byte if asked, and none are lost', async () => {
  const bytes = Buffer.from('data: é\n\n');
  expect(
    tear(bytes, [7, 2, 2, 99])
      .map(String)
      .map((piece) => piece.length),
  ).toHaveLength(3);
  expect(tear(bytes, 'every-byte').map((piece) => piece.length)).toEqual(new Array(bytes.length).fill(1));
  expect(Buffer.concat(tear(bytes, [7, 2]))).toEqual(bytes);
  upstream.enqueue(sse(['data: é\n\n', 'data: 2\n\n'], { tearAt: 'every-byte' }));
  const response = await post();
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  expect(await response.text()).toBe('data: é\n\ndata: 2\n\n');
});

test('a cut stream gives what was sent and then fails', async () => {
  upstream.enqueue(
    sse(['data: 1\n\n', 'data: 2\n\n'], { cutAfter: 1 }),
    cutAfterBytes(reply(200, 'abcdef'), 3),
  );
  for (const expected of ['data: 1\n\n', 'abc']) {
    const response = await post();
    let got = '';
    const read = (async () => {
      for await (const chunk of response.body!) got += Buffer.from(chunk).toString();
    })();
    await expect(read).rejects.toThrow();
    expect(got).toBe(expected);
  }
  expect(upstream.requests.map(({ aborted }) => aborted)).toEqual([false, false]);
});

test('a client that leaves a hanging stream, or a silent upstream, is seen as aborted', async () => {
  for (const behaviour of [sse(['data: 1\n\n', 'data: 2\n\n'], { hangAfter: 1 }), hangBeforeHeaders]) {
    upstream.clear();
    upstream.enqueue(behaviour);
    const request = get(upstream.url);
    request.on('error', () => {});
    const seen = await upstream.request(0);
    if (behaviour !== hangBeforeHeaders) await once((await once(request, 'response'))[0], 'data');
    expect(seen.aborted).toBe(false);
    request.destroy();
    expect(await seen.over).toBe(true);
    expect(seen.aborted).toBe(true);
  }
});

test('a client that leaves while it still sends is recorded as aborted', async () => {
  const request = httpRequest(upstream.url, { method: 'POST', headers: { 'content-length': 100 } });
  request.on('error', () => {});
  request.write('part', () => request.destroy());
  expect(await upstream.request(0)).toMatchObject({ aborted: true, body: 'part', json: undefined });
});

test('a reset and bytes that are not HTTP fail the request', async () => {
  upstream.enqueue(reset, raw('SSH-2.0-nope\r\n'), raw('HTTP/1.1 204 No Content\r\n\r\n'));
  await expect(post()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
  await expect(post()).rejects.toMatchObject({ cause: { code: expect.stringMatching(/^HPE_/) } });
  expect((await post()).status).toBe(204);
});

test('compressed and dripped bodies arrive whole', async () => {
  const body = { text: 'é'.repeat(500) };
  upstream.enqueue(
    compressed('gzip', reply(200, body)),
    compressed('br', reply(200, body)),
    drip(reply(200, body), { size: 50 }),
  );
  for (const encoding of ['gzip', 'br', null]) {
    const response = await post();
    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(await response.json()).toEqual(body);
  }
});

const tool = { name: 'get_weather', arguments: ['{"ci', 'ty":"Pa', 'ris"}'] };

test("OpenAI's own client reads the OpenAI answers, whole and streamed", async () => {
  const client = new OpenAI({ baseURL: `${upstream.url}/v1`, apiKey: 'k', maxRetries: 0 });
  const body = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }] };
  upstream.enqueue(reply(200, openaiChat({ text: ['Hel', 'lo'] })));
  const whole = await client.chat.completions.create(body);
  expect(whole.choices[0]).toMatchObject({ message: { content: 'Hello' }, finish_reason: 'stop' });

  upstream.enqueue(sse(openaiChatEvents({ text: ['Hel', 'lo'] }, { includeUsage: true })));
  const text = await client.chat.completions.stream(body).finalChatCompletion();
  expect(text).toMatchObject({ choices: [{ message: { content: 'Hello' } }], usage: { total_tokens: 29 } });

  upstream.enqueue(sse(openaiChatEvents({ toolCalls: [tool, tool] }, { newline: '\r\n' })));
  const { choices } = await client.chat.completions.stream(body).finalChatCompletion();
  expect(choices[0]).toMatchObject({ message: { content: null }, finish_reason: 'tool_calls' });
  expect(choices[0]!.message.tool_calls).toHaveLength(2);
  expect(choices[0]!.message.tool_calls![1]).toMatchObject({ function: { arguments: '{"city":"Paris"}' } });

  upstream.enqueue(reply(429, openaiError('Slow down.', 'requests', 'rate_limit_exceeded')));
  await expect(client.chat.completions.create(body)).rejects.toMatchObject({
    status: 429,
    code: 'rate_limit_exceeded',
  });
});

test("Anthropic's own client reads the Anthropic answers, whole and streamed", async () => {
  const client = new Anthropic({ baseURL: upstream.url, apiKey: 'k', maxRetries: 0 });
  const body = { model: 'm', max_tokens: 9, messages: [{ role: 'user' as const, content: 'hi' }] };
  const answer = {
    thinking: ['Let me ', 'see.'],
    text: ['Hel', 'lo'],
    toolUses: [{ name: 'get_weather', input: ['{"ci', 'ty":"Paris"}'] }],
  };
  const content = [
    { type: 'thinking', thinking: 'Let me see.' },
    { type: 'text', text: 'Hello' },
    { type: 'tool_use', input: { city: 'Paris' } },
  ];
  upstream.enqueue(reply(200, anthropicMessage(answer)));
  expect(await client.messages.create(body)).toMatchObject({ content, stop_reason: 'tool_use' });

  upstream.enqueue(sse(anthropicEvents(answer)));
  const final = await client.messages.stream(body).finalMessage();
  expect(final).toMatchObject({
    content,
    stop_reason: 'tool_use',
    usage: { input_tokens: 25, output_tokens: 15 },
  });

  upstream.enqueue(reply(529, anthropicError('overloaded_error', 'Overloaded')));
  await expect(client.messages.create(body)).rejects.toMatchObject({ status: 529 });
});
