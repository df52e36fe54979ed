// What the recognisers, the detector and the actions say to each other.
import type { Context } from './context.ts';
import type { Scan } from './scan.ts';

/** A found value. Offsets are UTF-16, `end` is behind the last; score in 0..1. */
export interface Finding {
  start: number;
  end: number;
  type: string;
  score: number;
}

/**
 * A recogniser calls it for every candidate. `score` is what the form alone is worth; the words around it change that
 * by `context`. Offsets are into `scan.text`.
 */
export type Report = (type: string, start: number, end: number, score: number, context?: Context) => void;

/** Finds candidates in one pass over a text of bounded length; its time must be linear in that length. */
export type Recogniser = (scan: Scan, report: Report) => void;
