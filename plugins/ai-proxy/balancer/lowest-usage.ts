// The target that has used the least for its weight, lately. Requests under way count as much as the last ones cost:
// else all that come before the first answer would go to one target.
import { type Choice, lowest } from './picker.ts';

export function lowestUsage(choices: readonly Choice[]): Choice {
  const now = Date.now();
  return lowest(choices, ({ target }) => {
    const { used, typical, active } = target.state;
    return (used.current(now) + active * Math.max(typical, 1)) / target.weight;
  });
}
