// The record: one JSON object per request. This schema is its documentation (see the plugin's README) and its version.
import { z } from 'zod';

/** Goes up when a field changes its meaning or goes away; a new field does not change it. */
export const RECORD_VERSION = 1;

const count = () => z.int().min(0);
const ms = () => z.number();
/** Exact: a decimal of US dollars with up to twelve places, as text. */
const usd = () => z.string().regex(/^-?\d+(\.\d{1,12})?$/);

const named = z.object({ id: z.string(), name: z.string().optional() });

export const tokensSchema = z.object({
  prompt_tokens: count().optional().describe('Prompt tokens, cached ones included.'),
  completion_tokens: count().optional().describe('Completion tokens, reasoning included.'),
  total_tokens: count().optional().describe('Both together.'),
  cache_read_tokens: count().optional().describe('Prompt tokens read from the provider’s cache.'),
  cache_write_tokens: count().optional().describe('Prompt tokens written to the provider’s cache.'),
  cache_write_1h_tokens: count().optional().describe('Of those, the ones kept for an hour.'),
  prompt_audio_tokens: count().optional().describe('Of the prompt tokens, those of audio.'),
  reasoning_tokens: count().optional().describe('Of the completion tokens, those of reasoning.'),
  completion_audio_tokens: count().optional().describe('Of the completion tokens, those of audio.'),
  estimated: z
    .literal(true)
    .optional()
    .describe('Counted by the gateway: the provider reported none, or the stream broke off.'),
});

export const costSchema = z.object({
  total: usd().describe('The sum of the others.'),
  input: usd().describe('Prompt tokens read afresh.'),
  cache_read: usd().describe('Prompt tokens read from the provider’s cache.'),
  cache_write: usd().describe('Prompt tokens written to it.'),
  output: usd().describe('Completion tokens without reasoning.'),
  reasoning: usd().describe('Reasoning tokens.'),
  other: usd().describe('Images, and prices per request.'),
});

const lineSchema = z.object({
  purpose: z
    .enum(['answer', 'discarded', 'hedge', 'embedding', 'judge'])
    .describe('What the call was for: the answer itself, or something beside it.'),
  provider: z.string().describe('Provider that was called.'),
  model: z.string().describe('Model that was called.'),
  ...tokensSchema.shape,
  latency: ms().optional().describe('Of a call beside the answer, ms.'),
  cost: costSchema.nullable().describe('null: the model has no known price, or what it used is not known.'),
});

const attemptSchema = z.object({
  target: z.string().describe('Target of ai-proxy-ts.'),
  provider: z.string().describe('Provider that was called.'),
  model: z.string().describe('Model that was called.'),
  started_at: ms().describe('When, ms since the epoch.'),
  latency: ms().optional().describe('How long, ms.'),
  status: z.int().optional().describe('HTTP status of the provider.'),
  code: z.string().optional().describe('Why it was not the answer: a code of docs/errors.md.'),
});

