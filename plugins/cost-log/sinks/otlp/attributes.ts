// What is said of a record in traces and logs, in the names of OpenTelemetry's GenAI conventions (1.38). What they
// have no name for is under `kong_ai.`.
import { otelOperation, otelProvider } from '../../metrics/gen-ai.ts';
import type { CostRecord } from '../../record/schema.ts';
import type { Attributes } from './encode.ts';

export function modelAttributes({ operation, ai }: CostRecord): Attributes {
  const { meta } = ai.proxy;
  return {
    'gen_ai.operation.name': otelOperation(operation),
    'gen_ai.provider.name': meta.provider_name && otelProvider(meta.provider_name),
    'gen_ai.request.model': meta.request_model ?? meta.requested_model,
    'gen_ai.response.model': meta.response_model,
  };
}

export function recordAttributes(record: CostRecord): Attributes {
  const { ai, cost, consumer, route, service } = record;
  const { usage, cache, meta } = ai.proxy;
  return {
    ...modelAttributes(record),
    'gen_ai.response.finish_reasons': record.finish_reasons,
    'gen_ai.usage.input_tokens': usage.prompt_tokens,
    'gen_ai.usage.output_tokens': usage.completion_tokens,
    'gen_ai.usage.cache_read.input_tokens': usage.cache_read_tokens,
    'gen_ai.usage.cache_creation.input_tokens': usage.cache_write_tokens,
    'http.response.status_code': record.response.status,
    'error.type': record.error?.code,
    'client.address': record.client_ip,
    'kong.request.id': record.request.id,
    'kong.consumer': consumer?.username ?? consumer?.custom_id ?? consumer?.id,
    'kong.route': route?.name ?? route?.id,
    'kong.service': service?.name ?? service?.id,
    'kong_ai.record.id': record.id,
    'kong_ai.requested_model': meta.requested_model,
    'kong_ai.target': meta.target,
    'kong_ai.outcome': record.outcome,
    'kong_ai.cost': cost.total === null ? undefined : Number(cost.total),
    'kong_ai.cost.currency': cost.total === null ? undefined : cost.currency,
    'kong_ai.usage.estimated': usage.estimated,
    'kong_ai.usage.reasoning_tokens': usage.reasoning_tokens,
    'kong_ai.cache.status': cache?.cache_status,
    'kong_ai.guard.verdict': record.guard?.verdict,
    'kong_ai.latency.gateway_ms': record.latencies.gateway,
    ...Object.fromEntries(Object.entries(record.tags).map(([name, value]) => [`kong_ai.tag.${name}`, value])),
  };
}
