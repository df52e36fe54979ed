// The trace that a request belongs to (https://www.w3.org/TR/trace-context/#traceparent-header).
import type { CostRecord } from './schema.ts';

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-|$)/;
const NONE = /^0+$/;

/** Kong's span is the parent. Without a valid header the record's id is the trace. */
export function traceOf(header: string | string[] | undefined, recordId: string): CostRecord['trace'] {
  const [, traceId = '0', parentId = '0', flags = '01'] =
    TRACEPARENT.exec(typeof header === 'string' ? header : '') ?? [];
  if (NONE.test(traceId) || NONE.test(parentId)) {
    return { trace_id: recordId.replaceAll('-', ''), sampled: true };
  }
  return { trace_id: traceId, parent_id: parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
