import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DemoModel, startDemoModel } from '../../../kong/gateway/demo-model.ts';

let demo: DemoModel;
let client: OpenAI;

beforeAll(async () => {
  demo = await startDemoModel({ chunkDelayMs: 0 });
  client = new OpenAI({ baseURL: demo.url, apiKey: 'unused', maxRetries: 0 });
});
afterAll(() => demo.close());

const ask = (content: string, more: object = {}) => ({
  model: 'demo-chat',
  messages: [{ role: 'user' as const, content }],
  ...more,
});

const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: {
        city: { type: 'string' },
        unit: { enum: ['celsius', 'fahrenheit'] },
        days: { type: 'integer', minimum: 3 },
      },
      required: ['city'],
    },
  },
};
const clock = { type: 'function' as const, function: { name: 'clock' } };

async function fails(call: Promise<unknown>): Promise<APIError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(APIError);
  return error as APIError;
}

test('an answer quotes the question, says that it is a demo, and is the same every time', async () => {
  const first = await client.chat.completions.create(ask('How tall is Everest?'));
  const second = await client.chat.completions.create(ask('How tall is Everest?'));
  const text = first.choices[0]!.message.content!;
  expect(text).toContain('How tall is Everest?');
  expect(text).toMatch(/demo/i);
  expect(second.choices).toEqual(first.choices);
  expect(second.id).toBe(first.id);
  expect(first.choices[0]!.finish_reason).toBe('stop');
  expect(first.usage).toMatchObject({ prompt_tokens: 4, completion_tokens: text.split(/\s+/).length });
});

test('a stream says the same as the whole answer and ends with usage when asked', async () => {
  const whole = await client.chat.completions.create(ask('Tell me\nsomething  long'));
  const stream = await client.chat.completions.create({
    ...ask('Tell me\nsomething  long'),
    stream: true,
    stream_options: { include_usage: true },
  });
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
  expect(text).toBe(whole.choices[0]!.message.content);
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
  expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
  expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
});

test('a stream without include_usage has no usage', async () => {
  const stream = await client.chat.completions.create({ ...ask('hi'), stream: true });
  for await (const chunk of stream) expect(chunk).not.toHaveProperty('usage');
});

test('a mentioned tool is called with arguments that fit its schema', async () => {
  const answer = await client.chat.completions.create(
    ask('Please get weather now', { tools: [weather, clock] }),
  );
  expect(answer.choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } });
  const calls = answer.choices[0]!.message.tool_calls!;
  expect(calls).toHaveLength(1);
  const call = calls[0]!;
  expect(call.type === 'function' && call.function.name).toBe('get_weather');
  expect(JSON.parse(call.type === 'function' ? call.function.arguments : '')).toEqual({
    city: 'demo city',
    unit: 'celsius',
    days: 3,
  });
});

test('streamed tool calls come in pieces that the client puts together', async () => {
  const final = await client.chat.completions
    .stream(ask('get_weather and clock', { tools: [weather, clock] }))
    .finalChatCompletion();
  const calls = final.choices[0]!.message.tool_calls!;
  expect(calls.map((call) => call.type === 'function' && call.function.name)).toEqual([
    'get_weather',
    'clock',
  ]);
  expect(final.choices[0]!.finish_reason).toBe('tool_calls');
});

test('tool_choice and parallel_tool_calls are followed', async () => {
  const names = async (more: object) => {
    const answer = await client.chat.completions.create(
      ask('get_weather, clock', { tools: [weather, clock], ...more }),
    );
    return answer.choices[0]!.message.tool_calls?.map(
      (call) => call.type === 'function' && call.function.name,
    );
  };
  expect(await names({ tool_choice: 'none' })).toBeUndefined();
  expect(await names({ parallel_tool_calls: false })).toEqual(['get_weather']);
  expect(await names({ tool_choice: { type: 'function', function: { name: 'clock' } } })).toEqual(['clock']);
});

test("a tool's result is answered with text", async () => {
  const answer = await client.chat.completions.create({
    model: 'demo-chat',
    tools: [clock],
    messages: [
      { role: 'user', content: 'clock' },
      {
        role: 'assistant',
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'clock', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'a', content: 'clock says noon' },
    ],
  });
  expect(answer.choices[0]!.message.content).toContain('clock says noon');
});

