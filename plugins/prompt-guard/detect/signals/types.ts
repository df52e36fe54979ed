// How signals are written down.

/** A row of a family's table. */
export interface SignalRow {
  /** Within its family. */
  id: string;
  /**
   * Signs, see ../rules.ts: `anchor & other & other` in any order, `anchor > other` with the others after the anchor;
   * `a|b` is one of them.
   */
  of: string;
  /** Each of the others stands within so many words of the anchor. */
  within: number;
  /** What it is worth before any training, in log-odds. */
  prior: number;
}
