import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { GatewayError } from '../../../kong/relay/errors.ts';
import { dashboardData, play, type Story, start } from './support.ts';

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: string; doubleValue?: number; arrayValue?: { values: object[] } };
}
interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attribute[];
  status?: { code: number };
}

/** An OTLP receiver; keeps what it got by path. */
async function collector() {
  const got = new Map<string, Record<string, never>[]>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    expect(request.headers).toMatchObject({ 'content-type': 'application/json', 'x-key': 'k' });
    const body = JSON.parse(gunzipSync(Buffer.concat(chunks)).toString('utf8')) as Record<string, never>;
    got.set(request.url!, [...(got.get(request.url!) ?? []), body]);
    response.setHeader('content-type', 'application/json').end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, got };
}

async function exported(stories: Story[], signals = ['traces', 'metrics', 'logs']) {
  const { endpoint, got } = await collector();
  const started = start({
    sinks: [{ otlp: { endpoint, headers: { 'x-key': 'k' }, signals } }],
  });
  for (const story of stories) await play(started.stage, story);
  const delivered = async () => (await dashboardData(started.part)).sinks.map((sink) => sink.delivered);
  await expect.poll(delivered, { timeout: 10_000 }).toEqual(signals.map(() => stories.length));
  const all = (path: string, ...keys: string[]): never[] =>
    (got.get(path) ?? []).map((body) => keys.reduce((value: never, key) => value[key], body as never));
  return { got, all, records: await started.records() };
}

const attributesOf = (attributes: Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const STORY: Story = {
  id: 'k1',
  headers: { traceparent: TRACEPARENT },
  identity: { consumer: { id: 'c', username: 'alice' }, route: { id: 'r', name: 'chat' } },
  usage: { input: { total: 1000, cacheRead: 400 }, output: { total: 200 } },
  attempts: [{ target: 'a', code: 'provider_timeout', status: 504 }, { target: 'b' }],
};

test('traces: a span per request below Kong’s, and one per attempt', async () => {
  const { all, records } = await exported([STORY]);
  const spans = all(
    '/v1/traces',
    'resourceSpans',
    '0',
    'scopeSpans',
    '0',
    'spans',
  ).flat() as unknown as Span[];
  const [request, ...attempts] = spans;
  expect(request).toMatchObject({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    parentSpanId: 'b7ad6b7169203331',
    spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    name: 'chat gpt-4o',
    kind: 3,
    startTimeUnixNano: `${records[0]!.started_at}000000`,
  });
  expect(attributesOf(request!.attributes)).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.response.model': 'gpt-4o',
    'gen_ai.response.finish_reasons': { values: [{ stringValue: 'stop' }] } as never,
    'gen_ai.usage.input_tokens': '1000',
    'gen_ai.usage.output_tokens': '200',
    'gen_ai.usage.cache_read.input_tokens': '400',
    'kong.consumer': 'alice',
    'kong.request.id': 'k1',
    'kong_ai.cost': 0.004,
  });
  expect(
    attempts.map(({ name, parentSpanId, status }) => [name, parentSpanId === request!.spanId, status?.code]),
  ).toEqual([
    ['attempt a', true, 2],
    ['attempt b', true, undefined],
  ]);
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(3);
});

test('traces: the plugins lie within each other, and the attempts within the innermost', async () => {
  const { spansOf } = await import('../../../plugins/cost-log/sinks/otlp/traces.ts');
  const { records } = await exported([STORY], ['logs']);
  const stages = [
    { name: 'ai-proxy-ts', started_at: 2, latency: 5 },
    { name: 'cost-log', started_at: 1, latency: 9 },
  ];
  const [request, outer, inner, attempt] = spansOf({ ...records[0]!, stages }) as unknown as Span[];
  expect([outer!.name, outer!.parentSpanId]).toEqual(['plugin cost-log', request!.spanId]);
  expect([inner!.name, inner!.parentSpanId]).toEqual(['plugin ai-proxy-ts', outer!.spanId]);
  expect(attempt!.parentSpanId).toBe(inner!.spanId);
});

test('traces: what Kong does not sample is not sent, and a failure is an error', async () => {
  const unsampled = { ...STORY, headers: { traceparent: TRACEPARENT.replace(/01$/, '00') } };
  const failed = { throws: new GatewayError('provider_timeout'), headers: { traceparent: TRACEPARENT } };
  const { all } = await exported([unsampled, failed], ['traces']);
  const spans = all(
    '/v1/traces',
    'resourceSpans',
    '0',
    'scopeSpans',
    '0',
    'spans',
  ).flat() as unknown as Span[];
  expect(spans).toHaveLength(1);
  expect(spans[0]!.status).toEqual({ code: 2 });
  expect(attributesOf(spans[0]!.attributes)).toMatchObject({
    'error.type': 'provider_timeout',
    'http.response.status_code': '504',
  });
});

test('logs: the whole record, with its id and its trace', async () => {
  const { all, records } = await exported([STORY]);
  const logs = all('/v1/logs', 'resourceLogs', '0', 'scopeLogs', '0', 'logRecords').flat() as unknown as {
    body: { stringValue: string };
    attributes: Attribute[];
    traceId: string;
  }[];
  expect(logs.map(({ body }) => JSON.parse(body.stringValue))).toEqual(records);
  expect(attributesOf(logs[0]!.attributes)).toMatchObject({ 'log.record.uid': records[0]!.id });
  expect(logs[0]!.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
});

test('metrics: OpenTelemetry’s names and buckets, as sums since the start', async () => {
  const stream = { ...STORY, stream: ['a', 'b'], usage: { input: { total: 10 }, output: { total: 5 } } };
  const { all } = await exported([STORY, stream, STORY]);
  const metrics = all('/v1/metrics', 'resourceMetrics', '0', 'scopeMetrics', '0', 'metrics').at(
    -1,
  ) as unknown as {
    name: string;
    unit: string;
    histogram?: {
      aggregationTemporality: number;
      dataPoints: {
        attributes: Attribute[];
        count: string;
        sum: number;
        bucketCounts: string[];
        explicitBounds: number[];
      }[];
    };
    sum?: { dataPoints: { asDouble: number }[] };
  }[];
  const named = (name: string) => metrics.find((metric) => metric.name === name)!;
  expect(metrics.map(({ name, unit }) => [name, unit])).toEqual([
    ['gen_ai.client.token.usage', '{token}'],
    ['gen_ai.client.operation.duration', 's'],
    ['gen_ai.server.time_to_first_token', 's'],
    ['gen_ai.server.time_per_output_token', 's'],
    ['kong_ai.cost', '{USD}'],
  ]);
  const tokens = named('gen_ai.client.token.usage').histogram!;
  expect(tokens.aggregationTemporality).toBe(2);
  const input = tokens.dataPoints.find(
    ({ attributes }) => attributesOf(attributes)['gen_ai.token.type'] === 'input',
  )!;
  expect([input.count, input.sum]).toEqual(['3', 2010]);
  expect(input.explicitBounds[5]).toBe(1024);
  expect(input.bucketCounts.map(Number)).toEqual([0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect(named('gen_ai.server.time_to_first_token').histogram!.dataPoints[0]!.count).toBe('1');
  expect(named('kong_ai.cost').sum!.dataPoints[0]!.asDouble).toBe(0.008075);
});
