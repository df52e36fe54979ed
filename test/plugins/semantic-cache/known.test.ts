// Requests that came before, byte for byte: the short way serves what the long way would, and forgets when it would.
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ChatAnswer } from '../../../kong/llm/chat.ts';
import { anthropic } from '../../../kong/llm/formats/anthropic/format.ts';
import { openaiChat } from '../../../kong/llm/formats/openai-chat/format.ts';
import { type Answer, WholeAnswer } from '../../../kong/relay/answer.ts';
import { Cancellation } from '../../../kong/relay/cancellation.ts';
import { Exchange } from '../../../kong/relay/exchange.ts';
import { createLog } from '../../../kong/relay/log.ts';
import { Metrics } from '../../../kong/relay/metrics.ts';
import { LocalNodeState, Topics } from '../../../kong/relay/node-state.ts';
import { InboundRequest } from '../../../kong/relay/request.ts';
import type { StageHost } from '../../../kong/relay/stage.ts';
import { parseConfig } from '../../../kong/schema/index.ts';
import { identify } from '../../../plugins/semantic-cache/identify.ts';
import { semanticCache } from '../../../plugins/semantic-cache/index.ts';
import { KnownQuestions } from '../../../plugins/semantic-cache/known.ts';
import { replay } from '../../../plugins/semantic-cache/replay.ts';
import { layer } from '../../relay/relay.ts';
import { chatAnswer, startCacheRelay, status, textOf, until } from './cache-relay.ts';

const QUESTION = 'What is a monad?';
const settle = () => new Promise((resolve) => setTimeout(resolve, 30));

interface Setting {
  route: string;
  consumer: string;
  credential: string;
  tenant: string;
  provider: string;
  path: string;
  format: 'openai-chat' | 'anthropic';
  model: string;
  question: string;
}

function exchangeOf({
  route,
  consumer,
  credential,
  tenant,
  provider,
  path,
  format,
  model,
  question,
}: Setting): Exchange {
  const body = { model, max_tokens: 5, messages: [{ role: 'user', content: question }] };
  return new Exchange({
    id: 'x',
    identity: { route: { id: route }, consumer: { id: consumer }, credential },
    format: format === 'anthropic' ? anthropic : openaiChat,
    cancellation: new Cancellation(),
    log: createLog('silent'),
    received: 0,
    providerConfig: provider,
    request: new InboundRequest({
      method: 'POST',
      path,
      originalPath: path,
      query: new URLSearchParams(),
      headers: { 'content-type': 'application/json', 'x-tenant': tenant },
      bytes: Buffer.from(JSON.stringify(body)),
    }),
  });
}

const few = <T>(...values: T[]) => fc.constantFrom(...values);
const setting: fc.Arbitrary<Setting> = fc.record({
  route: few('r1', 'r2'),
  consumer: few('c1', 'c2'),
  credential: few('k1', 'k2'),
  tenant: few('t1', 't2'),
  provider: few('p1', 'p2'),
  path: few('/a', '/b'),
  format: few('openai-chat' as const, 'anthropic' as const),
  model: few('m1', 'm2'),
  question: few('Q1', 'Q2'),
});

test.each(['consumer', 'credential', 'none'] as const)(
  'whatever came before, a request is the question that it is (partition_by: %s)',
  (partition_by) => {
    const config = parseConfig(semanticCache.definition.config, { partition_by, vary_headers: ['X-Tenant'] });
    const of = (asked: ReturnType<typeof identify>) => ('key' in asked ? asked : undefined);
    fc.assert(
      fc.property(fc.array(setting, { minLength: 20, maxLength: 60 }), (settings) => {
        const questions = new KnownQuestions(config as never);
        for (const one of settings) {
          const asked = questions.of(exchangeOf(one));
          const expected = of(identify(exchangeOf(one), config as never))!;
          const { request, ...question } = 'question' in asked ? asked.question : expected;
          const { request: wanted, ...rest } = expected;
          expect('question' in asked).toBe(true);
          expect(question).toEqual(rest);
          expect(request()).toEqual(wanted());
        }
      }),
      { numRuns: 20 },
    );
  },
);

