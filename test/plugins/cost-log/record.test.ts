import { describe, expect, test } from 'vitest';
import { openaiImages } from '../../../kong/llm/formats/openai-images/format.ts';
import { SseEvent } from '../../../kong/llm/sse.ts';
import { EventStream, type StreamSink } from '../../../kong/llm/stream.ts';
import { WholeAnswer } from '../../../kong/relay/answer.ts';
import { GatewayError } from '../../../kong/relay/errors.ts';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import { recordSchema } from '../../../plugins/cost-log/record/schema.ts';
import { exchangeOf, PLUGIN_ID, play, type Story, start } from './support.ts';

const ALICE = {
  consumer: { id: 'c1', username: 'alice', customId: 'A-1', tags: ['team:search', 'beta'] },
  credential: 'cred-1',
  route: { id: 'r1', name: 'chat' },
  service: { id: 's1', name: 'ai' },
  ip: '10.0.0.7',
};

async function recordOf(story: Story, config: Record<string, unknown> = {}) {
  const started = start(config);
  await play(started.stage, story);
  const records = await started.records();
  expect(records).toHaveLength(1);
  // What is written is what the documented schema says, and no more.
  expect(recordSchema.strict().parse(records[0])).toEqual(records[0]);
  return records[0]!;
}

test('a record says who asked whom for what, what came, and what it cost', async () => {
  const record = await recordOf({
    id: 'kong-request-1',
    identity: ALICE,
    usage: { input: { total: 1000, cacheRead: 400 }, output: { total: 200, reasoning: 50 } },
  });
  expect(record).toMatchObject({
    schema: 1,
    request: { id: 'kong-request-1', method: 'POST' },
    response: { status: 200 },
    client_ip: '10.0.0.7',
    consumer: { id: 'c1', username: 'alice', custom_id: 'A-1' },
    authenticated_entity: { id: 'cred-1' },
    route: { id: 'r1', name: 'chat' },
    service: { id: 's1', name: 'ai' },
    plugin: { id: PLUGIN_ID },
    operation: 'chat',
    mode: 'whole',
    outcome: 'complete',
    finish_reasons: ['stop'],
    // gpt-4o: $2.50, cached $1.25, output $10 per 1M.
    ai: {
      proxy: {
        meta: {
          plugin_id: PLUGIN_ID,
          provider_name: 'openai',
          request_model: 'gpt-4o',
          response_model: 'gpt-4o',
        },
        usage: { prompt_tokens: 1000, completion_tokens: 200, total_tokens: 1200, cost: 0.004 },
      },
    },
    cost: { currency: 'USD', total: '0.004', known: '0.004' },
    attempts: [{ target: 't1', provider: 'openai', model: 'gpt-4o', status: 200 }],
  });
  expect(record.lines).toMatchObject([
    {
      purpose: 'answer',
      cost: { input: '0.0015', cache_read: '0.0005', output: '0.0015', reasoning: '0.0005' },
    },
  ]);
});

