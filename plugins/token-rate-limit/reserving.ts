// Reserving what a request wants: at once, or in line where its policies say to wait.
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import type { Counted } from './counting.ts';
import { isRefused, type Wanted } from './entry.ts';
import { type Holding, LimitsUnavailable, type Reservation } from './ledger.ts';
import type { Limiter } from './limiter.ts';
import type { Why } from './refusal.ts';
import type { Want } from './store.ts';
import type { Asked } from './throttle.ts';

export interface Reserved extends Reservation {
  wanted: readonly Wanted[];
  /** When it was refused. */
  why: Why;
}

/** What is asked for: with the most that the prompt can have, and exactly once it has been counted. */
export interface Asking {
  wanted(): readonly Wanted[];
  countPrompt(): Promise<void>;
}

interface NotYet {
  done: false;
  retryMs: number | undefined;
  /** The budget to wait for. */
  key: string;
}

/**
 * @param released what ends with it, whatever comes of it
 * @throws GatewayError limits_unavailable; the signal's reason when the client leaves while it waits
 */
export async function reserve(
  exchange: Exchange,
  limiter: Limiter,
  asking: Asking,
  released: readonly Holding[],
): Promise<Reserved> {
  const { ledger, lines, uncounted, shared } = limiter;
  let wanted = asking.wanted();
  const count = async (): Promise<void> => {
    await asking.countPrompt();
    wanted = asking.wanted();
  };
  const patient = wanted.filter(({ limit }) => limit.policy.action === 'throttle');
  const busy = patient.length > 0 ? lines.firstBusy(patient.map(({ want }) => want.key)) : undefined;
  if (busy !== undefined || !uncounted.admits(wanted, shared)) await count();
  let toRelease = released;
  const look = (): Promise<Reservation> | Reservation => {
    const settled = toRelease;
    toRelease = [];
    return fromLedger(
      limiter,
      wanted.map(({ want }) => want),
      settled,
    );
  };
  const ask = async (): Promise<Asked<Reserved>> => {
    const reservation = await look();
    return notYet(wanted, reservation) ?? decided(wanted, reservation);
  };
  if (busy !== undefined) {
    if (released.length > 0) await ledger.settle(released.map((holding) => ({ holding, actual: 0 })));
    toRelease = [];
    return wait(exchange, limiter, wanted, { done: false, retryMs: undefined, key: busy }, ask);
  }
  const looked = look();
  let reservation = looked instanceof Promise ? await looked : looked;
  if (reservation.reserved) return decided(wanted, reservation).value;
  if (refusedBy(wanted, reservation).some(({ byPrompt }) => byPrompt)) {
    uncounted.isNear(refusedBy(wanted, reservation).map(({ want }) => want.key));
    await count();
    reservation = await look();
  }
  if (!reservation.reserved) {
    // Nobody is refused for what others hold and will not use.
    const keys = refusedBy(wanted, reservation).map(({ want }) => want.key);
    if (await uncounted.countAll(keys)) reservation = await look();
  }
  const first = notYet(wanted, reservation);
  if (!first) return decided(wanted, reservation).value;
  await count();
  return wait(exchange, limiter, wanted, first, ask);
}

const refusedBy = (wanted: readonly Wanted[], { counted }: Reservation): Wanted[] =>
  wanted.filter((one, i) => isRefused(one, counted[i]));

const decided = (wanted: readonly Wanted[], reservation: Reservation): { done: true; value: Reserved } => ({
  done: true,
  value: { wanted, why: whyNot(wanted, reservation), ...reservation },
});

function fromLedger(
  { ledger }: Limiter,
  wants: readonly Want[],
  released: readonly Holding[] = [],
): Promise<Reservation> | Reservation {
  const reservation = ledger.reserve(wants, released);
  return reservation instanceof Promise ? reservation.catch(unavailable) : reservation;
}

function unavailable(error: unknown): never {
  if (!(error instanceof LimitsUnavailable)) throw error;
  throw new GatewayError('limits_unavailable', { cause: error, headers: { 'retry-after': '1' } });
}

const whyNot = (wanted: readonly Wanted[], { counted }: Reservation): Why =>
  wanted.some((one, i) => isRefused(one, counted[i]) && counted[i]!.retry === -1) ? 'too_large' : 'full';

/** Undefined: it is decided. */
function notYet(wanted: readonly Wanted[], { reserved, counted, now }: Reservation): NotYet | undefined {
  if (reserved) return;
  const refused = wanted.flatMap((one, i) =>
    isRefused(one, counted[i]) ? [{ ...one, retry: counted[i]!.retry }] : [],
  );
  if (refused.some(({ limit, retry }) => limit.policy.action !== 'throttle' || retry === -1)) return;
  const retries = refused.map(({ limit, retry }) => limit.window.retryIn(now, retry));
  const retryMs = retries.includes(undefined) ? undefined : Math.max(...(retries as number[]));
  return { done: false, retryMs, key: refused[0]!.want.key };
}

async function wait(
  { signal }: Exchange,
  limiter: Limiter,
  wanted: readonly Wanted[],
  { key, retryMs }: NotYet,
  ask: () => Promise<Asked<Reserved>>,
): Promise<Reserved> {
  const { lines, metrics } = limiter;
  const { policy } = wanted.find(({ want }) => want.key === key)!.limit;
  const { maxWaitMs, maxWaiting } = policy;
  const began = Date.now();
  const waited = await lines.wait(key, { maxWaitMs, maxWaiting, signal, firstRetryMs: retryMs }, ask);
  metrics.waited(policy.name, Date.now() - began);
  if (waited.waited) return waited.value;
  // Only looks: who has waited in vain must not overtake those who still wait.
  const seen = await fromLedger(
    limiter,
    wanted.map(({ want }) => ({ ...want, amount: 0, force: true })),
  );
  const counted = wanted.map(({ want, limit }, i): Counted => {
    const one = seen.counted[i] ?? { used: limit.capacity, at: 0, fits: false, retry: -1 };
    return { ...one, fits: want.key !== key };
  });
  return { ...seen, reserved: false, wanted, counted, why: waited.why === 'line' ? 'line' : 'waited' };
}
