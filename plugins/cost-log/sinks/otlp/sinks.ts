// The OTLP sinks: one per signal, each with its own place in the spool, so that a receiver that takes no metrics does
// not get every trace twice. Written here and not taken from the OpenTelemetry SDK: its exporters keep what they have
// not sent in memory, and the spool is the point; what is left of them is three JSON bodies.
import { hostname } from 'node:os';
import { parseRecord } from '../../record/schema.ts';
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
const SCOPE = { name: 'kong-ai-plugins/cost-log' };

export function otlpSink(signal: Signal, options: OtlpOptions): Sink {
  const encode = { traces: encodeTraces, logs: encodeLogs, metrics: metricsEncoder() }[signal];
  const url = `${options.endpoint.replace(/\/+$/, '')}/v1/${signal}`;
  const own = headerReader(options.headers);
  return {
    maxRecords: 500,
    async deliver(records, abort) {
      const body = encode(records, resource(options.serviceName));
      if (!body) return;
      const headers = { 'content-type': 'application/json', ...own() };
      const call = { url, headers, body: JSON.stringify(body), gzip: true, timeoutMs: options.timeoutMs };
      await post(call, abort);
    },
  };
}

type Encoder = (records: readonly string[], resource: object) => object | undefined;

const encodeTraces: Encoder = (records, resource) => {
  const spans = records.flatMap((json) => {
    const record = parseRecord(json);
    return record ? spansOf(record) : [];
  });
  if (spans.length === 0) return;
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: SCOPE, spans }], schemaUrl: SCHEMA }] };
};

const encodeLogs: Encoder = (records, resource) => {
  const logRecords = records.flatMap((json) => {
    const record = parseRecord(json);
    return record ? [logRecord(record, json)] : [];
  });
  return { resourceLogs: [{ resource, scopeLogs: [{ scope: SCOPE, logRecords }], schemaUrl: SCHEMA }] };
};

/** A batch that is sent again has been added already. */
function metricsEncoder(): Encoder {
  const sums = new OtlpMetrics(Date.now());
  let last: readonly string[] | undefined;
  return (records, resource) => {
    if (records !== last) {
      for (const json of records) {
        const record = parseRecord(json);
        if (record) sums.add(record);
      }
    }
    last = records;
    const metrics = sums.encode(Date.now());
    if (metrics.length === 0) return;
    return { resourceMetrics: [{ resource, scopeMetrics: [{ scope: SCOPE, metrics }], schemaUrl: SCHEMA }] };
  };
}

function resource(serviceName: string): object {
  // Sums of several machines must not be taken for one.
  const instance = `${hostname()}-${process.pid}`;
  return { attributes: encodeAttributes({ 'service.name': serviceName, 'service.instance.id': instance }) };
}
