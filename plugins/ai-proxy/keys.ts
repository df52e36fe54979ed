// The keys of a target: they take turns, and one that the provider refuses or limits rests.
import { createHash } from 'node:crypto';

/** A refused key is tried again after so long, then after twice as long, … */
const REFUSED_REST_MS = 60_000;
const MAX_REFUSED_REST_MS = 15 * 60_000;
/** A limited key without Retry-After rests so long, then twice as long, … */
const LIMITED_REST_MS = 1_000;
const MAX_LIMITED_REST_MS = 60_000;
/** Nobody's limit lasts longer; a larger Retry-After is a mistake or an attack. */
const MAX_RETRY_AFTER_MS = 60 * 60_000;

export type RestReason = 'refused' | 'limited';

export interface Rest {
  /** ms since the epoch, as `since`. */
  until: number;
  since: number;
  reason: RestReason;
  times: number;
}

/** Less than this is no news to other processes. */
const NEWS_MS = 1_000;

/** The rests of an upstream's keys, by a digest: another target or plugin with the same key knows it too. */
export class KeyRests {
  private readonly rests = new Map<string, Rest>();
  private readonly onChange: (digest: string, rest: Rest | undefined) => void;

  /** @param onChange what was learnt here; undefined: the key works */
  constructor(onChange: (digest: string, rest: Rest | undefined) => void = () => {}) {
    this.onChange = onChange;
  }

  of(digest: string, now: number): { until: number; reason: RestReason } | undefined {
    const rest = this.rests.get(digest);
    return rest && rest.until > now ? rest : undefined;
  }

  /** Returns ms since the epoch until when it rests. */
  rest(digest: string, reason: RestReason, now: number, retryAfterMs?: number): number {
    const before = this.rests.get(digest);
    // Answers to requests that were under way together are one refusal.
    const again = before?.reason === reason && before.until > now;
    const times = before?.reason === reason ? before.times + (again ? 0 : 1) : 1;
    const [base, most] =
      reason === 'refused' ? [REFUSED_REST_MS, MAX_REFUSED_REST_MS] : [LIMITED_REST_MS, MAX_LIMITED_REST_MS];
    const ms =
      retryAfterMs === undefined
        ? Math.min(most, base * 2 ** Math.min(times - 1, 10))
        : Math.min(MAX_RETRY_AFTER_MS, retryAfterMs);
    const until = Math.max(again ? before.until : 0, now + ms);
    const rest = { until, since: again ? before.since : now, reason, times };
    this.rests.set(digest, rest);
    if (!again || until - before.until > NEWS_MS) this.onChange(digest, rest);
    return until;
  }

  /** @param asked ms since the epoch when the key was used: what was asked before it rested says nothing of it */
  works(digest: string, asked: number): void {
    if (this.rests.size === 0) return;
    const rest = this.rests.get(digest);
    if (!rest || rest.since > asked) return;
    this.rests.delete(digest);
    this.onChange(digest, undefined);
  }

  /** What another process has learnt. */
  told(digest: string, rest: Rest | undefined): void {
    const own = this.rests.get(digest);
    if (!rest) this.rests.delete(digest);
    else if (!own || own.until < rest.until) this.rests.set(digest, rest);
  }
}

/** A key of a target as it is now. `digest` stands for it wherever the key itself must not be. */
export interface Key {
  value: string;
  digest: string;
}

/** Reads a key, which may have been rotated since the last time. */
export type KeySource = () => string;

export class Keyring {
  private readonly sources: readonly KeySource[];
  private readonly digests = new Map<string, string>();
  private next = 0;

  constructor(sources: readonly KeySource[]) {
    this.sources = sources;
  }

  /**
   * The next key that does not rest. With none, how long the first of them still does.
   * @param skip keys that this request has used in vain
   */
  take(rests: KeyRests, skip: ReadonlySet<string>, now: number): Key | Resting {
    let resting: Resting = { until: Number.POSITIVE_INFINITY, reason: 'limited' };
    for (let i = 0; i < this.sources.length; i += 1) {
      const at = (this.next + i) % this.sources.length;
      const key = this.key(this.sources[at]!());
      if (skip.has(key.digest)) continue;
      const rest = rests.of(key.digest, now);
      if (!rest) {
        this.next = at + 1;
        return key;
      }
      if (rest.until < resting.until) resting = { until: rest.until, reason: rest.reason, key };
    }
    return resting;
  }

  /** Another key than those could be used now. */
  hasFree(rests: KeyRests, skip: ReadonlySet<string>, now: number): boolean {
    if (this.sources.length < 2) return false;
    return this.sources.some((source) => {
      const { digest } = this.key(source());
      return !skip.has(digest) && !rests.of(digest, now);
    });
  }

  private key(value: string): Key {
    let digest = this.digests.get(value);
    if (digest === undefined) {
      // Values change with rotation, seldom.
      if (this.digests.size > 100) this.digests.clear();
      digest = createHash('sha256').update(value).digest('base64url').slice(0, 16);
      this.digests.set(value, digest);
    }
    return { value, digest };
  }
}

export interface Resting {
  until: number;
  reason: RestReason;
  /** The one that rests the shortest, when there is one. */
  key?: Key;
}

export const isKey = (taken: Key | Resting): taken is Key => 'digest' in taken;
