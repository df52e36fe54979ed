import { expect, test } from 'vitest';
import { Usd } from '../../../kong/llm/usd.ts';
import { GatewayError } from '../../../kong/relay/errors.ts';
import { Metrics } from '../../../kong/relay/metrics.ts';
import { BoundedValues } from '../../../plugins/cost-log/metrics/bounded.ts';
import { ExactCounter } from '../../../plugins/cost-log/metrics/exact-counter.ts';
import { play, start } from './support.ts';

const USAGE = { input: { total: 1000, cacheRead: 400 }, output: { total: 200 } };
const LLM =
  'ai_provider="openai",ai_model="gpt-4o",cache_status="miss",vector_db="",embeddings_provider="",embeddings_model=""';

test('Kong’s metrics have Kong’s labels and buckets', async () => {
  const started = start({});
  const attempts = [{ startedAt: Date.now() - 1200 }];
  await play(started.stage, { usage: USAGE, notes: { cache: { status: 'Miss' } }, attempts });
  expect(await started.metric('kong_ai_llm_requests_total')).toEqual(
    new Map([[`{${LLM},workspace="default"}`, 1]]),
  );
  expect(await started.metric('kong_ai_llm_cost_total')).toEqual(
    new Map([[`{${LLM},workspace="default"}`, 0.004]]),
  );
  expect(await started.metric('kong_ai_llm_tokens_total')).toEqual(
    new Map(
      Object.entries({ prompt_tokens: 1000, completion_tokens: 200, total_tokens: 1200 }).map(
        ([type, value]) => [`{${LLM},workspace="default",token_type="${type}"}`, value],
      ),
    ),
  );
  const latency = [...(await started.metric('kong_ai_llm_provider_latency_ms'))];
  expect(latency.map(([labels]) => /le="([^"]+)"/.exec(labels)?.[1]).filter(Boolean)).toEqual([
    '250',
    '500',
    '1000',
    '1500',
    '2000',
    '2500',
    '3000',
    '3500',
    '4000',
    '4500',
    '5000',
    '10000',
    '30000',
    '60000',
    '+Inf',
  ]);
  expect(latency.find(([labels]) => labels.includes('le="1000"'))![1]).toBe(0);
  expect(latency.find(([labels]) => labels.includes('le="1500"'))![1]).toBe(1);
});

/**
 * kong/plugins/prometheus/exporter.lua of Kong 3.9; the two of the cache are observed there, and made in Kong's
 * enterprise edition alone. https://docs.konghq.com/gateway/3.9.x/ai-gateway/metrics
 */
const OF_KONG = {
  labels: [
    'ai_provider',
    'ai_model',
    'cache_status',
    'vector_db',
    'embeddings_provider',
    'embeddings_model',
    'workspace',
  ],
  counters: ['kong_ai_llm_requests_total', 'kong_ai_llm_cost_total'],
  tokens: 'kong_ai_llm_tokens_total',
  histograms: [
    'kong_ai_llm_provider_latency_ms',
    'kong_ai_cache_fetch_latency',
    'kong_ai_cache_embeddings_latency',
  ],
};

test('the names and labels are those of Kong’s exporter, all of them and no more', () => {
  const { metrics } = start({});
  const made = metrics.registry.getMetricsAsArray() as unknown as {
    name: string;
    type: string;
    labelNames: string[];
  }[];
  const shape = (name: string) => {
    const { type, labelNames } = made.find((metric) => metric.name === name)!;
    return { type, labels: [...labelNames].sort() };
  };
  const { labels, counters, tokens, histograms } = OF_KONG;
  for (const name of counters) expect(shape(name)).toEqual({ type: 'counter', labels: [...labels].sort() });
  expect(shape(tokens)).toEqual({ type: 'counter', labels: [...labels, 'token_type'].sort() });
  for (const name of histograms)
    expect(shape(name)).toEqual({ type: 'histogram', labels: [...labels].sort() });
  const known = [...counters, tokens, ...histograms];
  expect(
    made
      .filter(({ name }) => /^kong_ai_(llm|cache)_/.test(name))
      .map(({ name }) => name)
      .sort(),
  ).toEqual(known.sort());
});

test('the time of embeddings for the cache is Kong’s metric', async () => {
  const started = start({});
  const embedding = {
    purpose: 'embedding',
    provider: 'openai',
    model: 'embed',
    usage: { input: { total: 5 }, output: {} },
    ms: 700,
  } as const;
  await play(started.stage, { usage: USAGE, sideCalls: [embedding], notes: { cache: { status: 'Miss' } } });
  const values = [...(await started.metric('kong_ai_cache_embeddings_latency'))];
  expect(values.find(([labels]) => labels.startsWith('_sum'))![1]).toBe(700);
  const [labels] = values[0]!;
  expect(labels).toContain('embeddings_provider="openai",embeddings_model="embed"');
});