describe('an answer that is sent as it was written', () => {
  test('gives way to a newer one', async () => {
    const relay = await startCacheRelay({}, (exchange, asked) => {
      exchange.answer = WholeAnswer.ofJson(200, chatAnswer(`answer ${asked}`));
    });
    for (let i = 0; i < 4; i += 1) {
      expect(await textOf(await relay.ask(QUESTION))).toBe('answer 1');
      await settle();
    }
    await relay.ask(QUESTION, { headers: { 'cache-control': 'no-cache' } });
    await settle();
    for (let i = 0; i < 3; i += 1) {
      const hit = await relay.ask(QUESTION);
      expect(status(hit)).toBe('Hit');
      expect(await textOf(hit)).toBe('answer 2');
    }
  });

  test('is over when the entry is', async () => {
    const relay = await startCacheRelay({ cache_ttl: 1 });
    await relay.ask(QUESTION);
    await settle();
    for (let i = 0; i < 3; i += 1) expect(status(await relay.ask(QUESTION))).toBe('Hit');
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(status(await relay.ask(QUESTION))).not.toBe('Hit');
    expect(relay.asked).toHaveLength(2);
  });

  test('is each client’s own: what one’s stages change, the next one does not get', async () => {
    let asked = 0;
    const outer = layer('pii-redact', 796, async (exchange, next) => {
      await next();
      const answer = exchange.answer as WholeAnswer;
      asked += 1;
      answer.headers[`x-own-${asked}`] = '1';
      for (const slot of exchange.format.answer.texts(answer.body))
        slot.text = slot.text.replace('[NAME]', `name ${asked}`);
      answer.touch();
    });
    const relay = await startCacheRelay(
      {},
      (exchange) => {
        exchange.answer = WholeAnswer.ofJson(200, chatAnswer('Hello [NAME]'));
      },
      [outer],
    );
    for (let i = 1; i <= 4; i += 1) {
      const answer = await relay.ask(QUESTION);
      expect(answer.headers.has(`x-own-${i}`)).toBe(true);
      expect(answer.headers.has(`x-own-${i - 1}`)).toBe(false);
      expect(await textOf(answer)).toBe(`Hello name ${i}`);
      await settle();
    }
    expect(relay.asked).toHaveLength(1);
  });

  test('is gone when the entry is purged', async () => {
    const topics = new Topics();
    const host: StageHost = {
      plugin: 'semantic-cache',
      pluginId: 'p',
      log: createLog('silent'),
      metrics: new Metrics(),
      state: (_key, create) => create(),
      node: new LocalNodeState(new Map(), topics),
    };
    const stage = semanticCache.definition.stage(parseConfig(semanticCache.definition.config, {}), host);
    const one: Setting = {
      ...{ route: 'r', consumer: 'c', credential: 'k', tenant: 't', provider: 'p', path: '/a', model: 'm' },
      format: 'openai-chat',
      question: QUESTION,
    };
    let asked = 0;
    const ask = async (): Promise<Answer | undefined> => {
      const exchange = exchangeOf(one);
      await stage.run(exchange, async () => {
        asked += 1;
        exchange.answer = WholeAnswer.ofJson(200, chatAnswer(`answer ${asked}`));
      });
      exchange.finish({ kind: 'complete', status: 200 });
      await settle();
      return exchange.answer;
    };
    for (let i = 0; i < 3; i += 1) await ask();
    expect(asked).toBe(1);
    topics.publish('semantic-cache/ask', { id: 1, what: { do: 'purge', filter: { by: 'all' } } });
    await ask();
    expect(asked).toBe(2);
  });
});

test('a hit is streamed at the pace that is configured', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const request = { model: 'm', messages: [] };
  const kept = chatAnswer('one two three') as ChatAnswer;
  const pace = { tokens_per_second: 50, usage: 'zero' as const };
  const answer = replay({ format: openaiChat, streams: true } as Exchange, request, kept, pace);
  const seen: string[] = [];
  let ended = false;
  if (answer.kind !== 'stream') throw new Error('no stream');
  answer.stream.start({
    event: (event) => seen.push(event.data),
    end: () => {
      ended = true;
    },
    fail: () => {},
  });
  for (let i = 1; i <= 4; i += 1) {
    expect(seen).toHaveLength(i);
    vi.advanceTimersByTime(19);
    expect(seen).toHaveLength(i);
    vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(1_000);
  expect(seen.at(-1)).toBe('[DONE]');
  expect(ended).toBe(true);
});

test('an answer that is longer than is kept is asked for again', async () => {
  const relay = await startCacheRelay({ max_answer_bytes: 1_000 }, (exchange) => {
    exchange.answer = WholeAnswer.ofJson(200, chatAnswer('x'.repeat(1_000)));
  });
  for (let i = 0; i < 2; i += 1) {
    expect(status(await relay.ask(QUESTION))).toBe('Miss');
    await settle();
  }
  expect(relay.asked).toHaveLength(2);
});

test('no more wait for one than are allowed to', async () => {
  const relay = await startCacheRelay({ coalesce: { max_waiting: 2 } }, async (exchange) => {
    await until(() => relay.asked.length >= 3, 'three are asked');
    exchange.answer = WholeAnswer.ofJson(200, chatAnswer('one'));
  });
  await Promise.all(Array.from({ length: 5 }, () => relay.ask(QUESTION).then(textOf)));
  expect(relay.asked).toHaveLength(3);
});
