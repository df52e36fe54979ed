// A subject of the bench: something that takes a chat request and has a model answer it.
import type { LoadRequest } from './load.ts';

export interface Subject {
  name: string;
  /** Undefined with a reason when it cannot run on this machine. */
  start(upstream: string): Promise<RunningSubject | { skipped: string }>;
}

export interface RunningSubject {
  /** @param more query of the upstream, for streams */
  request: LoadRequest;
  /** Processes whose CPU time is the gateway's. */
  pids: number[];
  stop(): Promise<void>;
}
