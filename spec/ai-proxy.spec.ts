// Several targets behind one route, and Kong's own prompt plugins before ai-proxy-ts.
import { describe, expect, test } from 'vitest';
import { anthropicError, anthropicEvent } from '../test/support/upstream/anthropic.ts';
import { type Behaviour, hangBeforeHeaders, reset, sse } from '../test/support/upstream/index.ts';
import { ANTHROPIC, OPENAI } from './support/dialects.ts';
import { describeOnKong, openai, post } from './support/gateway.ts';
import { newKey, script, seen, seenOnce } from './support/upstream-client.ts';

const messages = [{ role: 'user' as const, content: 'Hello?' }];
const SAID = { text: ['Hel', 'lo'], usage: { input: 3, output: 4 } };
const FIRST = 'spec-ai-proxy-first';
const SECOND = 'spec-ai-proxy-second';

describe('failover across formats', () => {
  const events = ANTHROPIC.events(SAID);
  const overloaded = anthropicEvent(anthropicError('overloaded_error', 'Overloaded'));

  async function ask(first: Behaviour, second: Behaviour, stream: boolean) {
    await script(first, FIRST);
    await script(second, SECOND);
    // A model of its own: what is remembered of the last test's upstream is not of this one.
    const model = newKey();
    const response = await post('/spec/ai-proxy/failover/v1/chat/completions', { model, messages, stream });
    const calls = async (key: string) =>
      (await seen(key)).filter(({ json }) => (json as { model: string }).model === model);
    return { response, text: await response.text().catch(() => ''), calls };
  }

  test.each<[string, Behaviour, boolean]>([
    ['a reset', reset, false],
    ['a 500', ANTHROPIC.error(500, 'no'), true],
    [
      'a 429',
      ANTHROPIC.error(429, 'slow down', { 'retry-after': '30', 'content-type': 'application/json' }),
      true,
    ],
    ['a refused key', ANTHROPIC.error(401, 'bad key'), false],
    ['silence', hangBeforeHeaders, true],
    ['silence before the first token', sse(events, { hangAfter: 2 }), true],
    ['an error before the first token', sse([events[0]!, overloaded]), true],
  ])(
    '%s: the second target answers, and the client sees one answer of its own format',
    async (_name, first, stream) => {
      const second = stream ? OPENAI.stream(SAID) : OPENAI.whole(SAID);
      const { response, text, calls } = await ask(first, second, stream);
      expect(response.status).toBe(200);
      expect(response.headers.get('x-ai-target')).toBe('second');
      expect(response.headers.get('x-ai-attempts')).toBe('2');
      expect(text).toContain('lo');
      if (stream) expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
      expect([(await calls(FIRST)).length, (await calls(SECOND)).length]).toEqual([1, 1]);
    },
  );

  test('after the first token there is no second target', async () => {
    const { text, calls } = await ask(sse([...events.slice(0, 4), overloaded]), OPENAI.stream(SAID), true);
    expect(text).not.toContain('[DONE]');
    expect((await calls(SECOND)).length).toBe(0);
  });

  test('when all fail, one answer names the targets and their codes, and no provider’s words', async () => {
    const { response, text } = await ask(
      ANTHROPIC.error(500, 'secret details'),
      OPENAI.error(401, 'sk-second-1 is wrong'),
      false,
    );
    expect(response.status).toBe(502);
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    const { error } = JSON.parse(text);
    expect(error.code).toBe('targets_exhausted');
    expect(error.message).toMatch(/first \(provider_error\).*second \(provider_auth\)/);
    expect(text).not.toMatch(/secret|sk-second/);
  });

  test('a request that is wrong is wrong everywhere: one call, and the provider’s reason', async () => {
    const { response, text, calls } = await ask(
      ANTHROPIC.error(400, 'no such tool'),
      OPENAI.whole(SAID),
      false,
    );
    expect([response.status, (await calls(SECOND)).length]).toEqual([400, 0]);
    expect(text).toContain('no such tool');
  });
});

test('clients ask for aliases, the provider gets the model, and the list names the aliases', async () => {
  for (const [alias, model] of [
    ['smart', 'spec-ai-proxy-gpt-5'],
    ['fast', 'spec-ai-proxy-nano'],
  ] as const) {
    await script(OPENAI.whole(SAID), model);
    const answer = await openai('/spec/ai-proxy/alias', '').chat.completions.create({
      model: alias,
      messages,
    });
    expect(answer.choices[0]!.message.content).toBe('Hello');
    expect((await seen(model)).at(-1)!.json).toMatchObject({ model });
  }
  const ids: string[] = [];
  for await (const { id } of openai('/spec/ai-proxy/alias', '').models.list()) ids.push(id);
  expect(ids).toEqual(['smart', 'fast']);
  const unknown = await post('/spec/ai-proxy/alias/v1/chat/completions', { model: 'other', messages });
  expect([unknown.status, ((await unknown.json()) as { error: { code: string } }).error.code]).toEqual([
    404,
    'model_not_found',
  ]);
});

test('a capture of the route is the model', async () => {
  const model = await script(OPENAI.whole(SAID));
  const response = await post(`/spec/ai-proxy/capture/${model}/v1/chat/completions`, { messages });
  expect(response.status).toBe(200);
  expect((await seenOnce(model)).json).toMatchObject({ model });
});

describeOnKong('Kong’s own plugins', () => {
  test('ai-prompt-decorator: the provider gets the decorated prompt', async () => {
    const key = await script(OPENAI.whole(SAID), 'spec-ai-proxy-kong-decorator');
    const response = await post('/spec/ai-proxy/kong/decorator/v1/chat/completions', {
      model: 'm',
      messages,
    });
    expect(response.status).toBe(200);
    expect((await seen(key)).at(-1)!.json).toMatchObject({
      messages: [{ role: 'system', content: 'Answer in rhymes.' }, messages[0]],
    });
  });

  test('ai-prompt-template: the provider gets the filled template', async () => {
    const key = await script(OPENAI.whole(SAID), 'spec-ai-proxy-kong-template');
    const body = { messages: '{template://poem}', properties: { topic: 'gateways' } };
    const response = await post('/spec/ai-proxy/kong/template/v1/chat/completions', body);
    expect(response.status).toBe(200);
    expect((await seen(key)).at(-1)!.json).toMatchObject({
      messages: [{ content: 'A poem about gateways.' }],
    });
  });

  test('request-transformer: the provider gets the transformed body', async () => {
    const model = await script(OPENAI.whole(SAID));
    const response = await post('/spec/ai-proxy/kong/transformer/v1/chat/completions', { model, messages });
    expect(response.status).toBe(200);
    expect((await seenOnce(model)).json).toMatchObject({ user: 'from-kong', messages });
  });
});
