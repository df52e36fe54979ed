// Data carried away by pictures, links and mails.
import type { SignalRow } from './types.ts';

export const exfiltration: readonly SignalRow[] = [
  {
    id: 'image',
    of: '§data_image|§active_html & script|secret|hidden|document|claim|act|disguise',
    within: 60,
    prior: 1.5,
  },
  { id: 'link', of: '§data_link & script|secret|hidden|act|claim|disguise|reveal', within: 40, prior: 1 },
  { id: 'send_secret', of: 'act > secret', within: 14, prior: 0.5 },
  { id: 'send_hidden', of: 'act > hidden', within: 14, prior: 1 },
];
