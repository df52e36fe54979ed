// Anthropic's own client, and what Claude Code sends, against a provider of OpenAI's format.
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FakeUpstream, reply, sse, startUpstream } from '../../support/upstream/index.ts';
import { openaiChat, openaiChatEvents, openaiError } from '../../support/upstream/openai.ts';
import { startProxy, type TestProxy, target } from './support.ts';

let upstream: FakeUpstream;
let proxy: TestProxy;
let client: Anthropic;

beforeAll(async () => {
  upstream = await startUpstream();
});
beforeEach(async () => {
  upstream.clear();
  proxy = await startProxy({
    targets: [target(upstream.url, {}, { name: undefined })],
    balancer: { retries: 0 },
  });
  client = new Anthropic({ baseURL: proxy.url, apiKey: 'k', maxRetries: 0, defaultHeaders: proxy.headers() });
});
afterEach(() => proxy?.close());
afterAll(() => upstream?.close());

const weather = { name: 'get_weather', input_schema: { type: 'object' as const, properties: { city: {} } } };

test('a whole answer with parallel tool calls', async () => {
  const calls = [
    { id: 'call_1', name: 'get_weather', arguments: '{"city":"Paris"}' },
    { id: 'call_2', name: 'get_weather', arguments: '{"city":"Rome"}' },
  ];
  upstream.enqueue(reply(200, openaiChat({ text: 'Let me look.', toolCalls: calls })));
  const message = await client.messages.create({
    model: 'claude-x',
    max_tokens: 100,
    tools: [weather],
    tool_choice: { type: 'any', disable_parallel_tool_use: true },
    messages: [{ role: 'user', content: 'Weather?' }],
  });
  expect(message).toMatchObject({
    type: 'message',
    role: 'assistant',
    stop_reason: 'tool_use',
    content: [
      { type: 'text', text: 'Let me look.' },
      { type: 'tool_use', id: 'call_1', name: 'get_weather', input: { city: 'Paris' } },
      { type: 'tool_use', id: 'call_2', input: { city: 'Rome' } },
    ],
    usage: { input_tokens: 19, output_tokens: 10, cache_read_input_tokens: 0 },
  });
  expect(upstream.requests[0]!.json).toEqual({
    model: 'claude-x',
    max_completion_tokens: 100,
    messages: [{ role: 'user', content: 'Weather?' }],
    tools: [
      {
        type: 'function',
        function: { name: 'get_weather', parameters: { type: 'object', properties: { city: {} } } },
      },
    ],
    tool_choice: 'required',
    parallel_tool_calls: false,
  });
});

test('a streamed answer with text and parallel tool calls', async () => {
  const toolCalls = [
    { id: 'call_1', name: 'get_weather', arguments: ['{"ci', 'ty":"Paris"}'] },
    { id: 'call_2', name: 'now', arguments: [''] },
  ];
  upstream.enqueue(sse(openaiChatEvents({ text: ['Let ', 'me.'], toolCalls }, { includeUsage: true })));
  const types: string[] = [];
  const stream = client.messages
    .stream({ model: 'm', max_tokens: 9, tools: [weather], messages: [{ role: 'user', content: 'hi' }] })
    .on('streamEvent', (event) => types.push(event.type));
  expect(await stream.finalMessage()).toMatchObject({
    stop_reason: 'tool_use',
    content: [
      { type: 'text', text: 'Let me.' },
      { type: 'tool_use', id: 'call_1', input: { city: 'Paris' } },
      { type: 'tool_use', id: 'call_2', name: 'now', input: {} },
    ],
    usage: { input_tokens: 19, output_tokens: 10 },
  });
  expect(types[0]).toBe('message_start');
  expect(types.slice(-2)).toEqual(['message_delta', 'message_stop']);
  expect(upstream.requests[0]!.json).toMatchObject({ stream: true, stream_options: { include_usage: true } });
});

test('the request of a coding agent: cached system blocks, tool results with images, thinking', async () => {
  upstream.enqueue(reply(200, openaiChat({ text: 'ok' })));
  const png = 'iVBORw0KGgo=';
  await client.beta.messages.create({
    model: 'm',
    max_tokens: 16_000,
    betas: ['interleaved-thinking-2025-05-14'],
    thinking: { type: 'enabled', budget_tokens: 10_000 },
    metadata: { user_id: `user_${'x'.repeat(100)}` },
    system: [
      { type: 'text', text: 'You are an agent.', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'Be brief.' },
    ],
    tools: [{ ...weather, cache_control: { type: 'ephemeral' } }],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Look', cache_control: { type: 'ephemeral' } }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm', signature: 'sig' },
          { type: 'text', text: 'Looking' },
          { type: 'tool_use', id: 'call_1', name: 'shot', input: {} },
          { type: 'tool_use', id: 'call_2', name: 'read', input: { path: 'a' } },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'call_1',
            content: [
              { type: 'text', text: 'shot' },
              { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
            ],
          },
          { type: 'tool_result', tool_use_id: 'call_2', content: 'no such file', is_error: true },
          { type: 'text', text: 'And now?' },
        ],
      },
    ],
  });
  const asked = upstream.requests[0]!.json as { messages: unknown[]; user: string };
  expect(asked.messages).toEqual([
    {
      role: 'system',
      content: [
        { type: 'text', text: 'You are an agent.' },
        { type: 'text', text: 'Be brief.' },
      ],
    },
    { role: 'user', content: [{ type: 'text', text: 'Look' }] },
    {
      role: 'assistant',
      content: 'Looking',
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'shot', arguments: '{}' } },
        { id: 'call_2', type: 'function', function: { name: 'read', arguments: '{"path":"a"}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'shot' },
    { role: 'tool', tool_call_id: 'call_2', content: 'no such file' },
    { role: 'user', content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } }] },
    { role: 'user', content: [{ type: 'text', text: 'And now?' }] },
  ]);
  expect(asked).toMatchObject({ reasoning_effort: 'medium', tools: [{ type: 'function' }] });
  expect(asked.user).toHaveLength(64);
  expect(JSON.stringify(asked)).not.toMatch(/cache_control|signature|reasoning_budget/);
});

test('what only Anthropic has is refused with the field, in its own shape', async () => {
  const failed = client.messages.create({
    model: 'm',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'hi' }],
    tools: [{ type: 'web_search_20250305', name: 'web_search' }],
  });
  await expect(failed).rejects.toMatchObject({
    status: 400,
    error: {
      type: 'error',
      error: { type: 'invalid_request_error', code: 'unsupported_by_provider', param: 'tools[0]' },
    },
  });
  expect(upstream.requests).toHaveLength(0);
});

test('errors of the provider are errors of the client’s library', async () => {
  const ask = () =>
    client.messages.create({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] });
  upstream.enqueue(reply(401, openaiError('Bad key sk-1.')), reply(429, openaiError('Slow down.')));
  await expect(ask()).rejects.toMatchObject({ status: 502, error: { error: { type: 'api_error' } } });
  await expect(ask()).rejects.toBeInstanceOf(Anthropic.RateLimitError);
});

test('an error inside the stream, and a stream that breaks off, never look finished', async () => {
  const events = openaiChatEvents({ text: ['Hel', 'lo'] });
  const failing = [...events.slice(0, 2), 'data: {"error":{"message":"overloaded"}}\n\n'];
  for (const answer of [sse(failing), sse(events, { cutAfter: 2 }), sse(events.slice(0, 3))]) {
    upstream.enqueue(answer);
    const stream = client.messages.stream({
      model: 'm',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'hi' }],
    });
    await expect(stream.finalMessage()).rejects.toThrow();
  }
});
