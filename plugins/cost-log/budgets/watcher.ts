// Adds up budgets from the spool and raises an alert for each threshold that a sum has passed.
import { setTimeout as sleep } from 'node:timers/promises';
import { Usd } from '../../../kong/llm/usd.ts';
import type { Log } from '../../../kong/relay/log.ts';
import type { Metrics } from '../../../kong/relay/metrics.ts';
import type { BudgetConfig } from '../config.ts';
import { eachRecord } from '../record/each.ts';
import { headerReader, post } from '../sinks/post.ts';
import type { Positions } from '../spool/cursor.ts';
import { SpoolReader } from '../spool/reader.ts';
import { type Charge, Charges, limitOf } from './budget.ts';
import type { BudgetStore } from './store.ts';

const POLL_MS = 500;
const RETRY_MS = 5000;
const WEBHOOK_TIMEOUT_MS = 10_000;
const WEBHOOK_TRIES = 5;
const BATCH = { maxRecords: 1000, maxBytes: 1024 * 1024 };

/** What a webhook gets. Amounts are decimal text. */
export interface BudgetAlert {
  type: 'kong_ai.budget';
  budget: string;
  /** `consumer=alice`; empty for the global budget. */
  partition: string;
  period: string;
  period_kind: string;
  unit: 'usd' | 'tokens';
  limit: string;
  used: string;
  /** Of the limit: 0.8 = 80 %. */
  threshold: number;
  raised_at: string;
}

export interface WatcherOptions {
  folder: string;
  store: BudgetStore;
  log: Log;
  metrics: Metrics;
  pollMs?: number;
}

export class BudgetWatcher {
  /** By plugin: several may share a spool. */
  private readonly budgets = new Map<string, readonly BudgetConfig[]>();
  private readonly options: WatcherOptions;
  private readonly stopping = new AbortController();
  private readonly raised;
  private running: Promise<void> | undefined;
  private reader: SpoolReader;

  constructor(options: WatcherOptions) {
    this.options = options;
    this.reader = this.newReader();
    this.raised = options.metrics.counter('kong_ai_budget_alerts_total', 'Alerts of budgets.', [
      'budget',
      'threshold',
    ]);
  }

  /** The budgets of a plugin, in the place of those that it had. */
  watch(pluginId: string, budgets: readonly BudgetConfig[]): void {
    this.budgets.set(pluginId, budgets);
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.options.store.close();
  }

  private newReader(): SpoolReader {
    return new SpoolReader(this.options.folder, {
      load: () => this.options.store.positions(),
      save: async () => {},
    });
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    let from: Positions | undefined;
    while (!signal.aborted) {
      let waitMs = 0;
      try {
        from ??= await this.options.store.positions();
        const batch = await this.reader.read(BATCH);
        if (!batch.moved) waitMs = this.options.pollMs ?? POLL_MS;
        else if (await this.take(batch.records, from, batch.positions)) {
          await this.reader.commit(batch);
          from = batch.positions;
        } else {
          // The last answer did not arrive, but its sums did.
          this.reader = this.newReader();
          from = undefined;
        }
      } catch (error) {
        this.options.log.warn({ reason: (error as Error).message }, 'budgets cannot be added up');
        this.reader = this.newReader();
        from = undefined;
        waitMs = RETRY_MS;
      }
      await sleep(waitMs, undefined, { signal }).catch(() => {});
    }
  }

  private async take(records: readonly string[], from: Positions, to: Positions): Promise<boolean> {
    const byPlugin = new Map([...this.budgets].map(([id, budgets]) => [id, new Charges(budgets)]));
    await eachRecord(records, (record) => byPlugin.get(record.plugin.id)?.add(record));
    const charges = [...byPlugin.values()].flatMap((sums) => sums.all());
    const sums = await this.options.store.apply(charges, from, to);
    if (!sums) return false;
    for (const [index, charge] of charges.entries()) await this.check(charge, sums[index]!);
    return true;
  }

  private async check(charge: Charge, used: bigint): Promise<void> {
    for (const threshold of charge.budget.thresholds) {
      const mark = (limitOf(charge.budget) * BigInt(Math.round(threshold * 10_000))) / 10_000n;
      if (used < mark || !(await this.options.store.claim(charge, threshold))) continue;
      this.raise(charge, threshold, used);
    }
  }

  private raise({ budget, partition, period }: Charge, threshold: number, used: bigint): void {
    const usd = budget.usd !== undefined;
    const text = (amount: bigint): string => (usd ? Usd.ofPicos(amount).toUsd() : String(amount));
    const alert: BudgetAlert = {
      type: 'kong_ai.budget',
      budget: budget.name,
      partition,
      period,
      period_kind: budget.period,
      unit: usd ? 'usd' : 'tokens',
      limit: text(limitOf(budget)),
      used: text(used),
      threshold,
      raised_at: new Date().toISOString(),
    };
    this.raised.inc({ budget: budget.name, threshold: String(threshold) });
    this.options.log.warn(alert, 'a budget has reached a threshold');
    if (budget.webhook) void this.send(budget.webhook, alert);
  }

  private async send(webhook: NonNullable<BudgetConfig['webhook']>, alert: BudgetAlert): Promise<void> {
    const body = JSON.stringify(alert);
    for (let attempt = 1; attempt <= WEBHOOK_TRIES; attempt += 1) {
      try {
        const headers = { 'content-type': 'application/json', ...headerReader(webhook.headers)() };
        const call = { url: webhook.url, headers, body, gzip: false, timeoutMs: WEBHOOK_TIMEOUT_MS };
        return await post(call, this.stopping.signal);
      } catch (error) {
        const last = attempt === WEBHOOK_TRIES || this.stopping.signal.aborted;
        const fields = { budget: alert.budget, reason: (error as Error).message };
        if (last) return this.options.log.error(fields, 'the webhook of a budget cannot be reached');
        await sleep(1000 * 2 ** attempt, undefined, { signal: this.stopping.signal }).catch(() => {});
      }
    }
  }
}
