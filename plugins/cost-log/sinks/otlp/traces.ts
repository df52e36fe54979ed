// A record as spans: the request as a child of Kong's, the plugins within it as they lie around each other, and each
// call of a provider.
import type { CostRecord } from '../../record/schema.ts';
import { modelAttributes, recordAttributes } from './attributes.ts';
import { encodeAttributes, nanos, spanId } from './encode.ts';

const INTERNAL = 1;
const CLIENT = 3;
const STATUS_ERROR = 2;

interface Span {
  name: string;
  kind: number;
  id: string;
  parent: string | undefined;
  startedAt: number;
  endedAt: number;
  attributes: Parameters<typeof encodeAttributes>[0];
  failed: boolean;
}

/** None when the trace is not sampled. */
export function spansOf(record: CostRecord): object[] {
  if (!record.trace.sampled) return [];
  const root = requestSpan(record);
  const stages = stageSpans(record, root.id);
  // ai-proxy-ts is innermost, and it is what calls providers.
  const caller = stages.at(-1)?.id ?? root.id;
  return [root, ...stages, ...attemptSpans(record, caller)].map((span) => encode(record, span));
}

export const requestSpanId = ({ id }: CostRecord): string => spanId(id, 'request');

function requestSpan(record: CostRecord): Span {
  const { operation, started_at, latencies, response } = record;
  const model = modelAttributes(record)['gen_ai.request.model'];
  return {
    name: model === undefined ? operation : `${operation} ${model}`,
    kind: CLIENT,
    id: requestSpanId(record),
    parent: record.trace.parent_id,
    startedAt: started_at,
    endedAt: started_at + latencies.request,
    attributes: recordAttributes(record),
    failed: response.status >= 500 || record.outcome !== 'complete',
  };
}

/** Outermost first. */
function stageSpans({ id, stages }: CostRecord, root: string): Span[] {
  let parent = root;
  return stages.toReversed().map(({ name, started_at, latency }, index) => {
    const own = spanId(id, `stage/${index}`);
    const span: Span = {
      name: `plugin ${name}`,
      kind: INTERNAL,
      id: own,
      parent,
      startedAt: started_at,
      endedAt: started_at + latency,
      attributes: { 'kong_ai.plugin': name },
      failed: false,
    };
    parent = own;
    return span;
  });
}

function attemptSpans(record: CostRecord, parent: string): Span[] {
  return record.attempts.map(({ target, model, started_at, latency, status, code }, index) => ({
    name: `attempt ${target}`,
    kind: CLIENT,
    id: spanId(record.id, `attempt/${index}`),
    parent,
    startedAt: started_at,
    endedAt: started_at + (latency ?? 0),
    attributes: {
      'gen_ai.request.model': model,
      'http.response.status_code': status,
      'error.type': code,
      'kong_ai.target': target,
    },
    failed: code !== undefined,
  }));
}

function encode({ trace }: CostRecord, span: Span): object {
  return {
    traceId: trace.trace_id,
    spanId: span.id,
    ...(span.parent !== undefined && { parentSpanId: span.parent }),
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: nanos(span.startedAt),
    endTimeUnixNano: nanos(span.endedAt),
    attributes: encodeAttributes(span.attributes),
    ...(span.failed && { status: { code: STATUS_ERROR } }),
  };
}
