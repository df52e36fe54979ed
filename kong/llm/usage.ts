// Tokens of one model call. What a provider did not report is absent, never 0.

export interface Usage {
  /**
   * Prompt tokens. `total` includes cache reads and writes; `noCache` is what was read afresh; `cacheWrite1h` is the
   * part of `cacheWrite` that is kept for an hour, where that has a price of its own.
   */
  input: {
    total?: number;
    noCache?: number;
    cacheRead?: number;
    cacheWrite?: number;
    cacheWrite1h?: number;
    audio?: number;
  };
  /** Completion tokens. `total` includes reasoning and audio. */
  output: { total?: number; text?: number; reasoning?: number; audio?: number };
  /** Counted here, because the provider reported none or the stream broke off. */
  estimated?: true;
  /** The provider's own object, as it came. */
  raw?: unknown;
}

export function totalTokens(usage: Usage): number | undefined {
  const { input, output } = usage;
  return input.total === undefined && output.total === undefined
    ? undefined
    : (input.total ?? 0) + (output.total ?? 0);
}

/** Of a stream that reports its usage in parts: what came later counts. */
export function mergeUsage(earlier: Usage | undefined, later: Usage): Usage {
  if (!earlier) return later;
  return {
    input: { ...earlier.input, ...later.input },
    output: { ...earlier.output, ...later.output },
    raw: { ...(earlier.raw as object | undefined), ...(later.raw as object | undefined) },
  };
}
