// Smooth weighted round-robin, as nginx has it: shares follow the weights, and no target gets its share in a burst.
import type { Choice } from './picker.ts';

export function roundRobin(choices: readonly Choice[]): Choice {
  let total = 0;
  let best = choices[0]!;
  for (const choice of choices) {
    const { state, weight } = choice.target;
    state.current += weight;
    total += weight;
    if (state.current > best.target.state.current) best = choice;
  }
  best.target.state.current -= total;
  return best;
}
