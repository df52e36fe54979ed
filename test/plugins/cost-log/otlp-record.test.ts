// What a record becomes in OTLP: log records, spans and metrics, and what is left out.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { CostRecord } from '../../../plugins/cost-log/record/schema.ts';
import { encodeAttributes } from '../../../plugins/cost-log/sinks/otlp/encode.ts';
import { logRecord } from '../../../plugins/cost-log/sinks/otlp/logs.ts';
import { OtlpMetrics } from '../../../plugins/cost-log/sinks/otlp/metrics.ts';
import { otlpSink, type Signal } from '../../../plugins/cost-log/sinks/otlp/sinks.ts';
import { spansOf } from '../../../plugins/cost-log/sinks/otlp/traces.ts';
import { reply, startUpstream } from '../../support/upstream/index.ts';

/** A whole answer, with `more` in the record's and `proxy` in ai.proxy's place. */
function record(more: object = {}, proxy: object = {}): CostRecord {
  return {
    schema: 1,
    id: 'r1',
    started_at: 1_000,
    request: { id: 'k1', method: 'POST' },
    response: { status: 200 },
    operation: 'chat',
    mode: 'whole',
    outcome: 'complete',
    latencies: { request: 500, gateway: 5 },
    ai: {
      proxy: {
        meta: { plugin_id: 'p', provider_name: 'openai', request_model: 'gpt-4o' },
        usage: { prompt_tokens: 10, completion_tokens: 5 },
        ...proxy,
      },
    },
    lines: [],
    cost: { currency: 'USD', total: '0.5', known: '0.5' },
    attempts: [],
    stages: [],
    tags: {},
    trace: { trace_id: 't', sampled: true },
    ...more,
  } as unknown as CostRecord;
}

type Encoded = { key: string; value: Record<string, unknown> }[];
const valuesOf = (attributes: Encoded): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

interface Metric {
  name: string;
  histogram?: { dataPoints: Point[] };
  sum?: { dataPoints: Point[] };
}
interface Point {
  attributes: Encoded;
  count?: string;
  sum?: number;
  bucketCounts?: string[];
  asDouble?: number;
}

describe('a log record', () => {
  const log = (more: object) =>
    logRecord(record(more), '{}') as { severityText: string; flags: number; attributes: Encoded };

  it.each([
    ['INFO', 'an answer', {}],
    ['INFO', 'a refusal', { response: { status: 403 } }],
    ['INFO', 'a client that left', { response: { status: 499 }, outcome: 'aborted' }],
    ['ERROR', 'a failure', { response: { status: 502 } }],
    ['ERROR', 'a stream that broke', { outcome: 'failed' }],
  ])('is %s for %s', (severity, _what, more) => {
    expect(log(more).severityText).toBe(severity);
  });

  it('says whether the trace is sampled', () => {
    expect([log({}).flags, log({ trace: { trace_id: 't', sampled: false } }).flags]).toEqual([1, 0]);
  });

  it('has the cost when all of it is known, and none when not', () => {
    expect(valuesOf(log({}).attributes)).toMatchObject({
      'kong_ai.cost': 0.5,
      'kong_ai.cost.currency': 'USD',
    });
    const names = Object.keys(
      valuesOf(log({ cost: { currency: 'USD', total: null, known: '0.5' } }).attributes),
    );
    expect(names.filter((name) => name.startsWith('kong_ai.cost'))).toEqual([]);
  });

  it('names consumer, route and service, or gives their ids', () => {
    const named = { id: 'i', name: 'n' };
    const attributes = valuesOf(
      log({
        consumer: { id: 'c', custom_id: 'x' },
        route: named,
        service: { id: 'i' },
        tags: { team: 'red' },
      }).attributes,
    );
    expect(attributes).toMatchObject({
      'kong.consumer': 'x',
      'kong.route': 'n',
      'kong.service': 'i',
      'kong_ai.tag.team': 'red',
    });
    expect(valuesOf(log({ consumer: { id: 'c' } }).attributes)).toMatchObject({ 'kong.consumer': 'c' });
  });
});

it('attributes are of OTLP’s types; what is not known is left out', () => {
  const all = { a: 'x', b: true, c: 5, d: 0.5, e: ['y', 'z'], f: undefined };
  expect(encodeAttributes(all)).toEqual([
    { key: 'a', value: { stringValue: 'x' } },
    { key: 'b', value: { boolValue: true } },
    { key: 'c', value: { intValue: '5' } },
    { key: 'd', value: { doubleValue: 0.5 } },
    { key: 'e', value: { arrayValue: { values: [{ stringValue: 'y' }, { stringValue: 'z' }] } } },
  ]);
});

describe('spans', () => {
  const names = (more: object, proxy: object = {}): unknown[] =>
    (spansOf(record(more, proxy)) as { name: string }[]).map(({ name }) => name);

  it('are named by operation and model, where there is one', () => {
    expect(names({})).toEqual(['chat gpt-4o']);
    expect(names({}, { meta: {} })).toEqual(['chat']);
  });

  it('are none when the trace is not sampled', () => {
    expect(names({ trace: { trace_id: 't', sampled: false } })).toEqual([]);
  });

  it('of a call that has no end yet end where they begin', () => {
    const attempts = [{ target: 'a', provider: 'o', model: 'm', started_at: 1_000 }];
    const [, attempt] = spansOf(record({ attempts })) as {
      startTimeUnixNano: string;
      endTimeUnixNano: string;
    }[];
    expect(attempt!.endTimeUnixNano).toBe(attempt!.startTimeUnixNano);
  });
});

