// What speaks against an attack.
import type { SignalRow } from './types.ts';

export const harmless: readonly SignalRow[] = [
  { id: 'remember', of: 'remember & orders|prior|all|object|everything', within: 8, prior: -3 },
  { id: 'about_override', of: 'about & drop & prior|all|yours|orders', within: 14, prior: -1.5 },
  { id: 'about_hidden', of: 'about & hidden|secret', within: 12, prior: -1 },
  { id: 'about_jailbreak', of: 'about & unbound|mode|persona', within: 12, prior: -1 },
  { id: 'about_harm', of: 'about & harm', within: 8, prior: -0.5 },
  { id: 'defence', of: 'defend & harm', within: 10, prior: -1 },
];
