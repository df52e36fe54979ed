import { describe, expect, it } from 'vitest';
import { WholeAnswer } from '../../kong/relay/answer.ts';
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Outcome } from '../../kong/relay/exchange.ts';
import type { Stage } from '../../kong/relay/stage.ts';
import {
  answers,
  CHAT,
  errorOf,
  layer,
  ManualSource,
  pluginOf,
  provider,
  STREAMED,
  startTestRelay,
  streamOf,
} from './relay.ts';

const tracing =
  (trace: string[], name: string): Stage =>
  async (_exchange, next) => {
    trace.push(`${name} before`);
    await next();
    trace.push(`${name} after`);
  };

describe('stages', () => {
  it('wrap each other by priority, the highest outermost', async () => {
    const trace: string[] = [];
    const relay = await startTestRelay([
      provider((exchange) => {
        trace.push('model');
        exchange.answer = WholeAnswer.ofJson(200, {});
      }),
      layer('inner', 795, tracing(trace, 'inner')),
      layer('outer', 799, tracing(trace, 'outer')),
    ]);
    await relay.post(CHAT);
    expect(trace).toEqual(['outer before', 'inner before', 'model', 'inner after', 'outer after']);
  });

  it('may answer themselves, and nothing further in runs', async () => {
    const trace: string[] = [];
    const relay = await startTestRelay([
      layer('outer', 799, tracing(trace, 'outer')),
      layer('cache', 795, async (exchange, _next) => {
        exchange.answer = WholeAnswer.ofJson(203, { from: 'cache' });
      }),
      provider(() => void trace.push('model')),
    ]);
    const response = await relay.post(CHAT);
    expect([response.status, await response.json()]).toEqual([203, { from: 'cache' }]);
    expect(trace).toEqual(['outer before', 'outer after']);
  });

  it('change the request and the answer', async () => {
    const relay = await startTestRelay([
      layer('changes', 799, async (exchange, next) => {
        exchange.request.body.model = 'other';
        exchange.request.touch();
        await next();
        const answer = exchange.answer as WholeAnswer;
        answer.body.added = true;
        answer.touch();
        exchange.responseHeaders['x-added'] = 'yes';
      }),
      provider((exchange) => {
        const sent = JSON.parse(exchange.request.toBytes().toString()) as { model: string };
        exchange.answer = WholeAnswer.ofJson(200, { model: sent.model });
      }),
    ]);
    const response = await relay.post(CHAT);
    expect(await response.json()).toEqual({ model: 'other', added: true });
    expect(response.headers.get('x-added')).toBe('yes');
  });

  it('are started once per config, and get its values', async () => {
    const configs: unknown[] = [];
    const relay = await startTestRelay([
      pluginOf('guard', 797, (config) => {
        configs.push(config);
        return { run: (_exchange, next) => next() };
      }),
      answers(),
    ]);
    await Promise.all(Array.from({ length: 5 }, () => relay.post(CHAT)));
    expect(configs).toEqual([{}]);
  });
});

