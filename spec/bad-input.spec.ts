// Requests that are wrong in themselves get errors in OpenAI's shape, with a code, and no provider sees them.
import { beforeAll, describe, expect, test } from 'vitest';
import { OPENAI } from './support/dialects.ts';
import { at, openai, post } from './support/gateway.ts';
import { script, seen } from './support/upstream-client.ts';

const PATH = '/spec/bad-input/v1/chat/completions';
// The key of the route's upstream, see spec/deck/bad-input.yaml.
const KEY = 'spec-bad-input';
const user = { role: 'user', content: 'Hello?' };
const good = { model: 'gpt-4.1', messages: [user] };

let before: number;
beforeAll(async () => {
  await script(OPENAI.whole({ text: ['yes'] }), KEY);
  before = (await seen(KEY)).length;
});

interface Expected {
  status: number;
  code: string;
  param?: string | null;
}

async function expectError(response: Response, { status, code, param }: Expected): Promise<void> {
  const text = await response.text();
  expect(response.status, text).toBe(status);
  expect(response.headers.get('content-type')).toContain('application/json');
  const body = JSON.parse(text);
  expect(Object.keys(body)).toEqual(['error']);
  expect(Object.keys(body.error).sort()).toEqual(['code', 'message', 'param', 'type']);
  expect(body.error).toMatchObject({
    code,
    message: expect.stringMatching(/\w/),
    type: expect.stringMatching(/_error$/),
  });
  if (param !== undefined) expect(body.error.param).toBe(param);
  // Neither a stack nor the place of the code is anybody's business.
  expect(text).not.toMatch(/\bat .+:\d+|\.(ts|js):\d|node_modules/);
  expect((await seen(KEY)).length, 'requests at the provider').toBe(before);
}

describe('the body', () => {
  test.each([
    ['empty', ''],
    ['cut off', '{"model":"gpt-4.1","messages":['],
    ['not JSON', 'hello'],
    ['a JSON array', '[]'],
    ['a JSON string', '"hello"'],
    ['null', 'null'],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ])('%s is invalid JSON', async (_name, body) => {
    await expectError(await post(PATH, body), { status: 400, code: 'invalid_json' });
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'image/png',
  ])('of type %s is refused', async (type) => {
    const response = await post(PATH, JSON.stringify(good), { 'content-type': type });
    await expectError(response, { status: 415, code: 'unsupported_media_type' });
  });

  test('that is compressed is refused', async () => {
    const response = await post(PATH, JSON.stringify(good), { 'content-encoding': 'gzip' });
    await expectError(response, { status: 415, code: 'unsupported_media_type' });
  });

  test('over 32 MiB is refused', async () => {
    const body = JSON.stringify({ ...good, messages: [{ ...user, content: 'x'.repeat(33 * 1024 * 1024) }] });
    await expectError(await post(PATH, body), { status: 413, code: 'body_too_large' });
  });

  test('that is nested thousands of levels deep is answered like any other', async () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const body = `{"model":"gpt-4.1","messages":[{"role":"user","content":${deep}}]}`;
    const response = await post(PATH, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toHaveProperty('error.code');
  });
});

describe('the fields', () => {
  test.each([
    ['no messages', { model: 'gpt-4.1' }, 'messages'],
    ['empty messages', { ...good, messages: [] }, 'messages'],
    ['messages that are a text', { ...good, messages: 'Hello?' }, 'messages'],
    ['messages that are null', { ...good, messages: null }, 'messages'],
    ['a message that is a text', { ...good, messages: ['Hello?'] }, 'messages[0]'],
    ['a message without a role', { ...good, messages: [{ content: 'x' }] }, 'messages[0].role'],
    ['an unknown role', { ...good, messages: [user, { role: 'wizard', content: 'x' }] }, 'messages[1].role'],
    [
      'a content that is a number',
      { ...good, messages: [{ role: 'user', content: 7 }] },
      'messages[0].content',
    ],
    ['a model that is a number', { ...good, model: 7 }, 'model'],
    ['a stream that is a text', { ...good, stream: 'yes' }, 'stream'],
    ['tools that are an object', { ...good, tools: {} }, 'tools'],
    ['max_tokens that is a text', { ...good, max_tokens: 'many' }, 'max_tokens'],
    ['a temperature that is a text', { ...good, temperature: 'hot' }, 'temperature'],
  ])('%s: the error names the field', async (_name, body, param) => {
    await expectError(await post(PATH, body), { status: 400, code: 'invalid_request', param });
  });

  test('a model outside the allow-list does not exist', async () => {
    const response = await post(PATH, { ...good, model: 'gpt-nobody' });
    await expectError(response, { status: 404, code: 'model_not_found', param: 'model' });
  });

  test('OpenAI’s client raises its own error classes', async () => {
    const client = openai('/spec/bad-input', '');
    const call = client.chat.completions.create({ model: 'gpt-nobody', messages: [] });
    await expect(call).rejects.toMatchObject({
      name: 'Error',
      status: expect.any(Number),
      code: expect.any(String),
    });
    await expect(
      client.chat.completions.create({ model: 'gpt-nobody', messages: [{ role: 'user', content: 'x' }] }),
    ).rejects.toMatchObject({ status: 404, code: 'model_not_found', type: 'not_found_error' });
  });
});

describe('the address', () => {
  test('a path under no route is Kong’s own 404', async () => {
    const response = await post('/spec/nowhere/v1/chat/completions', good);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ message: 'no Route matched with those values' });
  });

  test('an endpoint that does not exist', async () => {
    // The body of another endpoint says nothing about chat.
    const response = await post('/spec/bad-input/v1/nothing', { hello: 1 });
    await expectError(response, { status: 404, code: 'unknown_endpoint' });
  });

  test.each(['GET', 'PUT', 'DELETE'])('%s on a model endpoint', async (method) => {
    const response = await fetch(at(PATH), { method });
    await expectError(response, { status: 405, code: 'method_not_allowed' });
    expect(response.headers.get('allow')).toBe('POST');
  });
});

test('a good request on the same route passes', async () => {
  const response = await post(PATH, good);
  expect(response.status).toBe(200);
  expect((await seen(KEY)).length).toBe(before + 1);
});
