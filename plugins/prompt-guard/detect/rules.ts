// The signs that a text may hold, and what each of them speaks for. Signals (signals/) are made of them.
import type { Family } from './families.ts';
import { CONCEPTS } from './lexicon/index.ts';
import { STRUCTURE } from './structure.ts';

export { SIGNALS, type Signal } from './signals/index.ts';

/** Concepts, then structural signs, then the density of code marks in three steps. */
export const SIGN_NAMES: readonly string[] = [
  ...CONCEPTS,
  ...STRUCTURE.map(({ id }) => `§${id}`),
  '§marks_1',
  '§marks_2',
  '§marks_3',
];

/** What a sign speaks for when no signal does. */
const FAMILY_OF_SIGN: Record<Exclude<Family, 'override'>, readonly string[]> = {
  extraction: ['reveal', 'hidden', 'above', 'secret', 'kept', 'disguise'],
  jailbreak: [
    'persona',
    'role',
    'commission',
    'persuade',
    'contested',
    'credible',
    'unbound',
    'wild',
    'relative',
    'mode',
    'policy',
    'refusal',
    'prefix',
    'fiction',
    'excuse',
    'howto',
    'make',
    'dark',
    'harm',
    '§answer_template',
    '§emoji_turns',
    '§insert_here',
    '§marks_1',
    '§marks_2',
    '§marks_3',
  ],
  indirect: [
    'addressee',
    'vocative',
    'claim',
    'script',
    'conceal',
    'document',
    '§html_comment',
    '§hidden_markup',
  ],
  exfiltration: ['§data_image', '§data_link', '§active_html'],
  tool_misuse: ['act', '§address'],
  spoofing: [
    '§template_token',
    '§system_turn',
    '§assistant_turn',
    '§user_turn',
    '§role_json',
    '§system_tag',
    '§system_bracket',
    '§hash_section',
    '§fence_line',
    '§end_mark',
  ],
  encoded: ['decode', 'obey', '§split_payload'],
};

/** By number of the sign. */
export const SIGN_FAMILIES: readonly Family[] = SIGN_NAMES.map(
  (name) =>
    (Object.keys(FAMILY_OF_SIGN) as (keyof typeof FAMILY_OF_SIGN)[]).find((family) =>
      FAMILY_OF_SIGN[family].includes(name),
    ) ?? 'override',
);
