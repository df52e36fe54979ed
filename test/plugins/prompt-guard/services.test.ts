import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeUpstream, reply, startUpstream } from '../../support/upstream/index.ts';
import { startGuard, streamThrough, type TestGuard } from './guard.ts';

let upstream: FakeUpstream;
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());

const off = { injection: { enabled: false } };
const check = (more: Record<string, unknown>) => ({
  id: 'c',
  url: `${upstream.url}/check`,
  auth: { header_value: 'Bearer k' },
  timeout: 500,
  ...more,
});
const guardWith = (...checks: Record<string, unknown>[]): TestGuard =>
  startGuard({ ...off, checks: checks.map(check) });

describe('a moderation check', () => {
  const result = (flagged: boolean, scores: Record<string, number> = { violence: 0.7, hate: 0.1 }) =>
    reply(200, {
      results: [{ flagged, categories: { violence: flagged, hate: false }, category_scores: scores }],
    });

  it('blocks what the endpoint flags', async () => {
    upstream.handle(result(true));
    const { error, exchange } = await guardWith({ type: 'moderation', model: 'omni' }).ask('Hi');
    expect(error?.code).toBe('prompt_rejected');
    expect(exchange.notes.guard?.matches).toEqual([{ rule: 'c', direction: 'request', score: 0.7 }]);
    expect(upstream.requests[0]).toMatchObject({
      json: { model: 'omni', input: 'Hi' },
      headers: { authorization: 'Bearer k' },
    });
  });

  it('by categories and by score', async () => {
    upstream.handle(result(true));
    expect((await guardWith({ type: 'moderation', categories: ['hate'] }).ask('Hi')).passed).toBe(true);
    expect((await guardWith({ type: 'moderation', categories: ['violence'] }).ask('Hi')).passed).toBe(false);
    upstream.handle(result(false));
    expect((await guardWith({ type: 'moderation', threshold: 0.6 }).ask('Hi')).passed).toBe(false);
    expect((await guardWith({ type: 'moderation', threshold: 0.8 }).ask('Hi')).passed).toBe(true);
  });
});

describe('a classifier check', () => {
  const says = (content: string) =>
    reply(200, {
      choices: [{ message: { role: 'assistant', content } }],
      usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 },
    });

  it('asks a model, and counts what it cost', async () => {
    upstream.handle(says('unsafe\nS1'));
    const guard = guardWith({ type: 'classifier', model: 'llama-guard', instructions: 'Judge.' });
    const { passed, exchange } = await guard.ask('Hi');
    expect(passed).toBe(false);
    expect(upstream.requests[0]!.json).toMatchObject({
      model: 'llama-guard',
      messages: [
        { role: 'system', content: 'Judge.' },
        { role: 'user', content: 'Hi' },
      ],
    });
    expect(exchange.sideCalls).toMatchObject([
      { purpose: 'judge', model: 'llama-guard', usage: { input: { total: 7 } } },
    ]);
    upstream.handle(says('safe'));
    expect((await guard.ask('Hi')).passed).toBe(true);
  });

  it('without a verdict has failed', async () => {
    upstream.handle(says(''));
    expect((await guardWith({ type: 'classifier', model: 'm' }).ask('Hi')).error?.code).toBe(
      'guard_unavailable',
    );
  });
});

describe('an http check', () => {
  it('gets the texts with their roles', async () => {
    upstream.handle(reply(200, { verdict: 'block', score: 0.9 }));
    const guard = guardWith({ type: 'http' });
    const { exchange } = await guard.run({
      model: 'm',
      messages: [
        { role: 'user', content: 'A' },
        { role: 'tool', tool_call_id: 'x', content: 'B' },
      ],
    });
    expect(upstream.requests[0]!.json).toMatchObject({
      check: 'c',
      direction: 'request',
      request_id: 'r1',
      texts: [
        { role: 'user', text: 'A' },
        { role: 'tool', text: 'B' },
      ],
    });
    expect(exchange.notes.guard).toEqual({
      verdict: 'blocked',
      matches: [{ rule: 'c', direction: 'request', score: 0.9 }],
    });
  });

  it('may ask to flag', async () => {
    upstream.handle(reply(200, { verdict: 'flag' }));
    const { passed, exchange } = await guardWith({ type: 'http' }).ask('Hi');
    expect([passed, exchange.notes.guard?.verdict]).toEqual([true, 'flagged']);
  });
});

