// One place per machine for what relay workers must share (counters of `strategy: local`): served in the primary
// process, called over IPC from workers and directly when there is only one process.

/** Handles calls of one service. Arguments and results are plain JSON. */
export type NodeService = (method: string, args: unknown) => unknown;

export interface NodeState {
  /** @throws when the service is unknown, threw, or the primary process did not answer in time. */
  call(service: string, method: string, args: unknown): unknown;
}

/** Calls services in this process: the result, or a promise, as the service gives it. */
export class LocalNodeState implements NodeState {
  private readonly services: ReadonlyMap<string, NodeService>;

  constructor(services: ReadonlyMap<string, NodeService>) {
    this.services = services;
  }

  call(service: string, method: string, args: unknown): unknown {
    const found = this.services.get(service);
    if (!found) throw new Error(`no node service ${service}`);
    return found(method, args);
  }
}
