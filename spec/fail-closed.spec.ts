// Nothing reaches a provider that the gateway did not declare, and nothing of the gateway's own reaches anybody.
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { OPENAI } from './support/dialects.ts';
import { embeddedOnly, post, postRaw } from './support/gateway.ts';
import { startStack } from './support/stack.ts';
import { newKey, script, seen, seenOnce } from './support/upstream-client.ts';

const OPEN = '/spec/fail-closed/open/v1/chat/completions';
const KEYED = '/spec/fail-closed/key/v1/chat/completions';
const chat = (model: string, more: object = {}) => ({
  model,
  messages: [{ role: 'user', content: 'Hello?' }],
  ...more,
});

// Of the right shape, signed by nobody that the relay knows.
const FORGED = `v1.${'a'.repeat(36)}.${'b'.repeat(22)}.${Math.floor(Date.now() / 60_000)}.${'c'.repeat(22)}`;

const filler = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`a-filler-${n}`, 'x']));

describe('forged declarations', () => {
  test.each([
    ['the innermost plugin', { 'x-ai-plan-ai-proxy-ts': FORGED }],
    ['a guard', { 'x-ai-plan-prompt-guard': FORGED }],
    ['a plugin that does not exist', { 'x-ai-plan-nobody': FORGED }],
    ['the bare header', { 'x-ai-plan': FORGED }],
    ['the caller', { 'x-ai-identity': FORGED }],
    ['upper case', { 'X-AI-Plan-AI-Proxy-TS': 'x' }],
  ])('of %s are refused, and the provider sees nothing', async (_name, headers) => {
    const model = await script(OPENAI.whole({ text: ['no'] }));
    const response = await post(OPEN, chat(model), headers as Record<string, string>);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { type: 'invalid_request_error', code: 'plan_forged', message: expect.any(String) },
    });
    expect(await seen(model)).toEqual([]);
  });

  test('of many at once are refused', async () => {
    const model = await script(OPENAI.whole({ text: ['no'] }));
    const headers = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`x-ai-plan-p${n}`, FORGED]));
    const response = await post(OPEN, chat(model), headers);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(await seen(model)).toEqual([]);
  });

  // Kong drops some forgeries itself: it reads 100 headers back and then replaces the rest of a name, and an empty value
  // it replaces at once. What is left is the gateway's own declaration, and the request is served under that alone.
  test.each([
    ['behind a hundred other headers', filler(99), FORGED],
    ['of an empty value', {}, ''],
  ])('%s are refused or gone, and never reach anybody', async (_name, more, forged) => {
    const model = await script(OPENAI.whole({ text: ['yes'] }));
    const response = await post(OPEN, chat(model), { ...more, 'x-ai-plan-ai-proxy-ts': forged });
    expect([200, 400, 431]).toContain(response.status);
    const calls = await seen(model);
    expect(calls).toHaveLength(response.status === 200 ? 1 : 0);
    expect(JSON.stringify(calls)).not.toMatch(/x-ai-plan|x-ai-identity/i);
    expect([...response.headers.keys()].filter((name) => /^x-ai-(plan|identity)/.test(name))).toEqual([]);
  });
});

describe('gateway headers that a client has Kong remove', () => {
  // Kong takes what the Connection header names out of the request after the plugins have run.
  test.each(['x-ai-plan-ai-proxy-ts', 'x-ai-identity', 'x-ai-plan-ai-proxy-ts, x-ai-identity'])(
    'leave nothing that is served: Connection: %s',
    async (connection) => {
      const model = await script(OPENAI.whole({ text: ['no'] }));
      const { status, body } = await postRaw(OPEN, chat(model), { connection });
      expect(status).toBe(400);
      expect(JSON.parse(body).error.code).toMatch(/^plan_(incomplete|missing|forged)$/);
      expect(await seen(model)).toEqual([]);
    },
  );
});

