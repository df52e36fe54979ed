// The target with the fewest requests under way for its weight.
import { type Choice, lowest } from './picker.ts';

export function leastConnections(choices: readonly Choice[]): Choice {
  return lowest(choices, ({ target }) => (target.state.active + 1) / target.weight);
}
