// One kind of numbered identity, as data.

export interface IdRule {
  type: string;
  /**
   * Forms, divided by `|`: 9 is a digit, A a letter, X either, everything else itself. A `~` is the same separator
   * throughout: a hyphen, a space, a dot, a slash or nothing.
   */
  forms: string;
  /** Says whether the number can be one: check digits, dates, reserved ranges. Gets digits and upper-case letters only. */
  check?: (id: string) => boolean;
  /** Worth of the form with a good check, written with separators. */
  score: number;
  /** The same without any separator; where it needs a word beside it, below 0.5. */
  bare: number;
  /** Worth when the check fails: typing errors and made-up examples, with a word right beside it. Default 0.1. */
  failing?: number;
  /** Words that speak for it, divided by `|`. */
  words: string;
}

/** In several languages: what any personal number is called. */
export const ID_WORDS =
  'national id*|identity card|identity number|identification number|identification no|personal number|personal id|' +
  'id number|id no|id card|citizen id|government id|identifier for the person|ausweisnummer|personalausweis*|' +
  'carte d’identité|carte nationale|pièce d’identité|documento|identidad|carta d’identità|identificação|' +
  'identiteitskaart|dowód osobisty|legitimatie|kimlik';
