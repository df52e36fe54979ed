// rate-limiting: requests per calendar window, counted in this process (kong/plugins/rate-limiting, policy local).
import { z } from 'zod';
import type { RequestContext } from '../context.ts';
import { errorExit } from '../exit.ts';
import { headerName } from './config.ts';
import { nativePluginOf } from './native.ts';

/** Seconds, as Kong counts them for the headers: a month is 30 days, a year 365. */
const PERIODS = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  month: 2_592_000,
  year: 31_536_000,
} as const;
type Period = keyof typeof PERIODS;
const PERIOD_NAMES = Object.keys(PERIODS) as Period[];
const EMPTY_UUID = '00000000-0000-0000-0000-000000000000';

const limit = z.number().gt(0).optional();

const schema = z
  .strictObject({
    second: limit,
    minute: limit,
    hour: limit,
    day: limit,
    month: limit,
    year: limit,
    limit_by: z.enum(['consumer', 'credential', 'ip', 'service', 'header', 'path']).default('consumer'),
    header_name: headerName.optional(),
    path: z.string().regex(/^\//, 'should start with: /').optional(),
    policy: z
      .literal('local', {
        error: "the embedded gateway has only the policy 'local'; for the others use Kong",
      })
      .default('local'),
    fault_tolerant: z.boolean().default(true),
    // A dumped file has Redis defaults with the local policy too.
    redis: z.unknown().optional(),
    hide_client_headers: z.boolean().default(false),
    error_code: z.int().min(200).max(599).default(429),
    error_message: z.string().min(1).default('API rate limit exceeded'),
    sync_rate: z.literal(-1, { error: 'sync_rate can only be used with the redis policy' }).default(-1),
  })
  .superRefine((config, context) => {
    const refuse = (message: string, field?: string) =>
      context.addIssue({ code: 'custom', message, path: field === undefined ? [] : [field] });
    const set = PERIOD_NAMES.filter((period) => config[period] !== undefined);
    if (set.length === 0) refuse(`at least one of ${PERIOD_NAMES.join(', ')} must be set`);
    for (const [i, lower] of set.entries()) {
      const upper = set.slice(i + 1).find((period) => config[period]! < config[lower]!);
      if (upper) refuse(`the limit for ${upper} cannot be lower than the limit for ${lower}`, upper);
    }
    if (config.limit_by === 'header' && !config.header_name)
      refuse("required with limit_by 'header'", 'header_name');
    if (config.limit_by === 'path' && !config.path) refuse("required with limit_by 'path'", 'path');
  });
type Config = z.output<typeof schema>;

interface Usage {
  period: Period;
  limit: number;
  remaining: number;
  key: string;
  startedAt: number;
}

export const rateLimiting = nativePluginOf<Config>({
  name: 'rate-limiting',
  priority: 910,
  allowsConsumer: true,
  schema,

  create(config, { plugin, counters }) {
    const scope = `${plugin.route_id ?? EMPTY_UUID}:${plugin.service_id ?? EMPTY_UUID}`;
    const limits = PERIOD_NAMES.flatMap((period) => {
      const limit = config[period];
      return limit === undefined ? [] : [{ period, limit }];
    });

    return {
      access(context) {
        const now = Date.now();
        const identifier = identify(config, context);
        const usage = limits.map(({ period, limit }): Usage => {
          const startedAt = periodStart(period, now);
          const key = `ratelimit:${scope}:${identifier}:${startedAt}:${period}`;
          return { period, limit, startedAt, key, remaining: limit - counters.get(key, now) };
        });
        const exceeded = usage.filter(({ remaining }) => remaining <= 0).at(-1);
        const reset = config.hide_client_headers ? undefined : tellClient(context, usage, exceeded, now);
        if (exceeded) {
          if (reset !== undefined) context.responseHeaders.set('Retry-After', String(reset));
          context.exit = errorExit(context, config.error_code, config.error_message);
          return;
        }
        for (const { key, period, startedAt } of usage) {
          counters.add(key, 1, now, startedAt + PERIODS[period] * 1000 + DAY_MS);
        }
      },
    };
  },
});

// Months and years are longer than PERIODS says; a counter's key names its window, so living on does no harm.
const DAY_MS = 86_400_000;

function identify(config: Config, context: RequestContext): string {
  const { consumer, credential, service } = context;
  const identifier = {
    service: service?.id,
    consumer: consumer?.id ?? credential?.id,
    credential: credential?.id,
    header: config.header_name && context.headers.get(config.header_name),
    path: context.path === config.path ? context.path : undefined,
    ip: undefined,
  }[config.limit_by];
  return identifier ?? context.clientIp;
}

/** Sets the headers of every window and those of the tightest one; returns its seconds until reset. */
function tellClient(
  context: RequestContext,
  usage: Usage[],
  exceeded: Usage | undefined,
  now: number,
): number {
  const headers = context.responseHeaders;
  let tightest: { limit: number; remaining: number; window: number; reset: number } | undefined;
  for (const { period, limit, remaining: before, startedAt } of usage) {
    const counted = exceeded === undefined || exceeded.period === period;
    const remaining = Math.max(0, counted ? before - 1 : before);
    const window = PERIODS[period];
    const closer =
      !tightest ||
      remaining < tightest.remaining ||
      (remaining === tightest.remaining && window > tightest.window);
    if (closer) {
      const reset = Math.max(1, window - Math.floor((now - startedAt) / 1000));
      tightest = { limit, remaining, window, reset };
    }
    const title = period[0]!.toUpperCase() + period.slice(1);
    headers.set(`X-RateLimit-Limit-${title}`, String(limit));
    headers.set(`X-RateLimit-Remaining-${title}`, String(remaining));
  }
  const { limit, remaining, reset } = tightest!;
  headers.set('RateLimit-Limit', String(limit));
  headers.set('RateLimit-Remaining', String(remaining));
  headers.set('RateLimit-Reset', String(reset));
  return reset;
}

/** Windows begin at full UTC seconds, minutes, hours, days, months and years. Unix ms. */
export function periodStart(period: Period, now: number): number {
  const date = new Date(now);
  if (period === 'year') return Date.UTC(date.getUTCFullYear(), 0);
  if (period === 'month') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
  const length = PERIODS[period] * 1000;
  return Math.floor(now / length) * length;
}
