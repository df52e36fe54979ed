// What the demo model answers to unusual and to wrong requests, over HTTP, in OpenAI's shapes.
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoModel, startDemoModel } from '../../../../kong/gateway/demo-model.ts';

let demo: DemoModel;
beforeAll(async () => {
  demo = await startDemoModel({ chunkDelayMs: 1 });
});
afterAll(() => demo.close());

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, looked into by the tests
async function post(path: string, body: unknown): Promise<{ status: number; text: string; json(): any }> {
  const response = await fetch(`${demo.url}/${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, text, json: () => JSON.parse(text) };
}

const user = (content: unknown, more: object = {}) => ({
  model: 'm',
  messages: [{ role: 'user', content }],
  ...more,
});
const said = async (body: object): Promise<string> =>
  (await post('chat/completions', body)).json().choices[0].message.content;

describe('a chat answer', () => {
  it.each([
    ['one image', 1, 'You sent 1 image, which'],
    ['images', 2, 'You sent 2 images, which'],
  ])('says that it cannot see %s', async (_what, count, expected) => {
    const image = { type: 'image_url', image_url: { url: 'data:,' } };
    const parts = [{ type: 'text', text: 'Look' }, ...Array(count).fill(image)];
    const text = await said(user(parts));
    expect(text).toContain(expected);
    expect(text).toContain('Look');
  });

  it.each(['system', 'developer'])('quotes the %s message', async (role) => {
    const messages = [
      { role, content: [{ type: 'text', text: 'Be brief.' }] },
      { role: 'user', content: 'Hi' },
    ];
    expect(await said({ model: 'm', messages })).toContain('The system message says: "Be brief."');
  });

  it('is to the last message when no user speaks, and to a message without content too', async () => {
    expect(await said({ model: 'm', messages: [{ role: 'assistant', content: 'Alone' }] })).toContain(
      'You asked: "Alone"',
    );
    expect(await said(user(null))).toContain('You asked: ""');
  });

  it('is any JSON for a schema that says nothing', async () => {
    const format = (json_schema?: object) =>
      user('x', { response_format: { type: 'json_schema', json_schema } });
    for (const schema of [undefined, {}, { schema: null }])
      expect(typeof JSON.parse(await said(format(schema)))).toBe('string');
  });

  it('calls the first tool when one is required and none is mentioned', async () => {
    const tools = ['first', 'second'].map((name) => ({ type: 'function', function: { name } }));
    const choice = async (more: object) =>
      (await post('chat/completions', user('Hi', { tools, ...more }))).json().choices[0];
    expect((await choice({ tool_choice: 'required' })).message.tool_calls).toMatchObject([
      { function: { name: 'first', arguments: '{}' } },
    ]);
    expect((await choice({ tool_choice: 'none' })).finish_reason).toBe('stop');
    const named = { tool_choice: { type: 'function', function: { name: 'second' } } };
    expect((await choice(named)).message.tool_calls).toMatchObject([{ function: { name: 'second' } }]);
  });
});

describe('embeddings', () => {
  const embed = async (input: unknown, more: object = {}) =>
    (await post('embeddings', { model: 'm', input, ...more })).json();

  it('take tokens, alone or in lists, and texts in lists', async () => {
    const one = await embed([1, 2, 3]);
    expect(one.data).toHaveLength(1);
    const lists = await embed([[1, 2, 3], [4]]);
    expect(lists.data.map(({ index }: { index: number }) => index)).toEqual([0, 1]);
    expect(lists.data[0].embedding).toEqual(one.data[0].embedding);
    expect((await embed(['a', 'b'])).usage).toEqual({ prompt_tokens: 2, total_tokens: 2 });
  });

  it.each([
    ['without a word', '?!'],
    // Both lie at the one place that there is, with opposite signs.
    ['whose words cancel each other out', 'a yes'],
  ])('are unit vectors for a text %s', async (_what, text) => {
    const [{ embedding }] = (await embed(text, { dimensions: 1 })).data;
    expect(Math.abs(embedding[0])).toBe(1);
  });
});

describe('moderations', () => {
  it('judge texts, lists and parts, and flag what is on the list', async () => {
    const flags = async (input: unknown) =>
      (await post('moderations', { input }))
        .json()
        .results.map((result: { flagged: boolean }) => result.flagged);
    expect(await flags('What a nice day')).toEqual([false]);
    expect(await flags(['I will murder you', 'hello'])).toEqual([true, false]);
    const parts = [{ type: 'text', text: 'you idiot' }, { type: 'image_url' }];
    expect(await flags(parts)).toEqual([true, false]);
  });

  it('name the category and its score', async () => {
    const { results, model } = (await post('moderations', { model: 'mine', input: 'you moron' })).json();
    expect(model).toBe('mine');
    expect(results[0].categories).toMatchObject({ harassment: true, violence: false });
    expect(results[0].category_scores).toMatchObject({ harassment: 0.99, violence: 0.01 });
  });
});

describe('text completions', () => {
  it('stream their words and their finish reason, and then end', async () => {
    const { text } = await post('completions', { model: 'm', prompt: ['Hi'], stream: true, max_tokens: 3 });
    const events = text
      .trim()
      .split('\n\n')
      .map((event) => event.replace('data: ', ''));
    expect(events.pop()).toBe('[DONE]');
    const choices = events.map((event) => JSON.parse(event).choices[0]);
    expect(choices.map(({ finish_reason }) => finish_reason)).toEqual([null, null, null, 'length']);
    const whole = (await post('completions', { model: 'm', prompt: 'Hi', max_tokens: 3 })).json().choices[0];
    expect(choices.map((choice) => choice.text).join('')).toBe(whole.text);
  });
});

describe('a wrong request is refused with the field that is wrong', () => {
  it.each<[path: string, body: unknown, status: number, error: object]>([
    ['chat/completions', user('x', { n: 2 }), 400, { param: 'n', code: 'unsupported_value' }],
    [
      'chat/completions',
      user('x', { stream_options: { include_usage: true } }),
      400,
      { param: 'stream_options', code: 'invalid_value' },
    ],
    ['chat/completions', { model: 'm', messages: [{ role: 'owl' }] }, 400, { param: 'messages[0].role' }],
    ['chat/completions', 'no object', 400, { param: null, code: 'invalid_json' }],
    ['chat/completions', [], 400, { param: null, message: expect.stringContaining('Invalid request: ') }],
    ['chat/completions', user('x', { stop: 7 }), 400, { param: 'stop' }],
    ['embeddings', { model: 'm', input: '' }, 400, { param: 'input' }],
    ['embeddings', { model: 'm', input: 'x', dimensions: 4000 }, 400, { param: 'dimensions' }],
    ['models', {}, 405, { code: 'method_not_supported' }],
    ['models/x', {}, 404, { code: 'unknown_url' }],
  ])('%s %j', async (path, body, status, error) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(status);
    expect(answer.json().error).toMatchObject({ type: 'invalid_request_error', ...error });
  });

  it('and one that is too large with 413, before its end', async () => {
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(`${demo.url}/chat/completions`, { method: 'POST' });
      request.on('response', (response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      request.on('error', reject);
      const piece = Buffer.alloc(1024 * 1024, ' ');
      for (let i = 0; i < 65; i += 1) request.write(piece);
    });
    expect(status).toBe(413);
  });
});

it('a stream whose client has left ends, and the demo goes on answering', async () => {
  const left = new AbortController();
  const response = await fetch(`${demo.url}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify(user('word '.repeat(2_000), { stream: true })),
    signal: left.signal,
  });
  await response.body!.getReader().read();
  left.abort();
  expect(await said(user('Still there?'))).toContain('Still there?');
});
