// A record as a log record: its attributes for searching, the whole of it as the body.
import type { CostRecord } from '../../record/schema.ts';
import { recordAttributes } from './attributes.ts';
import { encodeAttributes, nanos } from './encode.ts';
import { requestSpanId } from './traces.ts';

const INFO = 9;
const ERROR = 17;

export function logRecord(record: CostRecord, json: string): object {
  const failed = record.response.status >= 500 || record.outcome === 'failed';
  return {
    timeUnixNano: nanos(record.started_at + record.latencies.request),
    observedTimeUnixNano: nanos(record.started_at + record.latencies.request),
    severityNumber: failed ? ERROR : INFO,
    severityText: failed ? 'ERROR' : 'INFO',
    eventName: 'kong_ai.request',
    body: { stringValue: json },
    // By which a receiver may know one that came twice.
    attributes: encodeAttributes({ 'log.record.uid': record.id, ...recordAttributes(record) }),
    traceId: record.trace.trace_id,
    spanId: requestSpanId(record),
    flags: record.trace.sampled ? 1 : 0,
  };
}