describe('a stage that goes wrong', () => {
  const SECRET = 'a-secret-of-the-config';
  const wrong: [string, string, Stage][] = [
    ['throws', 'stage_failed', () => Promise.reject(new Error(SECRET))],
    [
      'throws at once',
      'stage_failed',
      (_exchange, _next) => {
        throw new TypeError(SECRET);
      },
    ],
    ['throws what is no error', 'stage_failed', () => Promise.reject(SECRET)],
    ['never answers', 'stage_failed', () => Promise.resolve()],
  ];

  it.each(wrong)('and %s is a 500 %s: the model is not asked', async (_name, code, run) => {
    const asked: unknown[] = [];
    const relay = await startTestRelay([
      layer('bad', 797, (exchange, next) => run(exchange, next)),
      provider((exchange) => void asked.push(exchange)),
    ]);
    const response = await relay.post(CHAT);
    const text = await response.clone().text();
    expect(await errorOf(response)).toEqual({ status: 500, code });
    expect(text).not.toContain(SECRET);
    expect(asked).toEqual([]);
    expect(relay.lines.filter(({ msg }) => msg === 'request failed')).toHaveLength(1);
  });

  it('and calls next twice is a 500: the model is asked once', async () => {
    let asked = 0;
    const relay = await startTestRelay([
      layer('twice', 797, async (_exchange, next) => {
        await next();
        await next();
      }),
      provider((exchange) => {
        asked += 1;
        exchange.answer = WholeAnswer.ofJson(200, {});
      }),
    ]);
    expect(await errorOf(await relay.post(CHAT))).toEqual({ status: 500, code: 'stage_failed' });
    expect(asked).toBe(1);
  });

  it('and is the innermost one calling next is a 500', async () => {
    const relay = await startTestRelay([
      layer('ai-proxy-ts', 770, (_exchange, next) => next(), { innermost: true }),
    ]);
    expect(await errorOf(await relay.post(CHAT))).toEqual({ status: 500, code: 'stage_failed' });
  });

  it('and cannot start is a 500 config_invalid, on every request', async () => {
    const relay = await startTestRelay([
      pluginOf('bad', 797, () => {
        throw new Error(SECRET);
      }),
      answers(),
    ]);
    for (let i = 0; i < 2; i += 1) {
      const response = await relay.post(CHAT);
      expect(await response.clone().text()).not.toContain(SECRET);
      expect(await errorOf(response)).toEqual({ status: 500, code: 'config_invalid' });
    }
  });

  it('by an error of the table is answered with its code, param and headers', async () => {
    const relay = await startTestRelay([
      layer('refuses', 797, (_exchange, _next) => {
        const headers = { 'retry-after': '7' };
        throw new GatewayError('provider_rate_limited', { message: 'Slow down.', param: 'model', headers });
      }),
      answers(),
    ]);
    const response = await relay.post(CHAT);
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toEqual({
      error: {
        message: 'Slow down.',
        type: 'rate_limit_error',
        param: 'model',
        code: 'provider_rate_limited',
      },
    });
  });

  it('after the model answered stops the stream that nobody gets', async () => {
    const source = new ManualSource();
    const relay = await startTestRelay([
      layer('late', 797, async (_exchange, next) => {
        await next();
        throw new Error('late');
      }),
      provider((exchange) => {
        exchange.answer = streamOf(source);
      }),
    ]);
    expect(await errorOf(await relay.post(STREAMED))).toEqual({ status: 500, code: 'stage_failed' });
    expect(source.cancelled).toHaveLength(1);
  });

  it('by a header that HTTP cannot carry costs neither the client its error nor the relay its life', async () => {
    const relay = await startTestRelay([
      layer('bad', 797, (exchange, next) => {
        exchange.responseHeaders['x-bad'] = 'line\nbreak';
        return next();
      }),
      answers(),
    ]);
    for (let i = 0; i < 2; i += 1) {
      expect(await errorOf(await relay.post(CHAT))).toEqual({ status: 500, code: 'stage_failed' });
    }
  });
});

describe('finish hooks', () => {
  const recording =
    (into: [string, Outcome['kind'], number][]): Stage =>
    (exchange, next) => {
      for (const name of ['first', 'throws', 'last']) {
        exchange.onFinish(({ kind, status }) => {
          into.push([name, kind, status]);
          if (name === 'throws') throw new Error('hook');
        });
      }
      return next();
    };
  const all = (kind: Outcome['kind'], status: number) =>
    ['last', 'throws', 'first'].map((name) => [name, kind, status]);

  it('run once, the last added first, also when one throws', async () => {
    const seen: [string, Outcome['kind'], number][] = [];
    const relay = await startTestRelay([layer('hooks', 799, recording(seen)), answers()]);
    await (await relay.post(CHAT)).text();
    await expect.poll(() => seen).toEqual(all('complete', 200));
  });

  it('run when the request is refused', async () => {
    const seen: [string, Outcome['kind'], number][] = [];
    const relay = await startTestRelay([
      layer('hooks', 799, recording(seen)),
      provider(() => {
        throw new GatewayError('provider_unreachable');
      }),
    ]);
    await (await relay.post(CHAT)).text();
    await expect.poll(() => seen).toEqual(all('complete', 502));
  });

  it('run when the stream breaks', async () => {
    const seen: [string, Outcome['kind'], number][] = [];
    const source = new ManualSource();
    const relay = await startTestRelay([
      layer('hooks', 799, recording(seen)),
      provider((exchange) => {
        exchange.answer = streamOf(source);
        void source.started.then(() => source.fail(new GatewayError('stream_interrupted')));
      }),
    ]);
    await (await relay.post(STREAMED)).text().catch(() => {});
    await expect.poll(() => seen).toEqual(all('failed', 200));
  });

  it('run when the client leaves', async () => {
    const seen: [string, Outcome['kind'], number][] = [];
    const leave = new AbortController();
    const relay = await startTestRelay([
      layer('hooks', 799, recording(seen)),
      provider((exchange) => {
        leave.abort();
        return new Promise((_resolve, reject) => {
          exchange.signal.addEventListener('abort', () => reject(exchange.signal.reason as Error));
        });
      }),
    ]);
    await expect(relay.post(CHAT, { signal: leave.signal })).rejects.toThrow();
    await expect.poll(() => seen).toEqual(all('aborted', 499));
  });
});
