// What clients are told of their limits, in the three customary ways.
import type { TokenRateLimitConfig } from './config.ts';
import type { Limit } from './policy.ts';
import { fromCount } from './units.ts';

/** A limit as one request has found it. */
export interface View {
  limit: Limit;
  /** In what is counted. */
  used: number;
  resetMs: number;
  /** Of a refusal: ms until it would fit; undefined when nobody can know. */
  retryMs?: number | undefined;
  refused: boolean;
}

type Headers = Record<string, string>;
type Families = Pick<TokenRateLimitConfig, 'headers' | 'hide_client_headers'>;

/** US dollars are told to the cent of a cent of a cent. */
const DECIMALS = 1e6;

export function remaining({ limit, used }: View): number {
  return fromCount(limit.unit, Math.max(0, limit.capacity - used));
}

export function limitHeaders(
  views: readonly View[],
  { headers: families, hide_client_headers: hidden }: Families,
): Headers {
  const headers: Headers = {};
  if (hidden) return headers;
  if (families.kong) kongHeaders(views, headers);
  if (families.openai) openaiHeaders(views, headers);
  if (families.ietf) ietfHeaders(views, headers);
  return headers;
}

/** Seconds after which all that refused it would fit, as far as is known. */
export function retryAfter(
  views: readonly View[],
  { headers: families, hide_client_headers: hidden }: Families,
): Headers {
  const ms = longestRetry(views);
  if (hidden || !families.retry_after || ms === undefined) return {};
  return { 'retry-after': String(Math.max(1, seconds(ms))) };
}

export function longestRetry(views: readonly View[]): number | undefined {
  const known = views.flatMap(({ refused, retryMs }) => (refused && retryMs !== undefined ? [retryMs] : []));
  return known.length === 0 ? undefined : Math.max(...known);
}

/** As ai-rate-limiting-advanced names them, with the policy in the place of the provider. */
function kongHeaders(views: readonly View[], headers: Headers): void {
  for (const view of views) {
    const { limit } = view;
    const names = namesOf(limit);
    headers[names.limit] = names.capacity;
    headers[names.remaining] = number(remaining(view));
    headers[names.reset] = String(seconds(view.resetMs));
    if (view.refused && view.retryMs !== undefined) headers[names.retryAfter] = String(seconds(view.retryMs));
  }
}

type Names = Record<'limit' | 'remaining' | 'reset' | 'retryAfter' | 'capacity' | 'policy', string>;

const known = new WeakMap<Limit, Names>();

/** What is the same in every answer. */
function namesOf(limit: Limit): Names {
  let names = known.get(limit);
  if (names) return names;
  const { unit, policy, windowName, windowMs, capacity } = limit;
  const window = `${windowName ?? 'concurrent'}-${policy.name}`;
  // A policy may have several limits for one window: the first goes by that alone.
  const first = policy.limits.find((other) => other.windowName === windowName);
  const name = first === limit ? window : `${window}-${unit}`;
  const quota = QUOTA_UNITS[unit];
  names = {
    limit: `x-ai-ratelimit-limit-${name}`,
    remaining: `x-ai-ratelimit-remaining-${name}`,
    reset: `x-ai-ratelimit-reset-${name}`,
    retryAfter: `x-ai-ratelimit-retry-after-${name}`,
    capacity: number(fromCount(unit, capacity)),
    policy: `"${policy.name}/${unit}";q=${capacity}${quota ? `;qu="${quota}"` : ''}${windowMs === undefined ? '' : `;w=${seconds(windowMs)}`}`,
  };
  known.set(limit, names);
  return names;
}

/** https://platform.openai.com/docs/guides/rate-limits: the limit that leaves least. */
function openaiHeaders(views: readonly View[], headers: Headers): void {
  for (const kind of ['requests', 'tokens'] as const) {
    const [tightest] = views
      .filter(({ limit: { unit } }) => (kind === 'tokens' ? unit.endsWith('_tokens') : unit === kind))
      .sort((a, b) => remaining(a) - remaining(b));
    if (!tightest) continue;
    headers[`x-ratelimit-limit-${kind}`] = number(fromCount(tightest.limit.unit, tightest.limit.capacity));
    headers[`x-ratelimit-remaining-${kind}`] = number(remaining(tightest));
    headers[`x-ratelimit-reset-${kind}`] = duration(tightest.resetMs);
  }
}

/** draft-ietf-httpapi-ratelimit-headers-10. Quotas are integers there: money has none. */
function ietfHeaders(views: readonly View[], headers: Headers): void {
  const told = views.filter(({ limit }) => limit.unit !== 'cost_usd');
  if (told.length === 0) return;
  const name = ({ limit }: View): string => `"${limit.policy.name}/${limit.unit}"`;
  headers['ratelimit-policy'] = told.map(({ limit }) => namesOf(limit).policy).join(', ');
  headers.ratelimit = told
    .map((view) => `${name(view)};r=${Math.floor(remaining(view))};t=${seconds(view.resetMs)}`)
    .join(', ');
}

const QUOTA_UNITS: Record<string, string | undefined> = {
  requests: 'requests',
  concurrent_requests: 'concurrent-requests',
};

const seconds = (ms: number): number => Math.ceil(ms / 1_000);
const number = (value: number): string =>
  String(Number.isInteger(value) ? value : Math.round(value * DECIMALS) / DECIMALS);

/** `6m0s`, `1s`, `120ms`: as Go writes durations, which is what OpenAI sends. */
function duration(ms: number): string {
  if (ms < 1_000) return `${Math.ceil(ms)}ms`;
  const all = seconds(ms);
  const [hours, minutes] = [Math.floor(all / 3_600), Math.floor((all % 3_600) / 60)];
  const parts = hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : '';
  return `${parts}${all % 60}s`;
}
