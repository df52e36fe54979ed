// The faster of two targets drawn at random: as good as knowing the fastest, without all running to it at once.
import type { BalancerConfig } from '../config.ts';
import { type Choice, lowest, type Picker } from './picker.ts';

export function lowestLatency({ latency_strategy }: BalancerConfig): Picker {
  const latency = ({ upstream }: Choice): number | undefined =>
    (latency_strategy === 'tpot' ? upstream.perToken : upstream.whole).current(Date.now());
  // One that was never measured is the fastest until it is. What is under way counts: it has not been measured yet.
  const score = (choice: Choice): number => (latency(choice) ?? 0) * (choice.target.state.active + 1);
  return (choices) => (choices.length <= 2 ? lowest(choices, score) : lowest(drawTwo(choices), score));
}

function drawTwo(choices: readonly Choice[]): Choice[] {
  const first = draw(choices);
  return [first, draw(choices.filter((choice) => choice !== first))];
}

/** With a chance in proportion to the weight. */
function draw(choices: readonly Choice[]): Choice {
  let at = Math.random() * choices.reduce((sum, { target }) => sum + target.weight, 0);
  for (const choice of choices) {
    at -= choice.target.weight;
    if (at < 0) return choice;
  }
  return choices.at(-1)!;
}
