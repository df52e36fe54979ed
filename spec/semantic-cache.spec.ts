// Answers that are served again, and those that must not be.
import { describe, expect, test } from 'vitest';
import { OPENAI } from './support/dialects.ts';
import { openai, post } from './support/gateway.ts';
import { newKey, script, seen } from './support/upstream-client.ts';

const ANN = { apikey: 'spec-semantic-cache-ann-key' };
const BOB = { apikey: 'spec-semantic-cache-bob-key' };
const status = (response: Response) => response.headers.get('x-cache-status');

const ask = (
  route: string,
  model: string,
  content: string,
  headers: Record<string, string> = ANN,
  more = {},
) =>
  post(
    `/spec/semantic-cache/${route}/v1/chat/completions`,
    { model, messages: [{ role: 'user', content }], ...more },
    headers,
  );

/** Keeping goes on after the client has its answer. */
async function askUntilHit(...args: Parameters<typeof ask>): Promise<Response> {
  for (let i = 0; ; i += 1) {
    const response = await ask(...args);
    if (status(response) === 'Hit' || i === 20) return response;
    await response.text();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe.each(['memory', 'redis'])('kept in %s', (route) => {
  test('the same question, and one that is alike, are answered without the provider', async () => {
    const model = await script(OPENAI.whole({ text: ['Pa', 'ris'] }));
    const first = await ask(route, model, 'What is the capital of France?');
    expect([first.status, status(first)]).toEqual([200, 'Miss']);
    const again = await askUntilHit(route, model, 'What is the capital of France?');
    expect(status(again)).toBe('Hit');
    expect(again.headers.get('x-cache-key')).toBe(first.headers.get('x-cache-key'));
    expect(await again.json()).toMatchObject({
      choices: [{ message: { content: 'Paris' } }],
      usage: { total_tokens: 0 },
    });
    const alike = await ask(route, model, 'hello, what is the capital of france? thanks');
    expect(status(alike)).toBe('Hit');
    expect(Number(alike.headers.get('x-cache-similarity'))).toBeLessThanOrEqual(1);
    const other = await ask(route, model, 'What is the capital of Finland?');
    expect(status(other)).toBe('Miss');
  });

  test('another consumer asks for itself', async () => {
    const model = await script(OPENAI.whole({ text: ['mine'] }));
    await ask(route, model, 'Who am I?');
    expect(status(await askUntilHit(route, model, 'Who am I?'))).toBe('Hit');
    expect(status(await ask(route, model, 'Who am I?', BOB))).toBe('Miss');
  });
});

test('where it is shared, consumers share', async () => {
  const model = await script(OPENAI.whole({ text: ['ours'] }));
  await ask('shared', model, 'Who are we?');
  expect(status(await askUntilHit('shared', model, 'Who are we?', BOB))).toBe('Hit');
});

test('OpenAI’s own client reads a hit as a stream', async () => {
  const model = await script(OPENAI.whole({ text: ['one two three'] }));
  const messages = [{ role: 'user' as const, content: 'Count!' }];
  await ask('memory', model, 'Count!');
  await askUntilHit('memory', model, 'Count!');
  const stream = await openai('/spec/semantic-cache/memory', ANN.apikey).chat.completions.create({
    model,
    messages,
    stream: true,
  });
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  expect(text).toBe('one two three');
});

test('a streamed answer is kept, one that breaks is not', async () => {
  const model = await script([
    OPENAI.stream({ text: ['a', 'b'] }, { cutAfter: 2 }),
    OPENAI.stream({ text: ['a', 'b'] }),
  ]);
  await ask('memory', model, 'Stream!', ANN, { stream: true }).then((response) =>
    response.text().catch(() => ''),
  );
  const second = await ask('memory', model, 'Stream!', ANN, { stream: true });
  expect(status(second)).toBe('Miss');
  expect(await second.text()).toContain('[DONE]');
  const hit = await askUntilHit('memory', model, 'Stream!');
  expect(status(hit)).toBe('Hit');
  expect(await hit.json()).toMatchObject({ choices: [{ message: { content: 'ab' } }] });
});

test('a failure is not kept', async () => {
  // Without a script the upstream answers with an error of its own.
  const model = newKey();
  let calls = 0;
  for (let i = 0; i < 2; i += 1) {
    const response = await ask('memory', model, 'Fail!');
    expect([response.status, status(response)]).toEqual([502, 'Miss']);
    // ai-proxy-ts may try more than once.
    const now = (await seen(model)).length;
    expect(now).toBeGreaterThan(calls);
    calls = now;
  }
});

test('a client decides with Cache-Control', async () => {
  const model = await script(OPENAI.whole({ text: ['fresh'] }));
  const only = await ask('memory', model, 'Now?', { ...ANN, 'cache-control': 'only-if-cached' });
  expect(only.status).toBe(504);
  expect(status(await ask('memory', model, 'Now?', { ...ANN, 'cache-control': 'no-store' }))).toBe('Bypass');
  expect(status(await ask('memory', model, 'Now?'))).toBe('Miss');
  expect(status(await askUntilHit('memory', model, 'Now?'))).toBe('Hit');
  const before = (await seen(model)).length;
  expect(status(await ask('memory', model, 'Now?', { ...ANN, 'cache-control': 'no-cache' }))).toBe('Refresh');
  expect((await seen(model)).length).toBe(before + 1);
});

test('identical requests at the same time make one call', async () => {
  const model = await script(OPENAI.stream({ text: Array.from('one answer') }, { delayMs: 20 }));
  const all = await Promise.all(
    Array.from({ length: 20 }, () => ask('memory', model, 'Together!', ANN, { stream: true })),
  );
  const texts = await Promise.all(all.map((response) => response.text()));
  expect(texts.every((text) => text.includes('[DONE]'))).toBe(true);
  expect(await seen(model)).toHaveLength(1);
});
