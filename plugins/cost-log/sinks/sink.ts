// Where records go. A sink gets them in batches, at least once, in the primary process: never in a request's way.

export interface Sink {
  /**
   * Resolves when the batch is safe there.
   * @param records JSON texts
   * @throws RejectedError when it will never take the batch; anything else is tried again
   */
  deliver(records: readonly string[], signal: AbortSignal): Promise<void>;
  /** Most records of a batch. */
  maxRecords: number;
  close?(): void;
}

/** The sink has understood the batch and does not want it. */
export class RejectedError extends Error {
  override name = 'RejectedError';
}
