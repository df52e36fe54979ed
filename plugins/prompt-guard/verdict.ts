// What was found, and what follows from it.
import type { Exchange } from '../../kong/relay/exchange.ts';
import type { GuardNote } from '../../kong/relay/notes.ts';
import type { Action } from './config.ts';

export interface Match {
  /** Id of the rule or check, or `injection.<family>`. */
  rule: string;
  direction: 'request' | 'response';
  action: Action;
  /** 0..1. */
  score?: number;
  /** What the detector saw: names, never text. */
  signals?: readonly string[];
  /** What the client is told, when the rule says. */
  message?: string | undefined;
  /** It was not the text but the check that failed. */
  failed?: true;
}

export function blocks(matches: readonly Match[]): Match | undefined {
  return matches.find(({ action }) => action === 'block');
}

/** Adds matches to the exchange's note. Each rule is noted once per direction, with its highest score. */
export function note(exchange: Exchange, matches: readonly Match[], verdict: GuardNote['verdict']): void {
  const before = exchange.notes.guard ?? { verdict: 'allowed', matches: [] };
  const ranks = ['allowed', 'flagged', 'blocked'] as const;
  const worst = ranks[Math.max(ranks.indexOf(before.verdict), ranks.indexOf(verdict))]!;
  const noted = new Map(before.matches.map((match) => [`${match.direction} ${match.rule}`, match]));
  for (const { rule, direction, score } of matches) {
    const key = `${direction} ${rule}`;
    const known = noted.get(key);
    if (known && (known.score ?? 0) >= (score ?? 0)) continue;
    noted.set(key, {
      rule,
      direction,
      ...(score === undefined ? {} : { score: Math.round(score * 1000) / 1000 }),
    });
  }
  exchange.notes.guard = { verdict: worst, matches: [...noted.values()] };
}
