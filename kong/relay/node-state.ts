// One place per machine for what relay workers must share (counters of `strategy: local`, administration): it runs in
// the primary process, is called over IPC from workers, and directly when there is only one process.
import type { AdminHandler } from './admin.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** Handles the calls of a plugin's stages. Arguments and results are plain JSON. */
export type NodeService = (method: string, args: unknown) => unknown;

/** What a plugin runs in the primary process. */
export interface NodePart {
  service?: NodeService;
  /** On the admin listener, by method and path: `GET /limits`. */
  admin?: Readonly<Record<string, AdminHandler>>;
  close?(): void | Promise<void>;
}

export interface NodeHost {
  log: Log;
  metrics: Metrics;
  /** Folder for what must outlive the process. Absent where nothing is kept. */
  dataDir?: string;
  /** To the stages of every worker that listen to the topic. The payload is plain JSON. */
  broadcast(topic: string, payload: unknown): void;
}

export interface NodeState {
  /**
   * The result, or a promise of it.
   * @throws when the plugin has no service, its service threw, or the primary process did not answer in time.
   */
  call(plugin: string, method: string, args: unknown): unknown;
  /** Returns a function that stops listening. */
  listen(topic: string, listener: (payload: unknown) => void): () => void;
}

export class Topics {
  private readonly listeners = new Map<string, Set<(payload: unknown) => void>>();

  publish(topic: string, payload: unknown): void {
    for (const listener of this.listeners.get(topic) ?? []) listener(payload);
  }

  listen(topic: string, listener: (payload: unknown) => void): () => void {
    const known = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, known.add(listener));
    return () => known.delete(listener);
  }
}

/** Everything in one process. */
export class LocalNodeState implements NodeState {
  private readonly services: ReadonlyMap<string, NodeService>;
  private readonly topics: Topics;

  constructor(services: ReadonlyMap<string, NodeService>, topics: Topics) {
    this.services = services;
    this.topics = topics;
  }

  call(plugin: string, method: string, args: unknown): unknown {
    const service = this.services.get(plugin);
    if (!service) throw new Error(`plugin ${plugin} has no node service`);
    return service(method, args);
  }

  listen(topic: string, listener: (payload: unknown) => void): () => void {
    return this.topics.listen(topic, listener);
  }
}
