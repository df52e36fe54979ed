// Fake turns and end marks.
import type { SignalRow } from './types.ts';

export const spoofing: readonly SignalRow[] = [
  { id: 'token', of: '§template_token', within: 0, prior: 1.5 },
  {
    id: 'system_turn',
    of: '§system_turn|§system_bracket|§system_tag|§role_json & drop|unbound|mode|anew|reveal|act|script|claim|persona',
    within: 25,
    prior: 0.8,
  },
  {
    id: 'system_override',
    of: '§system_turn|§system_bracket|§system_tag|§role_json|§template_token|§hash_section|§end_mark|§fence_line & drop & prior|orders',
    within: 25,
    prior: 1.5,
  },
  { id: 'end_mark', of: '§end_mark & anew|drop|persona|reveal|script', within: 20, prior: 0.8 },
  { id: 'turns', of: '§assistant_turn & §user_turn|§system_turn', within: 60, prior: 0.3 },
];
