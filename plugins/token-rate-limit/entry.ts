// A limit that one request is under.
import type { AttemptChoice } from '../../kong/relay/exchange.ts';
import type { Counted } from './counting.ts';
import type { Holding } from './ledger.ts';
import type { Limit } from './policy.ts';
import type { Want } from './store.ts';

export interface Wanted {
  limit: Limit;
  want: Want;
  /** The model that it is for; undefined when it is for any. */
  choice: AttemptChoice | undefined;
  /** False: only looked at, or already charged by another entry. */
  charged: boolean;
  /** The prompt is not counted, and this is the most that it can come to: with the count it may fit. */
  byPrompt: boolean;
}

/** And what it holds of it. */
export interface Entry extends Wanted {
  holding: Holding;
}

export const isRefused = ({ want }: { want: Want }, counted: Counted | undefined): boolean =>
  counted !== undefined && !counted.fits && !want.force;