describe('prices', () => {
  const prices = [
    { model: 'opus', input: 5, cache_write: 6.25, output: 25 },
    { model: 'five', input: 1.25, cache_read: 0.125, output: 10 },
  ];

  test.each([
    [
      'opus',
      { input: { total: 159_223, noCache: 6, cacheWrite: 159_217 }, output: { total: 2745 } },
      '1.06376125',
    ],
    [
      'five',
      { input: { total: 1_239_328, noCache: 51_232, cacheRead: 1_188_096 }, output: { total: 12_909 } },
      '0.341642',
    ],
  ])('%s comes out exactly', async (model, usage, cost) => {
    const record = await recordOf({ model, usage }, { prices });
    expect(record.cost).toEqual({ currency: 'USD', total: cost, known: cost });
    expect(record.lines[0]!.cost!.total).toBe(cost);
    expect(record.ai.proxy.usage.cost).toBe(Number(cost));
  });

  test('an unknown price is null everywhere, and counted', async () => {
    const started = start({});
    await play(started.stage, {
      model: 'no-such-model',
      usage: { input: { total: 10 }, output: { total: 10 } },
      sideCalls: [
        {
          purpose: 'embedding',
          provider: 'openai',
          model: 'text-embedding-3-small',
          usage: { input: { total: 50_000 }, output: {} },
        },
      ],
    });
    const [record] = await started.records();
    expect(record!.ai.proxy.usage.cost).toBeNull();
    expect(record!.lines.map(({ cost }) => cost?.total ?? null)).toEqual([null, '0.001']);
    expect(record!.cost).toEqual({ currency: 'USD', total: null, known: '0.001' });
    expect(await started.metric('kong_ai_unpriced_calls_total')).toEqual(
      new Map([['{ai_provider="openai",ai_model="no-such-model"}', 1]]),
    );
    expect(await started.metric('kong_ai_llm_cost_total')).toEqual(new Map());
  });
});

test('discarded attempts, hedges, embeddings and judges are lines of the same request', async () => {
  const million = { input: { total: 1_000_000 }, output: {} };
  const record = await recordOf({
    usage: { input: { total: 100 }, output: { total: 10 } },
    attempts: [
      // ai-proxy-ts says twice what a discarded attempt used.
      { target: 'a', model: 'gpt-4o-mini', status: 200, code: 'provider_bad_answer', usage: million },
      { target: 'b', status: 503, code: 'provider_error' },
      { target: 'openai/gpt-4o' },
    ],
    sideCalls: [
      { purpose: 'discarded', provider: 'openai', model: 'gpt-4o-mini', usage: million },
      { purpose: 'embedding', provider: 'openai', model: 'text-embedding-3-small', usage: million },
      {
        purpose: 'judge',
        provider: 'openai',
        model: 'gpt-4o',
        usage: { input: { total: 1000 }, output: { total: 100 } },
      },
    ],
  });
  expect(record.lines.map(({ purpose, model, cost }) => [purpose, model, cost?.total])).toEqual([
    ['answer', 'gpt-4o', '0.00035'],
    ['discarded', 'gpt-4o-mini', '0.15'],
    ['embedding', 'text-embedding-3-small', '0.02'],
    ['judge', 'gpt-4o', '0.0035'],
  ]);
  expect(record.cost.total).toBe('0.17385');
  expect(record.attempts.map(({ target, code }) => [target, code])).toEqual([
    ['a', 'provider_bad_answer'],
    ['b', 'provider_error'],
    ['openai/gpt-4o', undefined],
  ]);
});

test('a stream that broke off is counted with the tokenizer, and says so', async () => {
  const record = await recordOf({
    stream: ['The quick brown fox ', 'jumps over the lazy dog.'],
    outcome: { kind: 'aborted', status: 200 },
  });
  const { usage } = record.ai.proxy;
  expect(usage).toMatchObject({ estimated: true, prompt_tokens: 8, completion_tokens: 10 });
  expect(record).toMatchObject({ mode: 'stream', outcome: 'aborted', error: { code: 'client_gone' } });
  expect(record.cost.total).not.toBeNull();
});

test('a stream has its times and its finish reason', async () => {
  const record = await recordOf({
    stream: ['a', 'b'],
    usage: { input: { total: 5 }, output: { total: 2 } },
  });
  expect(record.finish_reasons).toEqual(['stop']);
  expect(record.latencies.first_token).toBeGreaterThanOrEqual(0);
  expect(record.latencies.last_token).toBeGreaterThanOrEqual(record.latencies.first_token!);
  expect(record.latencies.per_output_token).toBeGreaterThanOrEqual(0);
});

