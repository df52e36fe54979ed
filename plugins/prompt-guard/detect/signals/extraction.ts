// Hand out what is hidden: the system prompt, a secret.
import type { SignalRow } from './types.ts';

export const extraction: readonly SignalRow[] = [
  { id: 'reveal_hidden', of: 'hidden & reveal', within: 8, prior: 2 },
  { id: 'disguised', of: 'hidden & reveal & disguise', within: 20, prior: 2 },
  { id: 'reveal_secret', of: 'reveal > secret', within: 7, prior: 0.5 },
  { id: 'secret_disguised', of: 'secret & disguise', within: 14, prior: 0.5 },
  { id: 'drop_reveal', of: 'drop > prior|all > reveal', within: 20, prior: 1 },
  { id: 'claimed', of: 'claim & secret|hidden & reveal', within: 25, prior: 1.5 },
  { id: 'reveal_kept', of: 'reveal > kept', within: 8, prior: 1.5 },
  { id: 'kept_disguised', of: 'kept & disguise', within: 16, prior: 1.8 },
  { id: 'drop_kept', of: 'drop > kept', within: 20, prior: 1.5 },
  { id: 'claim_hidden', of: 'claim & hidden|above', within: 20, prior: 0.8 },
  { id: 'reveal_above', of: 'reveal & above', within: 8, prior: 0.8 },
];
