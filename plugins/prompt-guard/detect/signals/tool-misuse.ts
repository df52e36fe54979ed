// Acts behind the user’s back.
import type { SignalRow } from './types.ts';

export const toolMisuse: readonly SignalRow[] = [
  { id: 'concealed', of: 'act & conceal', within: 25, prior: 1.5 },
  { id: 'claimed', of: 'claim > act', within: 15, prior: 0.5 },
  { id: 'addressed', of: 'addressee > act', within: 15, prior: 0.5 },
  { id: 'to_address', of: '§address & act & act|secret', within: 16, prior: 0.3 },
];
