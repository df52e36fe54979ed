// The OTLP sinks: one per signal, each with its own place in the spool, so that a receiver that takes no metrics does
// not get every trace twice. Written here and not taken from the OpenTelemetry SDK: its exporters keep what they have
// not sent in memory, and the spool is the point; what is left of them is three JSON bodies.
import { hostname } from 'node:os';
import { eachRecord } from '../../record/each.ts';
import { headerReader, post } from '../post.ts';
import type { Sink } from '../sink.ts';
import { encodeAttributes } from './encode.ts';
import { logRecord } from './logs.ts';
import { OtlpMetrics } from './metrics.ts';
import { spansOf } from './traces.ts';

export type Signal = 'traces' | 'metrics' | 'logs';

export interface OtlpOptions {
  endpoint: string;
  headers?: Readonly<Record<string, string>> | undefined;
  timeoutMs: number;
  serviceName: string;
}

const SCHEMA = 'https://opentelemetry.io/schemas/1.38.0';
const SCOPE = JSON.stringify({ name: 'kong-ai-plugins/cost-log' });

export function otlpSink(signal: Signal, options: OtlpOptions): Sink {
  const encode = { traces: encodeTraces, logs: encodeLogs, metrics: metricsEncoder() }[signal];
  const url = `${options.endpoint.replace(/\/+$/, '')}/v1/${signal}`;
  const own = headerReader(options.headers);
  return {
    maxRecords: 500,
    async deliver(records, abort) {
      const body = await encode(records, JSON.stringify(resource(options.serviceName)));
      if (body === undefined) return;
      const headers = { 'content-type': 'application/json', ...own() };
      const call = { url, headers, body, gzip: true, timeoutMs: options.timeoutMs };
      await post(call, abort);
    },
  };
}

/** Gives JSON, which is written record by record: a whole batch in one go would hold up requests. */
type Encoder = (records: readonly string[], resource: string) => Promise<string | undefined>;

const encodeTraces: Encoder = async (records, resource) => {
  const spans: string[] = [];
  await eachRecord(records, (record) => {
    for (const span of spansOf(record)) spans.push(JSON.stringify(span));
  });
  if (spans.length === 0) return;
  return envelope('Spans', resource, `"spans":[${spans}]`);
};

const encodeLogs: Encoder = async (records, resource) => {
  const logRecords: string[] = [];
  await eachRecord(records, (record, json) => logRecords.push(JSON.stringify(logRecord(record, json))));
  return envelope('Logs', resource, `"logRecords":[${logRecords}]`);
};

const envelope = (of: string, resource: string, content: string): string =>
  `{"resource${of}":[{"resource":${resource},"scope${of}":[{"scope":${SCOPE},${content}}],"schemaUrl":"${SCHEMA}"}]}`;

/** A batch that is sent again has been added already. */
function metricsEncoder(): Encoder {
  const sums = new OtlpMetrics(Date.now());
  let last: readonly string[] | undefined;
  return async (records, resource) => {
    if (records !== last) await eachRecord(records, (record) => sums.add(record));
    last = records;
    const metrics = sums.encode(Date.now()).map((metric) => JSON.stringify(metric));
    if (metrics.length === 0) return;
    return envelope('Metrics', resource, `"metrics":[${metrics}]`);
  };
}

function resource(serviceName: string): object {
  // Sums of several machines must not be taken for one.
  const instance = `${hostname()}-${process.pid}`;
  return { attributes: encodeAttributes({ 'service.name': serviceName, 'service.instance.id': instance }) };
}
