// Counters of this machine: they live in the primary process, which all relay workers ask.
import type { NodeState } from '../../kong/relay/node-state.ts';
import { machineNow } from './clocks.ts';
import type { BatchResult } from './counting.ts';
import { Renewals } from './renewals.ts';
import { type Debt, type Outcome, type Store, toBatch, type Want } from './store.ts';

export const PLUGIN = 'token-rate-limit';

export class LocalStore implements Store {
  private readonly node: NodeState;
  private readonly renewals: Renewals;

  constructor(node: NodeState) {
    this.node = node;
    this.renewals = new Renewals(
      (leases) =>
        // A call to another process is a promise, which may be rejected when that process is ending.
        Promise.resolve(node.call(PLUGIN, 'renew', leases)).catch(() => {}),
      machineNow,
    );
  }

  apply(debts: readonly Debt[], wants: readonly Want[], leaseMs: number): Outcome | Promise<Outcome> {
    const now = Date.now();
    this.renewals.remove(debts);
    const done = (result: BatchResult): Outcome => {
      this.renewals.add(wants, result.counted, now, leaseMs);
      return { now, ...result };
    };
    const result = this.node.call(PLUGIN, 'apply', toBatch(debts, wants, now, leaseMs, machineNow()));
    return result instanceof Promise ? result.then(done) : done(result as BatchResult);
  }
}
