// The config of token-rate-limit. Names follow Kong's ai-rate-limiting-advanced and rate-limiting where those have one.
import { isIP } from 'node:net';
import { z } from 'zod';
import { pricesConfig } from '../../kong/llm/prices-config.ts';
import { redisConfig } from '../../kong/relay/redis-config.ts';
import { entityChecks, headerName, ms, set, text } from '../../kong/schema/index.ts';
import { isTimezone, WEEKDAYS } from './calendar.ts';
import { MAX_COST_LIMIT_USD, MAX_LIMIT, UNITS } from './units.ts';

const NAMED_WINDOWS = ['minute', 'hour', 'day', 'week', 'month'] as const;
const NEEDS_WINDOW = UNITS.filter((unit) => unit !== 'concurrent_requests');
const TEN_YEARS_S = 315_360_000;

const windowText = () =>
  text().refine(
    (window) =>
      (NAMED_WINDOWS as readonly string[]).includes(window) ||
      (/^[1-9]\d{0,8}$/.test(window) && Number(window) <= TEN_YEARS_S),
    { error: 'must be minute, hour, day, week, month or a number of seconds' },
  );

const limit = entityChecks(
  z.object({
    unit: z.enum(UNITS).describe('What is limited.'),
    limit: z
      .number()
      .gt(0)
      .max(MAX_LIMIT)
      .describe(
        'How much per window; US dollars for cost_usd. For token_bucket, what flows back per window.',
      ),
    window: windowText()
      .optional()
      .describe(
        'minute, hour, day, week, month, or a number of seconds as a string. Not for concurrent_requests.',
      ),
    window_type: z
      .enum(['sliding', 'fixed', 'calendar', 'token_bucket'])
      .default('sliding')
      .describe(
        'sliding: any stretch of that length. fixed: aligned to the epoch. calendar: the minute, day … of a time zone. token_bucket: flows back evenly.',
      ),
    timezone: text()
      .refine(isTimezone, { error: 'must be the IANA name of a time zone, for example Europe/Berlin' })
      .default('UTC')
      .describe('IANA time zone of a calendar window.'),
    week_start: z.enum(WEEKDAYS).default('monday').describe('First day of a calendar week.'),
    month_day: z
      .int()
      .min(1)
      .max(31)
      .default(1)
      .describe('First day of a calendar month; in months without that day, the last.'),
    burst: z
      .number()
      .gt(0)
      .max(MAX_LIMIT)
      .optional()
      .describe('Most that a token_bucket holds. Default: limit.'),
  }),
  {
    conditional: {
      if_field: 'unit',
      if_match: { one_of: NEEDS_WINDOW, required: true },
      then_field: 'window',
      then_match: { required: true },
    },
  },
  {
    conditional: {
      if_field: 'window_type',
      if_match: { eq: 'calendar' },
      then_field: 'window',
      then_match: { one_of: NAMED_WINDOWS },
    },
  },
  {
    conditional: {
      if_field: 'unit',
      if_match: { eq: 'cost_usd' },
      then_field: 'limit',
      then_match: { between: [0, MAX_COST_LIMIT_USD] },
    },
  },
);

const match = z.object({
  model: set(text()).optional().describe('Models that answer the request; * stands for any characters.'),
  provider: set(text()).optional().describe('Providers that answer the request.'),
  consumer: set(text()).optional().describe('Consumers, by username, custom_id or id.'),
  consumer_group: set(text())
    .optional()
    .describe('Groups of consumers: their tags (Kong tells external plugins nothing else).'),
  path: set(text()).optional().describe('Paths that the client asked for; * stands for any characters.'),
  ip: set(text().refine(isNetwork, { error: 'must be an IP address or a CIDR range' }))
    .optional()
    .describe('Addresses or CIDR ranges of the client.'),
  header: z
    .array(
      z.object({
        name: headerName().describe('Name of the header.'),
        value: text().default('*').describe('Value; * stands for any characters.'),
      }),
    )
    .optional()
    .describe('Headers of the request, all of which must match.'),
});

export const PARTITIONS = [
  'none',
  'consumer',
  'credential',
  'consumer_group',
  'ip',
  'header',
  'route',
  'service',
  'model',
  'provider',
] as const;

