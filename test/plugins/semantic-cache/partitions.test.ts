// No answer ever crosses partitions.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openaiChat } from '../../../kong/llm/formats/openai-chat/format.ts';
import type { Identity } from '../../../kong/plan/identity.ts';
import { WholeAnswer } from '../../../kong/relay/answer.ts';
import { Cancellation } from '../../../kong/relay/cancellation.ts';
import { Exchange } from '../../../kong/relay/exchange.ts';
import { createLog } from '../../../kong/relay/log.ts';
import { InboundRequest } from '../../../kong/relay/request.ts';
import { type IdentifyConfig, identify, type Question } from '../../../plugins/semantic-cache/identify.ts';
import { startCacheRelay, status, textOf } from './cache-relay.ts';

const CONFIG: IdentifyConfig = {
  partition_by: 'consumer',
  max_temperature: 2,
  namespace: undefined,
  vary_headers: ['x-tenant'],
};

interface Asked {
  route: string;
  consumer: string | undefined;
  tenant: string | undefined;
  provider: string;
  body: Record<string, unknown>;
}

function exchangeOf({ route, consumer, tenant, provider, body }: Asked): Exchange {
  const identity: Identity = {
    route: { id: route },
    ...(consumer !== undefined && { consumer: { id: consumer } }),
  };
  const path = '/v1/chat/completions';
  return new Exchange({
    id: 'x',
    identity,
    format: openaiChat,
    cancellation: new Cancellation(),
    log: createLog('silent'),
    received: 0,
    providerConfig: provider,
    request: new InboundRequest({
      method: 'POST',
      path,
      originalPath: path,
      query: new URLSearchParams(),
      headers: { 'content-type': 'application/json', ...(tenant !== undefined && { 'x-tenant': tenant }) },
      bytes: Buffer.from(JSON.stringify(body)),
    }),
  });
}

const few = <T>(...values: T[]) => fc.constantFrom(...values);
const message = fc.record({
  role: few('user', 'assistant', 'system'),
  content: few('Hi', 'Hello', 'Be brief'),
});
const parameters = fc.record(
  {
    temperature: few(0, 0.5, 1),
    top_p: few(0.1, 1),
    max_tokens: few(10, 20),
    seed: few(1, 2),
    stop: few<unknown>('x', ['x'], ['y']),
    tools: few(
      [],
      [{ type: 'function', function: { name: 'a' } }],
      [{ type: 'function', function: { name: 'b' } }],
    ),
    response_format: few({ type: 'text' }, { type: 'json_object' }),
    reasoning_effort: few('low', 'high'),
    never_heard_of: few<unknown>(1, 2, { deep: [1] }, { deep: [2] }),
  },
  { requiredKeys: [] },
);
const asked: fc.Arbitrary<Asked> = fc
  .record({
    route: few('r1', 'r2'),
    consumer: few('c1', 'c2', undefined),
    tenant: few('t1', 't2', undefined),
    provider: few('p1', 'p2'),
    model: few('m1', 'm2'),
    history: fc.array(message, { maxLength: 2 }),
    parameters,
  })
  .map(({ model, history, parameters: more, ...rest }) => ({
    ...rest,
    body: { model, ...more, messages: [...history, { role: 'user', content: 'What is a monad?' }] },
  }));

const partitionOf = (of: Asked): string => (identify(exchangeOf(of), CONFIG) as Question).partition;
/** Independent of how the partition is made: everything, with keys in order. */
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : value !== null && typeof value === 'object'
      ? Object.entries(value)
          .filter(([, item]) => item !== undefined)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, item]) => [key, sorted(item)])
      : value;

test('two requests share a partition exactly when nothing but the question differs', () => {
  fc.assert(
    fc.property(asked, asked, (a, b) => {
      expect(partitionOf(a) === partitionOf(b)).toBe(JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)));
    }),
    { numRuns: 1_000 },
  );
});

test('the order of keys, null, and what only says how the answer is delivered do not matter', () => {
  const base: Asked = {
    route: 'r',
    consumer: 'c',
    tenant: undefined,
    provider: 'p',
    body: { model: 'm', temperature: 0, messages: [{ role: 'user', content: 'Q' }] },
  };
  const other = {
    ...base,
    body: {
      messages: [{ content: 'Q', role: 'user' }],
      stream: true,
      stream_options: { include_usage: true },
      metadata: { a: '1' },
      store: false,
      seed: null,
      temperature: 0,
      model: 'm',
    },
  };
  expect(partitionOf(other)).toBe(partitionOf(base));
  const parts = {
    ...base,
    body: { ...base.body, messages: [{ role: 'user', content: [{ type: 'text', text: 'Q' }] }] },
  };
  expect(partitionOf(parts)).toBe(partitionOf(base));
});

test('whoever has what in common shares, as configured', () => {
  const ask = (consumer: string, user: string): Asked => ({
    route: 'r',
    consumer,
    tenant: undefined,
    provider: 'p',
    body: { model: 'm', user, messages: [{ role: 'user', content: 'Q' }] },
  });
  const key = (of: Asked, partition_by: IdentifyConfig['partition_by']) =>
    (identify(exchangeOf(of), { ...CONFIG, partition_by }) as Question).partition;
  expect(key(ask('a', '1'), 'none')).toBe(key(ask('b', '2'), 'none'));
  expect(key(ask('a', '1'), 'consumer')).toBe(key(ask('a', '2'), 'consumer'));
  expect(key(ask('a', '1'), 'end_user')).not.toBe(key(ask('a', '2'), 'end_user'));
  expect(key(ask('a', '1'), 'end_user')).not.toBe(key(ask('b', '1'), 'end_user'));
});

test('a namespace is shared by routes, but not by different providers', () => {
  const config = { ...CONFIG, namespace: 'n' };
  const ask = (route: string, provider: string): Asked => ({
    route,
    consumer: 'c',
    tenant: undefined,
    provider,
    body: { model: 'm', messages: [{ role: 'user', content: 'Q' }] },
  });
  const key = (of: Asked) => (identify(exchangeOf(of), config) as Question).partition;
  expect(key(ask('r1', 'p'))).toBe(key(ask('r2', 'p')));
  expect(key(ask('r1', 'p'))).not.toBe(key(ask('r1', 'q')));
});

test('through the relay, whatever comes in whatever order, an answer was made for its own request', async () => {
  // The provider's answer names everything that the partition is made of, so that a crossed one shows.
  const say = (consumer: string | undefined, body: Record<string, unknown>) =>
    JSON.stringify([consumer ?? null, sorted(body)]);
  const relay = await startCacheRelay({ max_temperature: 2 }, (exchange) => {
    const { id, ...answer } = { id: 'a', object: 'chat.completion', created: 1, model: 'm' };
    const content = say(exchange.identity.consumer?.id, exchange.request.body);
    exchange.answer = WholeAnswer.ofJson(200, {
      id,
      ...answer,
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    });
  });
  let hits = 0;
  const pool = fc.sample(asked, 30);
  for (let i = 0; i < 150; i += 1) {
    const { consumer, body } = pool[Math.floor(Math.random() * pool.length)]!;
    const identity: Identity = {
      route: { id: 'r' },
      ...(consumer !== undefined && { consumer: { id: consumer } }),
    };
    const { messages, ...rest } = body;
    const response = await relay.ask(messages as object, { identity, body: rest });
    if (status(response) === 'Hit') hits += 1;
    expect(await textOf(response)).toBe(say(consumer, body));
  }
  expect(hits).toBeGreaterThan(50);
});