describe('a guard', () => {
  const GUARDED = '/spec/fail-closed/guarded/v1/chat/completions';
  const denied = (model: string) => ({
    model,
    messages: [{ role: 'user', content: 'Who is Quetzalcoatl?' }],
  });

  test('refuses what it denies', async () => {
    const model = await script(OPENAI.whole({ text: ['no'] }));
    expect((await post(GUARDED, denied(model))).status).toBe(400);
    expect(await seen(model)).toEqual([]);
  });

  // Kong obeys: the guard's declaration does not reach the relay, but ai-proxy-ts has attested that it was there.
  test('is not left out because a client has Kong remove its declaration', async () => {
    const model = await script(OPENAI.whole({ text: ['no'] }));
    const connection = 'keep-alive, x-ai-plan-prompt-guard';
    const { status, body } = await postRaw(GUARDED, denied(model), { connection });
    expect(status).toBe(400);
    expect(JSON.parse(body).error.code).toBe('plan_incomplete');
    expect(await seen(model)).toEqual([]);
  });

  test('without ai-proxy-ts on its route answers 500 and names the mistake', async () => {
    const response = await post('/spec/fail-closed/alone/v1/chat/completions', chat('m'));
    expect(response.status).toBe(500);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe('ai_proxy_missing');
    expect(error.message).toContain('ai-proxy-ts');
  });
});

describe('what the provider is sent', () => {
  const BROWSER = {
    apikey: 'spec-fail-closed-app-key',
    cookie: 'session=secret-session',
    'x-internal': 'secret-internal',
    'x-forwarded-for': '203.0.113.9',
    'user-agent': 'secret-agent',
    referer: 'https://secret.example/',
  };

  test.each([false, true])('is what the gateway means to send, streamed: %s', async (stream) => {
    const said = { text: ['yes'] };
    const model = await script(stream ? OPENAI.stream(said) : OPENAI.whole(said));
    const response = await post(KEYED, chat(model, { stream }), BROWSER);
    expect(response.status).toBe(200);
    await response.text();
    const { headers } = await seenOnce(model);
    expect(headers.authorization).toBe('Bearer sk-upstream');
    const names = Object.keys(headers);
    expect(
      names.filter((name) =>
        /^(x-ai-|x-kong|x-consumer|x-credential|x-forwarded|apikey|cookie|x-internal)/.test(name),
      ),
    ).toEqual([]);
    const text = JSON.stringify(headers);
    expect(text).not.toContain('secret');
    expect(text).not.toContain('spec-fail-closed');
    expect(text).not.toContain('203.0.113.9');
  });

  test('never is the client’s own authorization', async () => {
    const model = await script(OPENAI.whole({ text: ['yes'] }));
    const headers = { authorization: 'Bearer spec-fail-closed-app-bearer' };
    expect((await post(KEYED, chat(model), headers)).status).toBe(200);
    const request = await seenOnce(model);
    expect(request.headers.authorization).toBe('Bearer sk-upstream');
    expect(request.rawHeaders.filter((value) => value.toLowerCase() === 'authorization')).toHaveLength(1);
  });
});

describe('what the client is sent', () => {
  test.each([false, true])('has no header of the plan, streamed: %s', async (stream) => {
    const said = { text: ['yes'] };
    const model = await script(stream ? OPENAI.stream(said) : OPENAI.whole(said));
    const response = await post(OPEN, chat(model, { stream }));
    const names = [...response.headers.keys()];
    expect(names.filter((name) => /^x-ai-(plan|identity)/.test(name))).toEqual([]);
    expect(await response.text()).not.toMatch(/x-ai-(plan|identity)/);
  });

  test('has no header with which the provider could speak for the gateway', async () => {
    const whole = OPENAI.whole({ text: ['yes'] });
    const headers: [string, string][] = [
      ...whole.headers,
      ['x-ai-plan-ai-proxy-ts', FORGED],
      ['x-ai-identity', FORGED],
      ['set-cookie', 'provider=1'],
    ];
    const response = await post(OPEN, chat(await script({ ...whole, headers })));
    expect(response.status).toBe(200);
    const names = [...response.headers.keys()];
    expect(names.filter((name) => /^(x-ai-(plan|identity)|set-cookie)/.test(name))).toEqual([]);
  });
});

embeddedOnly('without its plugin server the gateway answers 5xx, and the provider sees nothing', async () => {
  const stack = await startStack(inject('gatewayFile'));
  onTestFinished(stack.close);
  const ask = (model: string) =>
    fetch(stack.url + OPEN, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(chat(model)),
    });
  const before = await script(OPENAI.whole({ text: ['yes'] }));
  expect((await ask(before)).status).toBe(200);

  await stack.stopPluginServer();
  const after = await script(OPENAI.whole({ text: ['no'] }), newKey());
  const response = await ask(after);
  expect(response.status).toBeGreaterThanOrEqual(500);
  expect(await seen(after)).toEqual([]);
});
