// Chat completions through the gateway, with OpenAI's own client, for each provider format.
import type OpenAI from 'openai';
import type { APIError } from 'openai';
import { describe, expect, test } from 'vitest';
import { DIALECTS, OPENAI } from './support/dialects.ts';
import { at, openai, post } from './support/gateway.ts';
import { script, seen, seenOnce } from './support/upstream-client.ts';

const KEY = 'spec-chat-app-key';
const HELLO = ['Hel', 'lo ', 'wörld ', '👋'];
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const user = (content: OpenAI.ChatCompletionUserMessageParam['content']) => ({
  role: 'user' as const,
  content,
});
const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'The weather of a city.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const PARIS = { id: 'call_paris', name: 'get_weather', arguments: ['{"ci', 'ty":"P', 'aris é"}'] };
const OSLO = { id: 'call_oslo', name: 'get_weather', arguments: ['{"city"', ':"Oslo"}'] };
const called = ({ id, name, arguments: pieces }: typeof PARIS) => ({
  id,
  type: 'function',
  function: { name, arguments: pieces.join('') },
});

/** Arguments as JSON values: providers and translations may space them as they like. */
function parsed(calls: OpenAI.ChatCompletionMessageToolCall[] | undefined) {
  return calls?.map((call) => {
    if (call.type !== 'function') throw new Error(call.type);
    return {
      ...call,
      function: { name: call.function.name, arguments: JSON.parse(call.function.arguments) },
    };
  });
}
const expectedCalls = (...tools: (typeof PARIS)[]) =>
  tools.map(called).map((call) => ({
    ...call,
    function: { ...call.function, arguments: JSON.parse(call.function.arguments) },
  }));

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe.each(DIALECTS)('with $name', (dialect) => {
  const client = () => openai(`/spec/chat/${dialect.route}`, KEY);
  const ask = (
    body: Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'messages'> & {
      messages?: OpenAI.ChatCompletionMessageParam[];
    },
  ) => client().chat.completions.create({ messages: [user('Hello?')], ...body });

  test('a whole answer arrives, and the provider is asked once with the gateway’s own key', async () => {
    const model = await script(dialect.whole({ text: HELLO }));
    const answer = await ask({ model });
    expect(answer).toMatchObject({
      object: 'chat.completion',
      id: expect.any(String),
      created: expect.any(Number),
    });
    expect(answer.choices).toHaveLength(1);
    expect(answer.choices[0]).toMatchObject({
      index: 0,
      finish_reason: 'stop',
      message: { role: 'assistant', content: HELLO.join('') },
    });
    const request = await seenOnce(model);
    expect(request).toMatchObject({ method: 'POST', path: dialect.path, json: { model } });
    expect(request.headers[dialect.auth[0]]).toBe(dialect.auth[1]);
    expect(JSON.stringify(request.json)).toContain('Hello?');
  });

  test('a streamed answer arrives in the pieces of the provider', async () => {
    const model = await script(dialect.stream({ text: HELLO }));
    const chunks = await collect(
      await client().chat.completions.create({ model, messages: [user('Hello?')], stream: true }),
    );
    expect(chunks.map(({ choices }) => choices[0]?.delta.content).filter(Boolean)).toEqual(HELLO);
    expect(chunks[0]!.choices[0]!.delta.role).toBe('assistant');
    expect(chunks.map(({ choices }) => choices[0]?.finish_reason).filter(Boolean)).toEqual(['stop']);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(chunks.every(({ object }) => object === 'chat.completion.chunk')).toBe(true);
    expect((await seenOnce(model)).json).toMatchObject({ stream: true });
  });

  test('a tool call arrives with its id, name and arguments', async () => {
    const model = await script(dialect.whole({ tools: [PARIS] }));
    const { choices } = await ask({ model, tools: [weather], tool_choice: 'auto' });
    expect(choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } });
    expect(parsed(choices[0]!.message.tool_calls)).toEqual(expectedCalls(PARIS));
    expect((await seenOnce(model)).body).toContain('The weather of a city.');
  });

  test('parallel tool calls arrive, beside text', async () => {
    const model = await script(dialect.whole({ text: ['Looking.'], tools: [PARIS, OSLO] }));
    const { choices } = await ask({ model, tools: [weather] });
    expect(choices[0]!.message.content).toBe('Looking.');
    expect(parsed(choices[0]!.message.tool_calls)).toEqual(expectedCalls(PARIS, OSLO));
  });

  test('streamed tool calls arrive in pieces that make the arguments', async () => {
    const model = await script(dialect.stream({ tools: [PARIS, OSLO] }));
    const stream = client().chat.completions.stream({
      model,
      messages: [user('Weather?')],
      tools: [weather],
    });
    const chunks = await collect(stream);
    const pieces = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
    expect(pieces.filter(({ index }) => index === 0).length).toBeGreaterThan(2);
    expect(new Set(pieces.map(({ index }) => index))).toEqual(new Set([0, 1]));
    const final = await stream.finalChatCompletion();
    expect(final.choices[0]!.finish_reason).toBe('tool_calls');
    expect(parsed(final.choices[0]!.message.tool_calls)).toMatchObject(expectedCalls(PARIS, OSLO));
  });

  test('the result of a tool reaches the provider under the id of its call', async () => {
    const model = await script(dialect.whole({ text: ['Sunny.'] }));
    await ask({
      model,
      tools: [weather],
      messages: [
        user('Weather?'),
        { role: 'assistant', content: null, tool_calls: [called(PARIS), called(OSLO)] as never },
        { role: 'tool', tool_call_id: PARIS.id, content: '21 degrees in Paris' },
        { role: 'tool', tool_call_id: OSLO.id, content: '4 degrees in Oslo' },
      ],
    });
    const { messages } = (await seenOnce(model)).json as { messages: { role: string; content: unknown }[] };
    if (dialect === OPENAI) expect(messages[2]).toMatchObject({ role: 'tool', tool_call_id: PARIS.id });
    else {
      expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
      expect(messages[1]!.content).toMatchObject([
        { type: 'tool_use', id: PARIS.id, input: { city: 'Paris é' } },
        { type: 'tool_use', id: OSLO.id, input: { city: 'Oslo' } },
      ]);
      expect(messages[2]!.content).toMatchObject([
        { type: 'tool_result', tool_use_id: PARIS.id },
        { type: 'tool_result', tool_use_id: OSLO.id },
      ]);
    }
    expect(JSON.stringify(messages)).toContain('4 degrees in Oslo');
  });

  test('usage is the provider’s, whole', async () => {
    const model = await script(dialect.whole({ text: HELLO, usage: { input: 12, output: 34 } }));
    const { usage } = await ask({ model });
    expect(usage).toMatchObject({ prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 });
  });

  test('usage comes as the last chunk of a stream when the client asks for it', async () => {
    const model = await script(dialect.stream({ text: HELLO, usage: { input: 12, output: 34 } }));
    const chunks = await collect(
      await client().chat.completions.create({
        model,
        messages: [user('Hello?')],
        stream: true,
        stream_options: { include_usage: true },
      }),
    );
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 },
    });
    expect(chunks.filter(({ usage }) => usage)).toHaveLength(1);
  });

  test('usage is not in a stream when the client does not ask for it', async () => {
    const model = await script(dialect.stream({ text: HELLO, usage: { input: 12, output: 34 } }));
    const chunks = await collect(
      await client().chat.completions.create({ model, messages: [user('Hello?')], stream: true }),
    );
    expect(chunks.filter(({ usage }) => usage)).toEqual([]);
    expect(chunks.filter(({ choices }) => choices.length === 0)).toEqual([]);
  });

  test('system messages reach the provider in its own way', async () => {
    const model = await script(dialect.whole({ text: HELLO }));
    await ask({
      model,
      messages: [{ role: 'system', content: 'Be brief.' }, user('Hello?')],
    });
    const json = (await seenOnce(model)).json as { system?: unknown; messages: { role: string }[] };
    if (dialect === OPENAI) expect(json.messages[0]).toEqual({ role: 'system', content: 'Be brief.' });
    else {
      expect(JSON.stringify(json.system)).toContain('Be brief.');
      expect(json.messages.map(({ role }) => role)).toEqual(['user']);
    }
  });

  const image = (base64: string) =>
    user([
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${base64}` } },
    ]);

  /** The base64 of the image in the request that the provider got. */
  async function sentImage(model: string): Promise<string> {
    const { messages } = (await seenOnce(model)).json as {
      messages: { content: { [key: string]: never }[] }[];
    };
    const [text, part] = messages[0]!.content as unknown as [
      object,
      { type: string; image_url: { url: string }; source: object & { data: string } },
    ];
    expect(text).toMatchObject({ type: 'text', text: 'What is this?' });
    if (dialect === OPENAI) return part.image_url.url.slice('data:image/png;base64,'.length);
    expect(part).toMatchObject({ type: 'image', source: { type: 'base64', media_type: 'image/png' } });
    return part.source.data;
  }

  test('text and image parts reach the provider', async () => {
    const model = await script(dialect.whole({ text: HELLO }));
    await ask({ model, messages: [image(PIXEL)] });
    expect(await sentImage(model)).toBe(PIXEL);
  });

  test('an image of 20 MB passes', async () => {
    const model = await script(dialect.whole({ text: HELLO }));
    const big = Buffer.alloc(20_000_000, 'kong').toString('base64');
    const { choices } = await ask({ model, messages: [image(big)] });
    expect(choices[0]!.message.content).toBe(HELLO.join(''));
    const sent = await sentImage(model);
    expect(sent.length).toBe(big.length);
    expect(sent === big).toBe(true);
  });

  test.each(['stop', 'length', 'content_filter'] as const)(
    'finish reason %s, whole and streamed',
    async (finish) => {
      const said = { text: HELLO, finish };
      const whole = await ask({ model: await script(dialect.whole(said)) });
      expect(whole.choices[0]!.finish_reason).toBe(finish);
      const model = await script(dialect.stream(said));
      const stream = await client().chat.completions.create({
        model,
        messages: [user('Hello?')],
        stream: true,
      });
      const reasons = (await collect(stream)).map(({ choices }) => choices[0]?.finish_reason).filter(Boolean);
      expect(reasons).toEqual([finish]);
    },
  );

  test.each([
    [400, 400, 'provider_rejected'],
    [401, 502, 'provider_auth'],
    [403, 502, 'provider_auth'],
    [404, 404, 'model_not_found'],
    [429, 429, 'provider_rate_limited'],
    [500, 502, 'provider_error'],
    [503, 502, 'provider_error'],
  ])('a provider’s %i is a %i with the code %s, streamed or not', async (given, status, code) => {
    for (const stream of [false, true]) {
      const model = await script(dialect.error(given, 'sorry', { 'retry-after': '7' }));
      const call = client().chat.completions.create({ model, messages: [user('Hello?')], stream });
      const error: unknown = await call.then(
        () => undefined,
        (reason) => reason,
      );
      expect(error).toMatchObject({ status, code });
      expect(String(error)).not.toContain('upstream');
      if (given === 400) expect(String(error)).toContain('sorry');
      if (given === 429) expect((error as APIError).headers?.get('retry-after')).toBe('7');
    }
  });
});

test('a provider of OpenAI’s format without a key is asked without one', async () => {
  const model = await script(OPENAI.whole({ text: HELLO }));
  const answer = await openai('/spec/chat/compatible', KEY).chat.completions.create({
    model,
    messages: [user('Hello?')],
  });
  expect(answer.choices[0]!.message.content).toBe(HELLO.join(''));
  expect((await seenOnce(model)).headers.authorization).toBeUndefined();
});

test('fields that the gateway does not know pass to a provider of the same format', async () => {
  const model = await script(OPENAI.whole({ text: HELLO }));
  const body = { model, messages: [user('Hello?')], seed: 7, x_future: { a: [1] } };
  expect((await post('/spec/chat/openai/v1/chat/completions', body, { apikey: KEY })).status).toBe(200);
  expect((await seenOnce(model)).json).toMatchObject({ seed: 7, x_future: { a: [1] } });
});

test('the key may be where OpenAI’s clients put it, with key-auth on the authorization header', async () => {
  const model = await script(OPENAI.whole({ text: HELLO }));
  const client = openai('/spec/chat/bearer', '').withOptions({ apiKey: 'sk-spec-chat-app' });
  const answer = await client.chat.completions.create({ model, messages: [user('Hello?')] });
  expect(answer.choices[0]!.message.content).toBe(HELLO.join(''));
  expect((await seenOnce(model)).headers.authorization).toBe('Bearer sk-upstream');
});

test('without a key, or with another one, Kong answers 401 and the provider is not asked', async () => {
  const model = await script(OPENAI.whole({ text: HELLO }));
  for (const headers of [{}, { apikey: 'nobody' }]) {
    const response = await post(
      '/spec/chat/openai/v1/chat/completions',
      { model, messages: [user('x')] },
      headers,
    );
    expect(response.status).toBe(401);
    expect(await response.json()).toHaveProperty('message');
  }
  expect(await seen(model)).toEqual([]);
});

test('a model that the operator fixed is asked for, whatever the client names', async () => {
  const key = await script(OPENAI.whole({ text: HELLO }), 'spec-chat-fixed-model');
  const response = await fetch(at('/spec/chat/fixed-model/v1/chat/completions'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [user('Hello?')] }),
  });
  expect(response.status).toBe(200);
  expect((await seen(key)).at(-1)!.json).toMatchObject({ model: 'gpt-4.1-mini' });
});
