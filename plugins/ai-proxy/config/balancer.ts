// How a target is chosen, and what happens when it fails.
import { z } from 'zod';
import { headerName, ms, set } from '../../../kong/schema/index.ts';

export const ALGORITHMS = [
  'round-robin',
  'consistent-hashing',
  'least-connections',
  'lowest-latency',
  'lowest-usage',
  'lowest-cost',
  'priority',
] as const;

/** What of a provider’s failures makes the next target be asked. */
export const FAILOVER_CRITERIA = [
  'error',
  'timeout',
  'invalid_header',
  'http_401',
  'http_402',
  'http_403',
  'http_404',
  'http_429',
  'http_500',
  'http_502',
  'http_503',
  'http_504',
  'http_5xx',
] as const;

const hedging = z.object({
  enabled: z.boolean().default(false).describe('Ask a second target when the first is slow to begin.'),
  after: ms()
    .optional()
    .describe('Milliseconds to wait before. Default: the p95 of the target’s own times to first token.'),
});

export const balancer = z.object({
  algorithm: z.enum(ALGORITHMS).default('round-robin').describe('How a target is chosen within its group.'),
  hash_on: z
    .enum(['header', 'consumer', 'conversation'])
    .default('header')
    .describe('What consistent-hashing keeps on one target. Consumer: or credential, or address.'),
  hash_on_header: headerName()
    .default('X-Kong-LLM-Request-ID')
    .describe('Header for hash_on header. A request without it is placed at random.'),
  latency_strategy: z
    .enum(['tpot', 'e2e'])
    .default('tpot')
    .describe('What lowest-latency compares: time per output token, or the time of the whole answer.'),
  tokens_count_strategy: z
    .enum(['total-tokens', 'prompt-tokens', 'completion-tokens', 'cost'])
    .default('total-tokens')
    .describe('What lowest-usage compares.'),
  retries: z
    .int()
    .min(0)
    .max(32_767)
    .default(5)
    .describe('Calls after the first, over all targets and keys. A target is called at most twice per key.'),
  failover_criteria: set(z.enum(FAILOVER_CRITERIA))
    .default([
      'error',
      'timeout',
      'invalid_header',
      'http_401',
      'http_402',
      'http_403',
      'http_429',
      'http_5xx',
    ])
    .describe('Failures after which another key or target is asked. http_400 and http_422 never are.'),
  max_fails: z
    .int()
    .min(0)
    .max(32_767)
    .default(5)
    .describe('Failures in a row after which a target is left alone for fail_timeout; 0 = never.'),
  fail_timeout: ms().default(10_000).describe('Milliseconds until a target that failed is tried again.'),
  error_rate: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('Part of the recent requests that must fail for the same to happen; 0 = never.'),
  hedging: hedging.prefault({}).describe('A second request when the first is slow. Costs tokens.'),
});

export const timeouts = z.object({
  connect: ms().default(10_000).describe('Milliseconds to connect to the provider, TLS included.'),
  first_token: ms()
    .default(60_000)
    .describe('Milliseconds until a stream’s first content, or until a whole answer’s first byte.'),
  between_tokens: ms().default(60_000).describe('Milliseconds between two pieces of an answer.'),
  total: ms().default(600_000).describe('Milliseconds for the request with all its attempts and its stream.'),
});