test('a refusal is recorded with its code, and costs nothing', async () => {
  const record = await recordOf({
    throws: new GatewayError('provider_rate_limited'),
    notes: {
      guard: { verdict: 'blocked', matches: [{ rule: 'jailbreak', score: 0.93, direction: 'request' }] },
      pii: { request: { email: 2 }, response: {}, blocked: false },
      limits: [{ policy: 'team', unit: 'tokens', limit: 100, remaining: 0, state: 'limited' }],
    },
  });
  expect(record).toMatchObject({
    response: { status: 429 },
    error: { code: 'provider_rate_limited' },
    guard: { verdict: 'blocked', matches: [{ rule: 'jailbreak' }] },
    pii: { request: { email: 2 } },
    limits: [{ policy: 'team', state: 'limited' }],
    lines: [],
    cost: { total: '0', known: '0' },
  });
});

test('an answer from the cache costs nothing and says so', async () => {
  const record = await recordOf({ notes: { cache: { status: 'Hit', tier: 'semantic', similarity: 0.97 } } });
  expect(record.ai.proxy.cache).toEqual({ cache_status: 'Hit', tier: 'semantic', similarity: 0.97 });
  expect(record.cost.total).toBe('0');
});

test('tags come from headers, the consumer and the config, which has the last word', async () => {
  const record = await recordOf(
    { identity: ALICE, headers: { 'x-project': 'apollo', 'x-env': 'forged', 'x-long': 'x'.repeat(500) } },
    {
      tags: {
        headers: { project: 'X-Project', env: 'x-env', long: 'x-long' },
        consumer: true,
        values: { env: 'prod' },
      },
    },
  );
  expect(record.tags).toEqual({
    project: 'apollo',
    long: 'x'.repeat(128),
    team: 'search',
    beta: 'true',
    env: 'prod',
  });
});

