// What the lexicon is made of.

/** By language or group of languages: phrases separated by commas. */
export type Phrases = Readonly<Record<string, string>>;

/** By concept. */
export type Lexicon = Readonly<Record<string, Phrases>>;
