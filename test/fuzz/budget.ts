// How long fuzzing goes on. A failure prints its seed and path: pass them to fc.assert to see it again.
const TIMES = Number(process.env.FUZZ_RUNS ?? 1);

/** A test's own limit grows with the runs; so long for one run of the budget. */
const TIMEOUT_MS = 30_000;

/** @param runs of the normal test run; `FUZZ_RUNS` multiplies them */
export const budget = (runs: number): { numRuns: number } => ({ numRuns: runs * TIMES });

export const FUZZ_TIMEOUT_MS = TIMEOUT_MS * TIMES;
