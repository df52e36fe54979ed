// What an algorithm is: it picks one of the targets that could serve now.
import type { Facts } from '../facts.ts';
import type { At } from '../place.ts';
import type { Target } from '../target.ts';
import type { Upstream } from '../upstream.ts';

/** A target with the model that it would be asked for, and where. */
export interface Choice {
  target: Target;
  model: string;
  at: At;
  upstream: Upstream;
}

/** @param choices at least one. The same target is not asked twice in a row for one request. */
export type Picker = (choices: readonly Choice[], facts: Facts) => Choice;

/** The one with the lowest score; of equals any, so that they share. */
export function lowest(choices: readonly Choice[], score: (choice: Choice) => number): Choice {
  let best = choices[0]!;
  let bestScore = Number.POSITIVE_INFINITY;
  let equals = 0;
  for (const choice of choices) {
    const value = score(choice);
    if (value < bestScore) {
      best = choice;
      bestScore = value;
      equals = 1;
    } else if (value === bestScore) {
      equals += 1;
      if (Math.random() * equals < 1) best = choice;
    }
  }
  return best;
}
