// What a client is told when a policy has no room for its request. Never whose budget it is, nor who else uses it.
import { GatewayError } from '../../kong/relay/errors.ts';
import type { TokenRateLimitConfig } from './config.ts';
import { limitHeaders, longestRetry, retryAfter, type View } from './headers.ts';
import type { Limit } from './policy.ts';

export type Why = 'full' | 'too_large' | 'waited' | 'line';

export function refusal(views: readonly View[], why: Why, config: TokenRateLimitConfig): GatewayError {
  const [view] = views.filter(({ refused }) => refused);
  const { limit } = view!;
  return new GatewayError('rate_limit_exceeded', {
    status: config.error_code,
    message: `${config.error_message}: policy "${limit.policy.name}" allows ${limitText(limit)}${WHY[why]}.${retryText(views, why)}`,
    headers: { ...limitHeaders(views, config), ...(why === 'too_large' ? {} : retryAfter(views, config)) },
  });
}

const WHY: Record<Why, string> = {
  full: '',
  too_large: ', which is less than this request alone may take',
  waited: ', and none came free in time',
  line: ', and too many requests are waiting already',
};

export function limitText({ unit, limit, windowName }: Limit): string {
  const what = `${limit} ${unit}`;
  if (windowName === undefined) return what;
  const per = /^\d+$/.test(windowName) ? `${windowName} seconds` : windowName;
  return `${what} per ${per}`;
}

function retryText(views: readonly View[], why: Why): string {
  const ms = longestRetry(views);
  if (why === 'too_large' || ms === undefined) return '';
  return ` Try again in ${Math.max(1, Math.ceil(ms / 1_000))} s.`;
}
