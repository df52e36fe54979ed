// Undo a disguise and obey; a text in pieces.
import type { SignalRow } from './types.ts';

export const encoded: readonly SignalRow[] = [
  { id: 'decode_obey', of: 'decode & obey', within: 20, prior: 0.8 },
  { id: 'split', of: '§split_payload', within: 0, prior: 0.8 },
];
