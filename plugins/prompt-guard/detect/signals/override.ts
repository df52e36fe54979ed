// Set aside what you were told, do this instead.
import type { SignalRow } from './types.ts';

export const override: readonly SignalRow[] = [
  { id: 'prior_orders', of: 'drop & prior & orders', within: 8, prior: 4 },
  { id: 'all_orders', of: 'drop > all > orders', within: 6, prior: 4 },
  { id: 'your_orders', of: 'drop > yours > orders', within: 5, prior: 1 },
  { id: 'cut_your_orders', of: 'cut & yours & orders|policy', within: 6, prior: 1.2 },
  { id: 'cut_prior_anew', of: 'cut & prior & orders & anew|say', within: 12, prior: 1 },
  { id: 'prior', of: 'drop > prior', within: 5, prior: 1.5 },
  { id: 'all', of: 'drop > all', within: 3, prior: 0.5 },
  { id: 'everything', of: 'drop > everything', within: 2, prior: 1.2 },
  { id: 'everything_prior', of: 'drop & everything|all & prior', within: 5, prior: 2 },
  { id: 'everything_say', of: 'drop > everything > say|anew', within: 8, prior: 1 },
  { id: 'object_say', of: 'drop > object > say', within: 8, prior: 1.2 },
  { id: 'not_object_script', of: 'not > object > script|say', within: 10, prior: 0.3 },
  { id: 'shouted', of: '§shout & drop|script', within: 12, prior: 1 },
  { id: 'shouted_say', of: '§shout & say & not', within: 10, prior: 0.6 },
  { id: 'prior_anew', of: 'drop > prior > anew', within: 14, prior: 2 },
  { id: 'all_anew', of: 'drop > all > anew', within: 12, prior: 1.5 },
  { id: 'anew_orders', of: 'anew & prior & orders', within: 12, prior: 1 },
  { id: 'drop_script', of: 'drop > script', within: 14, prior: 1.5 },
  { id: 'drop_hidden', of: 'drop > hidden', within: 6, prior: 2 },
  { id: 'drop_self', of: 'drop|cut > self', within: 6, prior: 1.5 },
  { id: 'orders_changed', of: 'anew & orders', within: 4, prior: 0.5 },
  { id: 'claim_no_prior', of: 'claim & drop|void & prior|everything', within: 20, prior: 0.8 },
  { id: 'void_prior', of: 'void & prior|all & orders', within: 10, prior: 0.8 },
];
