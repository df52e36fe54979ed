// Rendezvous hashing: the same key goes to the same target, each gets its share of keys, and when a target goes only
// its own keys move. Every process and machine places a key alike, without a ring to keep.
import type { BalancerConfig } from '../config.ts';
import type { Facts } from '../facts.ts';
import { placeOf } from '../hash.ts';
import { lowest, type Picker } from './picker.ts';

export function consistentHashing(config: BalancerConfig): Picker {
  const keyOf = keyReader(config);
  return (choices, facts) => {
    const key = keyOf(facts) ?? `${Math.random()}`;
    // Weighted rendezvous: the smallest of -ln(place) / weight wins with a chance in proportion to its weight.
    return lowest(
      choices,
      ({ target }) => -Math.log(placeOf(`${key}\n${target.name}`) || Number.MIN_VALUE) / target.weight,
    );
  };
}

function keyReader({ hash_on, hash_on_header }: BalancerConfig): (facts: Facts) => string | undefined {
  if (hash_on === 'consumer') return ({ caller }) => caller;
  if (hash_on === 'conversation') return ({ conversation }) => conversation;
  const name = hash_on_header.toLowerCase();
  return (facts) => facts.header(name);
}