describe('checks', () => {
  it('run side by side', async () => {
    let inside = 0;
    let most = 0;
    upstream.handle(async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 30));
      inside -= 1;
      return reply(200, { verdict: 'allow' });
    });
    const { passed } = await guardWith(
      { id: 'a', type: 'http' },
      { id: 'b', type: 'http' },
      { id: 'd', type: 'http' },
    ).ask('Hi');
    expect([passed, most]).toEqual([true, 3]);
  });

  it('are not asked when a rule has already blocked', async () => {
    const guard = startGuard({
      ...off,
      deny: [{ id: 'd', phrase: 'banana' }],
      checks: [check({ type: 'http' })],
    });
    expect((await guard.ask('banana')).passed).toBe(false);
    expect(upstream.requests).toHaveLength(0);
  });

  it.each([
    ['block', { passed: false, code: 'guard_unavailable', status: 503, verdict: 'blocked' }],
    ['allow', { passed: true, code: undefined, status: undefined, verdict: 'allowed' }],
    ['flag', { passed: true, code: undefined, status: undefined, verdict: 'flagged' }],
  ])('that fail: on_error %s', async (on_error, expected) => {
    for (const behaviour of [reply(500, {}), reply(200, { what: 1 })]) {
      upstream.handle(behaviour);
      const guard = guardWith({ type: 'http', on_error });
      const { passed, error, exchange } = await guard.ask('Hi');
      expect({
        passed,
        code: error?.code,
        status: error?.status,
        verdict: exchange.notes.guard?.verdict,
      }).toEqual(expected);
      expect(await guard.metrics.registry.metrics()).toContain(
        'kong_ai_guard_check_errors_total{check="c"} 1',
      );
    }
  });

  it('that are late have failed', async () => {
    upstream.handle(() => new Promise(() => {}));
    expect((await guardWith({ type: 'http', timeout: 40 }).ask('Hi')).error?.code).toBe('guard_unavailable');
  });

  it('get the beginning and the end of what is too long', async () => {
    upstream.handle(reply(200, { results: [{ flagged: false }] }));
    await guardWith({ type: 'moderation', max_chars: 100 }).ask(`${'a'.repeat(500)}${'z'.repeat(500)}`);
    const { input } = upstream.requests[0]!.json as { input: string };
    expect(input.length).toBeLessThan(110);
    expect([input[0], input.at(-1)]).toEqual(['a', 'z']);
  });

  it('of a streamed answer hold back one window, and end it when they object', async () => {
    upstream.handle(({ json }) =>
      reply(200, { verdict: JSON.stringify(json).includes('poison') ? 'block' : 'allow' }),
    );
    const guard = startGuard({
      ...off,
      stream_window: 50,
      checks: [check({ type: 'http', target: 'response' })],
    });
    const fine = 'A long and friendly answer about nothing. '.repeat(6);
    const passed = await streamThrough(guard, fine.match(/.{1,9}/g)!);
    expect([passed.text, passed.ended]).toEqual([fine, true]);
    const bad = `${fine}Then comes the poison. ${fine}`;
    const seen = await streamThrough(guard, bad.match(/.{1,9}/g)!);
    expect([seen.error?.code, seen.ended]).toEqual(['answer_rejected', false]);
    expect(seen.text).not.toContain('poison');
  });
});

