// The part of cost-log in the primary process: one runner per sink, the budgets, and the dashboard's sums. All of them
// read the spool, into which every relay worker writes.
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeHost } from '../../../kong/relay/node-state.ts';
import type { RedisConfig } from '../../../kong/relay/redis-config.ts';
import { FileBudgets, RedisBudgets } from '../budgets/store.ts';
import { BudgetWatcher } from '../budgets/watcher.ts';
import type { BudgetConfig, SinkConfig } from '../config.ts';
import { eachRecord } from '../record/each.ts';
import { planSinks } from '../sinks/make.ts';
import { SinkRunner, type SinkState } from '../sinks/runner.ts';
import { SpoolReader } from '../spool/reader.ts';
import type { OpenRequest } from './open.ts';
import { Tally } from './tally.ts';

/** How long sinks may go on taking records when the process ends. */
const DRAIN_MS = 2000;
const TALLY_POLL_MS = 500;
const TALLY_BATCH = { maxRecords: 1000, maxBytes: 1024 * 1024 };
const DAY_MS = 24 * 3600_000;

export class Hub {
  readonly tally = new Tally();
  private readonly host: NodeHost;
  private readonly runners = new Map<string, { runner: SinkRunner; config: string }>();
  private readonly watchers = new Map<string, BudgetWatcher>();
  private readonly tallied = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(host: NodeHost) {
    this.host = host;
  }

  open({ folder, pluginId, sinks, budgets }: OpenRequest): void {
    this.show(folder);
    for (const config of sinks) this.openSink(folder, config);
    this.watch(folder, pluginId, budgets);
  }

  /** Sums for the dashboard, from now on and of the last day. */
  show(folder: string): void {
    if (!this.tallied.has(folder)) this.tallied.set(folder, this.runTally(folder));
  }

  sinkStates(): SinkState[] {
    return [...this.runners.values()].map(({ runner }) => runner.state);
  }

  async close(): Promise<void> {
    const runners = [...this.runners.values()].map(({ runner }) => runner.stop(DRAIN_MS));
    await Promise.all([...runners, ...[...this.watchers.values()].map((watcher) => watcher.stop())]);
    this.stopping.abort();
    await Promise.all(this.tallied.values());
  }

  private openSink(folder: string, sink: SinkConfig): void {
    const { log, metrics } = this.host;
    for (const { id, make } of planSinks([sink])) {
      const key = `${folder} ${id}`;
      const config = JSON.stringify(sink);
      const known = this.runners.get(key);
      if (known?.config === config) continue;
      const reader = new SpoolReader(folder, { sink: id });
      const runner = new SinkRunner({ name: id, sink: make(this.host), reader, log, metrics });
      this.runners.set(key, { runner, config });
      // Two readers of one position would deliver everything twice.
      void (known?.runner.stop(0) ?? Promise.resolve()).then(() => runner.start());
    }
  }

  private watch(folder: string, pluginId: string, budgets: BudgetConfig[]): void {
    for (const budget of budgets) this.watcher(folder, budget.redis);
    for (const [key, watcher] of this.watchers) {
      if (!key.startsWith(`${folder} `)) continue;
      watcher.watch(
        pluginId,
        budgets.filter(({ redis }) => watcherKey(folder, redis) === key),
      );
    }
  }

  private watcher(folder: string, redis: RedisConfig | undefined): void {
    const key = watcherKey(folder, redis);
    if (this.watchers.has(key)) return;
    const { log, metrics } = this.host;
    const store = redis ? new RedisBudgets(redis, spoolName(folder), this.host) : new FileBudgets(folder);
    this.watchers.set(key, new BudgetWatcher({ folder, store, log, metrics }));
  }

  private async runTally(folder: string): Promise<void> {
    const { signal } = this.stopping;
    const reader = new SpoolReader(folder, { since: Date.now() - DAY_MS });
    while (!signal.aborted) {
      const batch = await reader.read(TALLY_BATCH).catch((error: Error) => {
        this.host.log.warn({ reason: error.message }, 'the spool cannot be read');
        return undefined;
      });
      await eachRecord(batch?.records ?? [], (record) => this.tally.add(record));
      if (batch) await reader.commit(batch);
      if (!batch?.moved) await sleep(TALLY_POLL_MS, undefined, { signal }).catch(() => {});
    }
  }
}

const watcherKey = (folder: string, redis: RedisConfig | undefined): string =>
  `${folder} ${JSON.stringify(redis ?? null)}`;

/** A name that stays with the folder, for positions that are kept elsewhere. */
function spoolName(folder: string): string {
  const path = join(folder, 'name');
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, randomUUID(), { mode: 0o600 });
  }
  return readFileSync(path, 'utf8');
}
