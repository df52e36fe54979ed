// A stage: one plugin's behaviour around the provider call, as a layer of an onion.
import type { Identity } from '../plan/identity.ts';
import type { Exchange } from './exchange.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { NodeState } from './node-state.ts';
import type { InboundRequest } from './request.ts';

/**
 * What comes before `await next()` sees the request; what comes after sees `exchange.answer`, whole or as a stream
 * that has not started yet (add a transform). A stage that answers itself sets `exchange.answer` and does not call
 * `next`. A stage that throws refuses the request.
 */
export type Stage = (exchange: Exchange, next: () => Promise<void>) => Promise<void>;

export interface RunningStage {
  run: Stage;
  /** The endpoint that every request of this config is for, whatever its path (ai-proxy-ts `route_type`). */
  routeType?: string;
  /** Of the innermost: what of a request, besides its body, decides who answers it, as one text. */
  variesBy?(identity: Identity, request: InboundRequest): string;
  /** For who must know of every request: it is refused before any stage runs, and only ends (see Exchange.onFinish). */
  refused?(exchange: Exchange): void;
  /** The config is no longer used. State that must outlive it lives in `StageHost.state`. */
  close?(): void | Promise<void>;
}

/** What a stage may use of the process that it runs in. */
export interface StageHost {
  plugin: string;
  /** The id of the plugin entity in Kong. */
  pluginId: string;
  log: Log;
  metrics: Metrics;
  /**
   * State of this process that outlives a config change, made once per key: `pluginId` in the key makes it the
   * plugin's own, without it two instances share it. What has a `destroy` is destroyed when the process stops.
   */
  state<T>(key: string, create: () => T): T;
  /** Calls that are served in one place for all relay workers of this machine. */
  node: NodeState;
  /** Folder for what must outlive the process. Absent where nothing is kept. */
  dataDir?: string;
  /** Takes personal values out of a text. Absent when no plugin of the suite can. */
  redactText?: (text: string) => string;
}