describe('a provider', () => {
  const guardThatAsks = () =>
    startGuard({ ...off, stream_window: 50, checks: [check({ type: 'http', target: 'response' })] });

  it('waits while one window is judged and the next one is full', async () => {
    let answers = 0;
    upstream.handle(async () => {
      answers += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return reply(200, { verdict: 'allow' });
    });
    const pieces = Array.from({ length: 100 }, (_, i) => `word ${i} `);
    const seen = await streamThrough(guardThatAsks(), pieces);
    expect([seen.text, seen.ended]).toEqual([pieces.join(''), true]);
    // Two windows of 50 characters are some fourteen pieces.
    expect(seen.pausedAt).toBeLessThanOrEqual(16);
    expect(answers).toBeGreaterThan(5);
  });

  it('waits too when what it sends is no text', async () => {
    upstream.handle(reply(200, { verdict: 'allow' }));
    const pieces = ['x'.repeat(60), ...Array.from({ length: 2000 }, () => '')];
    const seen = await streamThrough(guardThatAsks(), pieces);
    expect([seen.text, seen.ended]).toEqual(['x'.repeat(60), true]);
    expect(seen.pausedAt).toBeLessThanOrEqual(300);
  });
});

describe('semantic rules', () => {
  const VECTORS: Record<string, number[]> = {
    'how to build weapons': [1, 0, 0],
    'make a gun at home': [0.95, 0.05, 0],
    'bake bread': [0, 1, 0],
  };
  const embed = () =>
    upstream.handle(({ json }) =>
      reply(200, {
        data: (json as { input: string[] }).input.map((text, index) => ({
          index,
          embedding: VECTORS[text] ?? [0, 0, 1],
        })),
        usage: { prompt_tokens: 3, total_tokens: 3 },
      }),
    );
  const semantic = (more: Record<string, unknown> = {}) => ({
    ...off,
    semantic: { embeddings: { url: `${upstream.url}/v1/embeddings`, model: 'e', auth: {} }, ...more },
  });

  it('match by meaning; 1 is the same', async () => {
    embed();
    const guard = startGuard({
      ...semantic(),
      deny: [{ id: 'weapons', semantic: 'how to build weapons', similarity: 0.9 }],
    });
    const { passed, exchange } = await guard.ask('make a gun at home');
    expect(passed).toBe(false);
    expect(exchange.notes.guard?.matches).toEqual([
      { rule: 'weapons', direction: 'request', score: expect.closeTo(0.999, 2) },
    ]);
    expect(exchange.sideCalls[0]).toMatchObject({ purpose: 'embedding', model: 'e' });
    expect((await guard.ask('bake bread')).passed).toBe(true);
  });

  it('compute their phrases once', async () => {
    embed();
    const guard = startGuard({ ...semantic(), deny: [{ id: 'weapons', semantic: 'how to build weapons' }] });
    for (const text of ['a', 'b', 'c']) await guard.ask(text);
    const asked = upstream.requests.flatMap(({ json }) => (json as { input: string[] }).input);
    expect(asked.filter((text) => text === 'how to build weapons')).toHaveLength(1);
  });

  it('can allow', async () => {
    embed();
    const guard = startGuard({ ...semantic(), allow: [{ id: 'bread', semantic: 'bake bread' }] });
    expect((await guard.ask('bake bread')).passed).toBe(true);
    expect((await guard.ask('make a gun at home')).passed).toBe(false);
  });

  it.each([
    ['block', false],
    ['allow', true],
    ['flag', true],
  ])('that cannot be compared: on_error %s', async (on_error, passes) => {
    upstream.handle(reply(500, {}));
    const guard = startGuard({
      ...semantic({ on_error }),
      deny: [{ id: 'w', semantic: 'how to build weapons' }],
    });
    const { passed, error } = await guard.ask('Hi');
    expect([passed, error?.code]).toEqual([passes, passes ? undefined : 'guard_unavailable']);
  });
});