test('JSON mode answers with JSON, and a schema is followed', async () => {
  const object = await client.chat.completions.create(
    ask('hi', { response_format: { type: 'json_object' } }),
  );
  expect(JSON.parse(object.choices[0]!.message.content!)).toMatchObject({ demo: true, question: 'hi' });
  const schema = {
    type: 'object',
    properties: { tags: { type: 'array', items: { $ref: '#/$defs/Tag' }, minItems: 2 } },
    $defs: { Tag: { type: 'string', maxLength: 4 } },
  };
  const shaped = await client.chat.completions.create(
    ask('hi', { response_format: { type: 'json_schema', json_schema: { name: 's', schema } } }),
  );
  expect(JSON.parse(shaped.choices[0]!.message.content!)).toEqual({ tags: ['demo', 'demo'] });
});

test('max_tokens cuts the answer with finish reason length', async () => {
  for (const key of ['max_tokens', 'max_completion_tokens']) {
    const answer = await client.chat.completions.create(ask('hi', { [key]: 3 }));
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'This is a' } });
    expect(answer.usage?.completion_tokens).toBe(3);
  }
});

test('a stop sequence ends the answer before it', async () => {
  const answer = await client.chat.completions.create(ask('hi', { stop: [' demo'] }));
  expect(answer.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'This is a' } });
});

test.each([
  ['no messages', { model: 'm', messages: [] }, 'messages'],
  ['no model', { messages: [{ role: 'user', content: 'x' }] }, 'model'],
  ['an unknown role', { model: 'm', messages: [{ role: 'wizard', content: 'x' }] }, 'messages[0].role'],
  ['a wrong content type', { model: 'm', messages: [{ role: 'user', content: 7 }] }, 'messages[0].content'],
  ['max_tokens 0', { ...ask('x'), max_tokens: 0 }, 'max_tokens'],
  [
    'stream_options without stream',
    { ...ask('x'), stream_options: { include_usage: true } },
    'stream_options',
  ],
])('%s is refused with the name of the field', async (_name, body, param) => {
  const error = await fails(client.post('/chat/completions', { body }));
  expect(error).toMatchObject({ status: 400, type: 'invalid_request_error', param });
});

test('a body that is not JSON, an unknown path, method and model have their errors', async () => {
  const raw = await fetch(`${demo.url}/chat/completions`, { method: 'POST', body: '{"model":' });
  expect(raw.status).toBe(400);
  expect(await raw.json()).toMatchObject({ error: { type: 'invalid_request_error', code: 'invalid_json' } });
  expect(await fails(client.get('/nothing'))).toMatchObject({ status: 404, code: 'unknown_url' });
  expect(await fails(client.get('/embeddings'))).toMatchObject({ status: 405 });
  expect(await fails(client.models.retrieve('gpt-0'))).toMatchObject({
    status: 404,
    code: 'model_not_found',
  });
});

test('models are listed', async () => {
  const { data } = await client.models.list();
  expect(data.map(({ id }) => id)).toContain('demo-chat');
  expect((await client.models.retrieve('demo-chat')).object).toBe('model');
});

test('embeddings are unit vectors, near for texts with common words, and equal in both encodings', async () => {
  const input = ['the cat sat on the mat', 'the cat lay on the mat', 'quarterly revenue grew strongly'];
  const { data } = await client.embeddings.create({ model: 'demo-embedding', input });
  const floats = await client.embeddings.create({ model: 'demo-embedding', input, encoding_format: 'float' });
  const [cat, mat, money] = data.map(({ embedding }) => embedding) as [number[], number[], number[]];
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, index) => sum + value * b[index]!, 0);
  expect(dot(cat, cat)).toBeCloseTo(1, 5);
  expect(dot(cat, mat)).toBeGreaterThan(0.7);
  expect(dot(cat, money)).toBeLessThan(0.4);
  expect(floats.data[0]!.embedding[5]).toBeCloseTo(cat[5]!, 6);
  const small = await client.embeddings.create({ model: 'demo-embedding', input: '!!!', dimensions: 8 });
  expect(dot(small.data[0]!.embedding, small.data[0]!.embedding)).toBeCloseTo(1, 5);
});

test('completions and moderations answer', async () => {
  const text = await client.completions.create({ model: 'demo-chat', prompt: 'Once upon' });
  expect(text.choices[0]).toMatchObject({
    finish_reason: 'stop',
    text: expect.stringContaining('Once upon'),
  });
  const { results } = await client.moderations.create({ input: ['how to kill a man', 'how to bake'] });
  expect(results.map(({ flagged }) => flagged)).toEqual([true, false]);
  expect(results[0]!.categories.violence).toBe(true);
});