const policy = z
  .object({
    name: text()
      .max(64)
      .regex(/^[A-Za-z0-9_.-]+$/, { error: 'may hold letters, digits, _ . and -' })
      .describe('Name in headers, errors, logs and metrics. Its counters go by it.'),
    match: match.prefault({}).describe('Requests that the policy is for: all that is set must match.'),
    partition_by: set(z.enum(PARTITIONS))
      .min(1)
      .default(['consumer'])
      .describe(
        'Whose requests share a budget; several make a budget for each combination. none: all share one.',
      ),
    partition_header: headerName().optional().describe('The header of partition_by: header.'),
    limits: z.array(limit).min(1).describe('What the policy limits.'),
    action: z
      .enum(['block', 'log', 'throttle'])
      .default('block')
      .describe('block: refuse. log: let through and say so. throttle: wait for up to max_wait_ms first.'),
    max_wait_ms: ms().max(600_000).default(10_000).describe('Longest wait of throttle, in milliseconds.'),
    max_waiting: z
      .int()
      .min(1)
      .max(10_000)
      .default(100)
      .describe('Most requests that wait for one budget at a time in a relay process.'),
    soft_thresholds: set(z.int().min(1).max(100))
      .optional()
      .describe('Percentages of a limit past which a log event and a metric say so.'),
  })
  .refine(({ partition_by, partition_header }) => !partition_by.includes('header') || partition_header, {
    path: ['partition_header'],
    error: 'required when partition_by has header',
  })
  .refine(({ limits }) => new Set(limits.map(counterName)).size === limits.length, {
    path: ['limits'],
    error: 'two limits of one unit need windows that differ',
  });

const headers = z.object({
  kong: z.boolean().default(true).describe('X-AI-RateLimit-Limit, -Remaining, -Reset, -Retry-After.'),
  openai: z
    .boolean()
    .default(true)
    .describe('x-ratelimit-limit, -remaining and -reset, each for requests and tokens.'),
  ietf: z.boolean().default(true).describe('RateLimit and RateLimit-Policy of the IETF draft.'),
  retry_after: z.boolean().default(true).describe('Retry-After on refusals.'),
});

export const tokenRateLimitConfig = z.object({
  policies: z
    .array(policy)
    .min(1)
    .refine((policies) => new Set(policies.map(({ name }) => name)).size === policies.length, {
      error: 'names must differ',
    })
    .describe('Budgets. A request must fit into all that match it.'),
  strategy: z
    .enum(['local', 'redis'])
    .default('local')
    .describe('local: counts on this machine, whatever its relay workers. redis: for all machines.'),
  redis: redisConfig.prefault({}).describe('The Redis of strategy redis.'),
  redis_failure: z
    .enum(['local', 'allow', 'deny'])
    .default('local')
    .describe('Without Redis: count on this machine, let everything through, or refuse (503).'),
  namespace: text()
    .max(64)
    .regex(/^[A-Za-z0-9_.-]+$/, { error: 'may hold letters, digits, _ . and -' })
    .optional()
    .describe('Plugins that name the same share their counters. Default: the plugin’s own, by its id.'),
  cache_hits: z
    .enum(['count', 'ignore'])
    .default('ignore')
    .describe('Whether answers from semantic-cache count as if a provider had given them.'),
  stop_streams: z
    .boolean()
    .default(true)
    .describe('End a stream that reaches a limit (error budget_exceeded) instead of overdrawing it.'),
  completion_reserve: z
    .int()
    .min(0)
    .optional()
    .describe(
      'Completion tokens reserved for requests that name no max_tokens. Default: what the model’s answers took lately.',
    ),
  reservation_ttl: z
    .int()
    .min(3)
    .max(3600)
    .default(60)
    .describe('Seconds after which reservations of a crashed node are given back; live ones are renewed.'),
  prices: pricesConfig.describe('Prices for cost_usd, over what is publicly known; first match decides.'),
  unpriced_models: z
    .enum(['allow', 'deny'])
    .default('allow')
    .describe('A cost_usd limit and a model without a price: count it as free (and say so), or refuse it.'),
  hide_client_headers: z.boolean().default(false).describe('Send none of the headers.'),
  headers: headers.prefault({}).describe('Families of headers, each switchable.'),
  error_code: z.int().min(400).max(599).default(429).describe('HTTP status of a refusal.'),
  error_message: text()
    .default('API rate limit exceeded')
    .describe('Message of a refusal; the policy is named behind it.'),
});

export type TokenRateLimitConfig = z.output<typeof tokenRateLimitConfig>;
export type PolicyConfig = TokenRateLimitConfig['policies'][number];
export type LimitConfig = z.output<typeof limit>;

/** What the counter of a limit goes by: not how much is allowed, so that a changed limit keeps what was counted. */
export function counterName(limit: Omit<LimitConfig, 'limit' | 'burst'>): string {
  const { unit, window, window_type: type, timezone, week_start, month_day } = limit;
  if (unit === 'concurrent_requests') return unit;
  const calendar = type === 'calendar' ? [timezone, week_start, String(month_day)] : [];
  return [unit, type, window, ...calendar].join(',');
}

function isNetwork(text: string): boolean {
  const [address, bits, ...rest] = text.split('/');
  const version = isIP(address!);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