export const recordSchema = z.object({
  schema: z.literal(RECORD_VERSION).describe('Version of this schema.'),
  id: z.uuid().describe('Of the record: the same however often it is delivered.'),
  started_at: ms().describe('When the request reached the relay, ms since the epoch.'),
  request: z.object({
    id: z.string().describe('Kong’s request id. A retry by Kong has the same one.'),
    method: z.string().describe('HTTP method.'),
  }),
  response: z.object({
    status: z.int().describe('HTTP status that the client got; 499 when it left before there was one.'),
  }),
  client_ip: z.string().optional().describe('Address of the client as Kong sees it.'),
  consumer: z
    .object({ id: z.string(), username: z.string().optional(), custom_id: z.string().optional() })
    .optional()
    .describe('Kong’s consumer.'),
  authenticated_entity: z
    .object({ id: z.string() })
    .optional()
    .describe('Id of the credential, never the key.'),
  route: named.optional().describe('Kong’s route.'),
  service: named.optional().describe('Kong’s service.'),
  plugin: z.object({ id: z.string() }).describe('Id of this plugin in Kong.'),
  operation: z.string().describe('What was asked for: chat, embeddings, …'),
  format: z.string().describe('Format that the client speaks.'),
  mode: z.enum(['stream', 'whole']).describe('Whether the client wanted a stream.'),
  outcome: z
    .enum(['complete', 'failed', 'aborted'])
    .describe(
      'complete: all was handed to the client, refusals too; failed: a stream broke; aborted: the client left.',
    ),
  error: z
    .object({ code: z.string() })
    .optional()
    .describe('Why there was no answer, or it broke off (docs/errors.md).'),
  finish_reasons: z
    .array(z.string())
    .optional()
    .describe('Why the model stopped, in the words of the client’s format.'),
  latencies: z.object({
    request: ms().describe('From the request’s arrival at the relay to the end of its answer, ms.'),
    gateway: ms().describe('The part of it in which no provider was being asked, ms.'),
    first_token: ms().optional().describe('From arrival to the first token, ms.'),
    last_token: ms().optional().describe('From arrival to the last token, ms.'),
    per_output_token: ms().optional().describe('Between two tokens of a stream, ms on average.'),
  }),
  ai: z.object({
    proxy: z.object({
      meta: z.object({
        plugin_id: z.string().describe('As plugin.id; Kong has it here.'),
        provider_name: z.string().optional().describe('Provider that answered.'),
        request_model: z.string().optional().describe('Model that the provider was asked for.'),
        response_model: z.string().optional().describe('Model that the answer names.'),
        requested_model: z.string().optional().describe('Model that the client asked for.'),
        target: z.string().optional().describe('Target of ai-proxy-ts.'),
        llm_latency: ms().optional().describe('Time of the answering call, ms.'),
      }),
      usage: z
        .object({
          ...tokensSchema.shape,
          time_per_token: ms().optional().describe('llm_latency by completion token, ms.'),
          cost: z
            .number()
            .nullable()
            .optional()
            .describe('Cost of the answer, USD. `cost` below has it exactly.'),
        })
        .describe('Of the answer alone.'),
      cache: z
        .object({
          cache_status: z.string().describe('Hit, Miss, Bypass or Refresh.'),
          tier: z.string().optional().describe('exact or semantic.'),
          similarity: z.number().optional().describe('Of a semantic hit, 1 = same.'),
          reason: z.string().optional().describe('Why the cache was passed by.'),
        })
        .optional(),
      payload: z
        .object({ request: z.string().optional(), response: z.string().optional() })
        .optional()
        .describe('Texts without personal values, cut to max_payload_chars. Only with log_payloads.'),
    }),
  }),
  lines: z.array(lineSchema).describe('Every model call that may cost something, the answer first.'),
  cost: z.object({
    currency: z.string().describe('Label of the amounts.'),
    total: usd().nullable().describe('Of all lines; null when the price of any is not known.'),
    known: usd().describe('Of the lines whose price is known.'),
  }),
  attempts: z.array(attemptSchema).describe('Every call of a provider for the answer, in order.'),
  stages: z
    .array(z.object({ name: z.string(), started_at: ms(), latency: ms() }))
    .describe('How long each plugin had the request, with all that lies within it; innermost first.'),
  guard: z
    .object({
      verdict: z.string(),
      matches: z.array(z.object({ rule: z.string(), score: z.number().optional(), direction: z.string() })),
    })
    .optional()
    .describe('Of prompt-guard: the rules that matched.'),
  pii: z
    .object({
      request: z.record(z.string(), count()),
      response: z.record(z.string(), count()),
      blocked: z.boolean(),
    })
    .optional()
    .describe('Of pii-redact: how many values of which kind.'),
  limits: z
    .array(
      z.object({
        policy: z.string(),
        unit: z.string(),
        limit: z.number(),
        remaining: z.number(),
        state: z.string(),
      }),
    )
    .optional()
    .describe('Of token-rate-limit.'),
  tags: z.record(z.string(), z.string()).describe('From the config, headers, and the consumer.'),
  trace: z
    .object({ trace_id: z.string(), parent_id: z.string().optional(), sampled: z.boolean() })
    .describe('From the traceparent header; made from the id when there is none.'),
});

export type CostRecord = z.output<typeof recordSchema>;
export type Line = z.output<typeof lineSchema>;
export type RecordTokens = z.output<typeof tokensSchema>;

/** One that a newer version wrote is not one that this version can read. */
export function parseRecord(json: string): CostRecord | undefined {
  try {
    const value = JSON.parse(json) as CostRecord;
    return value?.schema === RECORD_VERSION && Array.isArray(value.lines) ? value : undefined;
  } catch {
    return undefined;
  }
}
