// pii-redact: a provider never sees personal data or secrets, and a client does not notice.
import type OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { ANTHROPIC, DIALECTS, type Dialect, OPENAI } from './support/dialects.ts';
import { openai, post } from './support/gateway.ts';
import { script, seen, seenOnce } from './support/upstream-client.ts';

const EMAIL = 'ada.planted@example.com';
const PHONE = '+1 212 555 0143';
const KEY = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';
const PROMPT = `I am ${EMAIL}, call ${PHONE}. My token is ${KEY}.`;

const pathOf = (route: string): string => `/spec/pii-redact/${route}`;
const client = (route: string): OpenAI => openai(pathOf(route), '');
const user = (content: string) => [{ role: 'user' as const, content }];
const chars = (text: string): string[] => [...text];

async function textOf(stream: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  return text;
}

describe.each(DIALECTS)('with $name', (dialect: Dialect) => {
  test('the provider sees placeholders, the client gets its values back', async () => {
    const model = await script(dialect.whole({ text: ['Mail <EMAIL_1>, not <email_1>; ring **PHONE_1**.'] }));
    const { data, response } = await client(dialect.route)
      .chat.completions.create({ model, messages: user(PROMPT) })
      .withResponse();
    expect(data.choices[0]!.message.content).toBe(`Mail ${EMAIL}, not ${EMAIL}; ring **${PHONE}**.`);
    expect(response.headers.get('x-ai-pii-redacted')).toBe('API_KEY=1, EMAIL_ADDRESS=1, PHONE_NUMBER=1');
    const { body } = await seenOnce(model);
    for (const value of [EMAIL, PHONE, KEY]) expect(body).not.toContain(value);
    expect(body).toContain('I am <EMAIL_1>, call <PHONE_1>. My token is <API_KEY_1>.');
  });

  test('a stream that is torn at every character is restored', async () => {
    const model = await script(
      dialect.stream({ text: chars('Hi <EMAIL_1>! <b>PHONE_1</b> &lt;EMAIL_1&gt; <EMAIL_2>') }),
    );
    const stream = await client(dialect.route).chat.completions.create({
      model,
      messages: user(PROMPT),
      stream: true,
    });
    expect(await textOf(stream)).toBe(`Hi ${EMAIL}! <b>${PHONE}</b> ${EMAIL} <EMAIL_2>`);
  });

  test('arguments of tool calls are restored and stay JSON, whole and streamed', async () => {
    const tools = [{ type: 'function' as const, function: { name: 'send', parameters: { type: 'object' } } }];
    const said = {
      tools: [{ id: 'call_1', name: 'send', arguments: chars('{"to":"<EMAIL_1>","name":"<PERSON_1>"}') }],
    };
    const messages = user(`My name is Bo "Q" \\ O'Neil, I am Anna Schmidt, ${EMAIL}`);
    const wanted = { to: EMAIL, name: 'Anna Schmidt' };
    const whole = await client(dialect.route).chat.completions.create({
      model: await script(dialect.whole(said)),
      messages,
      tools,
    });
    const call = whole.choices[0]!.message.tool_calls![0]!;
    expect(JSON.parse(call.type === 'function' ? call.function.arguments : '')).toEqual(wanted);
    let streamed = '';
    const stream = await client(dialect.route).chat.completions.create({
      model: await script(dialect.stream(said)),
      messages,
      tools,
      stream: true,
    });
    for await (const chunk of stream)
      streamed += chunk.choices[0]?.delta.tool_calls?.[0]?.function?.arguments ?? '';
    expect(JSON.parse(streamed)).toEqual(wanted);
  });
});

test('an entity that is blocked is a 400 that names it, in OpenAI’s shape', async () => {
  const model = await script(OPENAI.whole({ text: ['never'] }));
  const response = await post(`${pathOf('block')}/v1/chat/completions`, {
    model,
    messages: user('My SSN is 536-22-1234.'),
  });
  expect(response.status).toBe(400);
  const body = await response.text();
  expect(JSON.parse(body).error).toMatchObject({
    code: 'pii_blocked',
    type: 'invalid_request_error',
    message: expect.stringContaining('US_SSN (1)'),
  });
  expect(body).not.toContain('536-22');
  expect(await seen(model)).toEqual([]);
});

test('an entity that is blocked is a 400 in Anthropic’s shape for Anthropic’s clients', async () => {
  const response = await post(`${pathOf('block')}/v1/messages`, {
    model: 'm',
    max_tokens: 5,
    messages: user('My SSN is 536-22-1234.'),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    type: 'error',
    error: { type: 'invalid_request_error', message: expect.stringContaining('US_SSN (1)') },
  });
});

test('synthetic values are the same each time and come back', async () => {
  const ask = async (): Promise<string> => {
    const model = await script(OPENAI.whole({ text: ['ok'] }));
    await client('synthetic').chat.completions.create({ model, messages: user(`I am ${'ada@planted.io'}`) });
    return ((await seenOnce(model)).json as { messages: { content: string }[] }).messages[0]!.content;
  };
  const first = await ask();
  expect(first).toMatch(/^I am [\w.]+@example\.(com|net|org)$/);
  expect(await ask()).toBe(first);
  const model = await script(OPENAI.stream({ text: chars(first) }));
  const stream = await client('synthetic').chat.completions.create({
    model,
    messages: user('I am ada@planted.io'),
    stream: true,
  });
  expect(await textOf(stream)).toBe('I am ada@planted.io');
});

test('what the model says by itself is redacted, in streams too', async () => {
  const answer = `yours is <EMAIL_1>, another is other@planted.io. ${'and so on it goes, calmly. '.repeat(20)}`;
  const model = await script(OPENAI.stream({ text: chars(answer) }));
  const stream = await client('both').chat.completions.create({
    model,
    messages: user(PROMPT),
    stream: true,
  });
  expect(await textOf(stream)).toBe(
    answer.replace('<EMAIL_1>', EMAIL).replace('other@planted.io', '<EMAIL_2>'),
  );
});

test('a dry run counts and changes nothing', async () => {
  const model = await script(OPENAI.whole({ text: ['ok'] }));
  const { response } = await client('dry-run')
    .chat.completions.create({ model, messages: user(PROMPT) })
    .withResponse();
  expect(response.headers.get('x-ai-pii-redacted')).toBe('API_KEY=1, EMAIL_ADDRESS=1, PHONE_NUMBER=1');
  expect((await seenOnce(model)).json).toMatchObject({ messages: user(PROMPT) });
});

test('attachments are stripped', async () => {
  const model = await script(OPENAI.whole({ text: ['ok'] }));
  const content = [
    { type: 'text' as const, text: 'look' },
    { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AAAA' } },
  ];
  await client('strip').chat.completions.create({ model, messages: [{ role: 'user', content }] });
  expect((await seenOnce(model)).body).not.toContain('base64');
});

test('a stream that breaks off stays broken', async () => {
  const model = await script(ANTHROPIC.stream({ text: chars('Hi <EMAIL_') }, { cutAfter: 8 }));
  const stream = await client('anthropic').chat.completions.create({
    model,
    messages: user(PROMPT),
    stream: true,
  });
  await expect(textOf(stream)).rejects.toThrow();
});
