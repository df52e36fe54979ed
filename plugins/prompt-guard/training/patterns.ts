// What the lists of our own examples are made of.

/** One family's texts, drawn from patterns of grammar.ts. */
export interface Patterns {
  family: string;
  /** Held out as a whole in validation. */
  group: string;
  patterns: string[];
  /** How many texts are drawn. */
  draws: number;
}
