// The algorithms by the names that the config has for them.
import type { BalancerConfig } from '../config.ts';
import { consistentHashing } from './consistent-hashing.ts';
import { leastConnections } from './least-connections.ts';
import { lowestCost } from './lowest-cost.ts';
import { lowestLatency } from './lowest-latency.ts';
import { lowestUsage } from './lowest-usage.ts';
import type { Picker } from './picker.ts';
import { roundRobin } from './round-robin.ts';

const ALGORITHMS: Record<BalancerConfig['algorithm'], (config: BalancerConfig) => Picker> = {
  'round-robin': () => roundRobin,
  'consistent-hashing': consistentHashing,
  'least-connections': () => leastConnections,
  'lowest-latency': lowestLatency,
  'lowest-usage': () => lowestUsage,
  'lowest-cost': () => lowestCost,
  // The groups are the algorithm; within one, targets take turns.
  priority: () => roundRobin,
};

export function pickerOf(config: BalancerConfig): Picker {
  return ALGORITHMS[config.algorithm](config);
}

export type { Choice, Picker } from './picker.ts';