describe('metrics', () => {
  const pointsOf = (...records: CostRecord[]): Record<string, Point[]> => {
    const metrics = new OtlpMetrics(0);
    for (const one of records) metrics.add(one);
    return Object.fromEntries(
      (metrics.encode(1) as Metric[]).map(({ name, histogram, sum }) => [
        name,
        (histogram ?? sum)!.dataPoints,
      ]),
    );
  };

  it('are of calls to a provider only', () => {
    expect(pointsOf(record({}, { meta: {} }))).toEqual({});
  });

  it('have the tokens that are known, by kind', () => {
    const points = pointsOf(
      record(),
      record({}, { usage: { completion_tokens: 7 } }),
      record({}, { usage: {} }),
    );
    const tokens = points['gen_ai.client.token.usage']!;
    expect(
      tokens.map(({ attributes, sum, count }) => [valuesOf(attributes)['gen_ai.token.type'], sum, count]),
    ).toEqual([
      ['input', 10, '1'],
      ['output', 12, '2'],
    ]);
    expect(points['gen_ai.client.operation.duration']![0]).toMatchObject({ count: '3', sum: 1.5 });
    expect(points['kong_ai.cost']![0]!.asDouble).toBe(1.5);
  });

  it('have a stream’s times when it is whole and they are known', () => {
    const stream = (latencies: object, more: object = {}): CostRecord =>
      record({ mode: 'stream', latencies: { request: 500, gateway: 5, ...latencies }, ...more });
    const points = pointsOf(
      stream({ first_token: 100, per_output_token: 20 }),
      stream({}),
      stream({ first_token: 900 }, { error: { code: 'stream_broken' } }),
    );
    expect(points['gen_ai.server.time_to_first_token']).toMatchObject([{ count: '1', sum: 0.1 }]);
    expect(points['gen_ai.server.time_per_output_token']).toMatchObject([{ count: '1', sum: 0.02 }]);
    expect(pointsOf(record())).not.toHaveProperty(['gen_ai.server.time_to_first_token']);
  });

  it('count what is beyond the last bound', () => {
    const [point] = pointsOf(record({ latencies: { request: 1e9, gateway: 0 } }))[
      'gen_ai.client.operation.duration'
    ]!;
    expect(point!.bucketCounts!.at(-1)).toBe('1');
  });

  it('of more models than a client may name are one series', () => {
    const models = Array.from({ length: 1_010 }, (_, i) =>
      record({}, { meta: { provider_name: 'openai', request_model: `m${i}` } }),
    );
    const points = pointsOf(...models)['kong_ai.cost']!;
    expect(points).toHaveLength(1_001);
    expect(valuesOf(points.at(-1)!.attributes)).toEqual({ 'otel.metric.overflow': true });
    expect(points.at(-1)!.asDouble).toBe(5);
  });
});

describe('a sink', () => {
  async function sent(signal: Signal, records: string[]): Promise<unknown[]> {
    const receiver = await startUpstream();
    receiver.handle(reply(200, {}));
    const sink = otlpSink(signal, { endpoint: `${receiver.url}/`, timeoutMs: 1_000, serviceName: 's' });
    await sink.deliver(records, new AbortController().signal);
    const paths = receiver.requests.map(({ path }) => path);
    await receiver.close();
    return paths;
  }

  it.each(['traces', 'metrics'] as const)('of %s sends nothing when there is nothing', async (signal) => {
    expect(await sent(signal, ['{"schema":2,"lines":[]}'])).toEqual([]);
    expect(await sent(signal, [JSON.stringify(record())])).toEqual([`/v1/${signal}`]);
  });

  it('of logs sends what it can read', async () => {
    expect(await sent('logs', ['{', JSON.stringify(record())])).toEqual(['/v1/logs']);
  });

  it('of metrics adds a batch that is sent again once', async () => {
    const costs: unknown[] = [];
    const server = createServer(async (request, response) => {
      const { resourceMetrics } = JSON.parse(gunzipSync(await buffer(request)).toString()) as {
        resourceMetrics: { scopeMetrics: { metrics: Metric[] }[] }[];
      };
      const { metrics } = resourceMetrics[0]!.scopeMetrics[0]!;
      costs.push(metrics.find(({ name }) => name === 'kong_ai.cost')!.sum!.dataPoints[0]!.asDouble);
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sink = otlpSink('metrics', { endpoint, timeoutMs: 1_000, serviceName: 's' });
    const batch = [JSON.stringify(record())];
    for (const records of [batch, batch, [...batch]])
      await sink.deliver(records, new AbortController().signal);
    server.closeAllConnections();
    server.close();
    expect(costs).toEqual([0.5, 0.5, 1]);
  });
});
