// Orders where only data should be.
import type { SignalRow } from './types.ts';

export const indirect: readonly SignalRow[] = [
  { id: 'addressee_drop', of: 'addressee & drop', within: 20, prior: 1 },
  { id: 'addressee_script', of: 'addressee & script', within: 20, prior: 1 },
  { id: 'claim_script', of: 'claim & script', within: 20, prior: 1 },
  { id: 'claim_drop', of: 'claim & drop & prior|orders', within: 20, prior: 1.2 },
  { id: 'document_override', of: 'document & drop & prior|orders', within: 40, prior: 0.8 },
  { id: 'comment', of: '§html_comment|§hidden_markup & drop|script|addressee|act', within: 25, prior: 1.2 },
  { id: 'conceal_script', of: 'conceal & script|addressee', within: 30, prior: 1 },
  { id: 'vocative', of: 'vocative > say|act|script|drop|reveal|anew', within: 16, prior: 1.5 },
];
