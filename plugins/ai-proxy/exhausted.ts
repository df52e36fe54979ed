// What the client is told when no target could answer: which were asked and why they did not, and when to come back.
import { type ErrorCode, GatewayError } from '../../kong/relay/errors.ts';
import type { Failure } from './failure.ts';

export interface Failed {
  target: string;
  failure: Failure;
}

/** Past this the list helps nobody. */
const MAX_LISTED = 20;

/**
 * @param alone there was only one target to ask: its own error says it all
 * @param waitMs until a target may be asked again, as far as known
 */
export function exhausted(
  failed: readonly Failed[],
  alone: boolean,
  waitMs: number | undefined,
): GatewayError {
  const denied = failed.flatMap(({ failure }) => (failure.kind === 'denied' ? [failure.error] : []));
  // Nothing was wrong with any target: whoever would not have them called says why.
  if (denied.length > 0 && denied.length === failed.length) return soonest(denied);
  const last = failed.at(-1)?.failure;
  const headers = { 'retry-after': String(Math.max(1, Math.ceil((waitMs ?? 0) / 1000))) };
  if (!last) return new GatewayError('targets_unavailable', { headers });
  if (alone) {
    const { code, status, param, message, cause } = last.error;
    const own = { ...(isPassing(last) ? headers : {}), ...last.error.headers };
    return new GatewayError(code, { status, param, message, cause, headers: own });
  }
  const list = failed.slice(0, MAX_LISTED).map(({ target, failure }) => `${target} (${failure.error.code})`);
  const code: ErrorCode = failed.every(({ failure: { kind } }) => kind === 'limited' || kind === 'denied')
    ? 'targets_unavailable'
    : 'targets_exhausted';
  return new GatewayError(code, {
    message: `No target could answer: ${list.join(', ')}.`,
    headers,
    cause: last.error.cause,
  });
}

/** The refusal that ends first: by then the client may have another target. */
function soonest(errors: readonly GatewayError[]): GatewayError {
  const wait = ({ headers }: GatewayError): number =>
    Number(headers['retry-after'] ?? Number.POSITIVE_INFINITY);
  return errors.reduce((first, error) => (wait(error) < wait(first) ? error : first));
}

/** Waiting may help. */
const isPassing = ({ kind }: Failure): boolean =>
  kind === 'limited' || kind === 'failed' || kind === 'timeout';