test('the record is a child of the trace that Kong sends', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  expect((await recordOf({ headers: { traceparent } })).trace).toEqual({
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    parent_id: 'b7ad6b7169203331',
    sampled: true,
  });
  for (const none of ['', 'junk', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`]) {
    const record = await recordOf({ headers: { traceparent: none } });
    expect(record.trace).toEqual({ trace_id: record.id.replaceAll('-', ''), sampled: true });
  }
});

describe('what must not be in a record', () => {
  const secrets = {
    headers: { apikey: 'gw-key-PLANTED', authorization: 'Bearer sk-PLANTED', cookie: 'sid=PLANTED' },
    body: { messages: [{ role: 'user', content: 'PLANTED prompt of max.mustermann@example.org' }] },
    text: 'PLANTED answer',
    usage: { input: { total: 1 }, output: { total: 1 } },
  };

  test('no key, prompt, answer or personal value is, unless payloads are logged', async () => {
    for (const story of [secrets, { ...secrets, stream: ['PLANTED ', 'answer'] }]) {
      expect(JSON.stringify(await recordOf(story))).not.toMatch(/PLANTED|mustermann/);
    }
  });

  test('payloads are only logged through the redactor, and cut', async () => {
    const redactText = (text: string): string => text.replace(/\S+@\S+/g, '[EMAIL]');
    const config = { log_payloads: true, max_payload_chars: 200 };
    const started = start(config, { redactText });
    const body = { messages: [{ role: 'user', content: `mail max@example.org ${'y'.repeat(500)}` }] };
    await play(started.stage, { ...secrets, body, text: 'Sent to max@example.org.' });
    const [record] = await started.records();
    const { request, response } = record!.ai.proxy.payload!;
    expect(request).toMatch(/^user: mail \[EMAIL\] y+…$/);
    expect(request!.length).toBeLessThanOrEqual(201);
    expect(response).toBe('Sent to [EMAIL]');
    expect(JSON.stringify(record)).not.toMatch(/max@example|sk-PLANTED|gw-key/);
  });

  test('without a redactor, payload logging is refused at start', () => {
    expect(() => start({ log_payloads: true })).toThrow('log_payloads needs pii-redact');
  });

  test('a redactor that fails costs the payload, not the record', async () => {
    const started = start(
      { log_payloads: true },
      {
        redactText: () => {
          throw new Error('broken');
        },
      },
    );
    await play(started.stage, secrets);
    const [record] = await started.records();
    expect(record!.ai.proxy.payload).toEqual({});
    expect(JSON.stringify(record)).not.toContain('PLANTED');
  });
});

describe('a price that is not by tokens alone', () => {
  const SIZES = { model: 'dall-e-3', image: 0.04 };
  const FLEX = [
    { model: 'gpt-4o', service_tiers: ['flex'], input: 1, output: 1 },
    { model: 'gpt-4o', input: 2, output: 2 },
  ];
  const used = { input: { total: 1_000_000 }, output: { total: 0 } };

  async function costOf(
    exchange: Exchange,
    config: Record<string, unknown>,
    answer: () => void,
  ): Promise<unknown> {
    const started = start(config);
    await started.stage.run(exchange, async () => {
      const choice = { target: 't', provider: 'openai', model: String(exchange.request.body.model) };
      exchange.attempts.push({ ...choice, startedAt: 0, endedAt: 1, status: 200 });
      Object.assign(exchange.model, { used: choice.model, provider: 'openai', target: 't' });
      answer();
    });
    const { answer: given } = exchange;
    if (given?.kind === 'stream') given.stream.start({ event() {}, end() {}, fail() {} });
    exchange.finish({ kind: 'complete', status: 200 });
    const [record] = await started.records();
    return record!.cost.total;
  }

  const imageRequest = (n?: number) =>
    exchangeOf({ body: { model: 'dall-e-3', prompt: 'A gateway.', n } }, openaiImages);

  test('images are priced each: as many as came', async () => {
    const exchange = imageRequest(3);
    const data = [{ url: 'https://a' }, { url: 'https://b' }];
    const cost = await costOf(exchange, { prices: [SIZES] }, () => {
      exchange.answer = WholeAnswer.ofJson(200, { created: 1, data });
    });
    expect(cost).toBe('0.08');
  });

  test('an image without a known price is not free', async () => {
    const exchange = imageRequest();
    const cost = await costOf(exchange, { prices: [{ model: 'other', image: 1 }] }, () => {
      exchange.answer = WholeAnswer.ofJson(200, { created: 1, data: [{ url: 'https://a' }] });
    });
    expect(cost).toBeNull();
  });

  test.each([
    ['the answer says', { service_tier: 'flex' }, {}, '1'],
    ['the answer says, whatever was asked for', { service_tier: 'default' }, { service_tier: 'flex' }, '2'],
    ['was asked for', {}, { service_tier: 'flex' }, '1'],
    ['nobody has named', {}, { service_tier: 'auto' }, '2'],
  ])('the service tier is the one that %s', async (_name, answered, asked, expected) => {
    const exchange = exchangeOf({ body: { model: 'gpt-4o', ...asked } });
    const cost = await costOf(exchange, { prices: FLEX }, () => {
      exchange.usage = used;
      exchange.answer = WholeAnswer.ofJson(200, { choices: [], ...answered });
    });
    expect(cost).toBe(expected);
  });

  test('also of a stream', async () => {
    const exchange = exchangeOf({ body: { model: 'gpt-4o', stream: true } });
    const cost = await costOf(exchange, { prices: FLEX }, () => {
      exchange.usage = used;
      const chunk = { choices: [{ index: 0, delta: { content: 'a' } }], service_tier: 'flex' };
      const source = {
        start(sink: StreamSink) {
          sink.event(SseEvent.fromBytes(Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`)));
          sink.event(SseEvent.fromBytes(Buffer.from('data: [DONE]\n\n')));
          sink.end();
        },
        pause() {},
        resume() {},
        cancel() {},
      };
      exchange.answer = { kind: 'stream', status: 200, headers: {}, stream: new EventStream(source) };
    });
    expect(cost).toBe('1');
  });
});