test('an answer from the cache is a hit with the time that it took', async () => {
  const started = start({});
  await play(started.stage, {
    body: { model: 'gpt-4o' },
    notes: { cache: { status: 'Hit', tier: 'semantic' } },
  });
  const [[labels]] = [...(await started.metric('kong_ai_llm_requests_total'))] as [[string, number]];
  expect(labels).toContain('cache_status="hit",vector_db="redis"');
});

test('decisions of the other plugins are counted', async () => {
  const started = start({});
  await play(started.stage, {
    throws: new GatewayError('provider_rate_limited'),
    identity: { consumer: { id: 'c', username: 'alice' }, route: { id: 'r', name: 'chat' } },
    notes: {
      guard: { verdict: 'blocked', matches: [{ rule: 'jailbreak', direction: 'request' }] },
      pii: { request: { email: 2, iban: 1 }, response: { email: 1 }, blocked: true },
      limits: [{ policy: 'day', unit: 'usd', limit: 1, remaining: 0, state: 'limited' }],
      cache: { status: 'Bypass' },
    },
  });
  const value = async (name: string) => Object.fromEntries(await started.metric(name));
  expect(await value('kong_ai_request_guard_total')).toEqual({ '{verdict="blocked"}': 1 });
  expect(await value('kong_ai_request_guard_matches_total')).toEqual({
    '{rule="jailbreak",direction="request"}': 1,
  });
  expect(await value('kong_ai_request_pii_values_total')).toEqual({
    '{entity="email",direction="request"}': 2,
    '{entity="iban",direction="request"}': 1,
    '{entity="email",direction="response"}': 1,
  });
  expect(await value('kong_ai_request_pii_blocked_total')).toEqual({ '': 1 });
  expect(await value('kong_ai_request_limits_total')).toEqual({ '{policy="day",state="limited"}': 1 });
  expect(await value('kong_ai_request_cache_total')).toEqual({ '{status="bypass",tier=""}': 1 });
  expect(await value('kong_ai_requests_total')).toEqual({
    '{consumer="alice",route="chat",code="429",outcome="complete",mode="whole"}': 1,
  });
  expect(await value('kong_ai_llm_requests_total')).toEqual({});
});

test('streams have a time to the first token and per token, in OpenTelemetry’s buckets', async () => {
  const started = start({});
  await play(started.stage, { usage: USAGE, stream: ['a', 'b', 'c'] });
  const first = [...(await started.metric('gen_ai_server_time_to_first_token_seconds'))];
  expect(first.filter(([labels]) => labels.startsWith('_count'))).toHaveLength(1);
  expect(first[0]![0]).toContain(
    'gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="gpt-4o"',
  );
  const perToken = [...(await started.metric('gen_ai_server_time_per_output_token_seconds'))];
  expect(perToken.find(([labels]) => labels.startsWith('_count'))![1]).toBe(1);
});

test('models that clients make up do not make series without end', async () => {
  const started = start({ metrics: { max_label_values: 5 } });
  for (let n = 0; n < 50; n += 1) await play(started.stage, { model: `made-up-${n}`, usage: USAGE });
  const requests = await started.metric('kong_ai_llm_requests_total');
  expect(requests.size).toBe(6);
  expect([...requests].find(([labels]) => labels.includes('ai_model="other"'))![1]).toBe(45);
});

test('metrics can be switched off', async () => {
  const started = start({ metrics: { enabled: false } });
  await play(started.stage, { usage: USAGE });
  expect(started.metrics.registry.getSingleMetric('kong_ai_llm_requests_total')).toBeUndefined();
});

test('a counter of dollars does not drift', async () => {
  const metrics = new Metrics();
  const counter = new ExactCounter(metrics.counter('usd', 'help', ['a']));
  let floats = 0;
  for (let n = 0; n < 100_000; n += 1) {
    counter.add({ a: 'x' }, Usd.parse('0.0000001'));
    floats += 0.0000001;
  }
  const value = (await metrics.registry.getSingleMetric('usd')!.get()).values[0]!.value;
  expect(value).toBe(0.01);
  expect(floats, 'floats do').not.toBe(0.01);
});

test('a label’s values are bounded each for itself', () => {
  const values = new BoundedValues(2);
  expect(['a', 'b', 'c', 'a', ''].map((value) => values.of('x', value))).toEqual([
    'a',
    'b',
    'other',
    'a',
    '',
  ]);
  expect(values.of('y', 'c')).toBe('c');
});
