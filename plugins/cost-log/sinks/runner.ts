// Brings the spool to one sink, batch by batch, for as long as it takes.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../../kong/relay/log.ts';
import type { Metrics } from '../../../kong/relay/metrics.ts';
import type { Batch, SpoolReader } from '../spool/reader.ts';
import { RejectedError, type Sink } from './sink.ts';

const POLL_MS = 250;
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 30_000;
const MAX_BATCH_BYTES = 1024 * 1024;
/** A sink that stays down is spoken of once a minute. */
const REMIND_MS = 60_000;

export interface RunnerOptions {
  /** The sink's id. */
  name: string;
  sink: Sink;
  reader: SpoolReader;
  log: Log;
  metrics: Metrics;
  pollMs?: number;
  firstRetryMs?: number;
}

export interface SinkState {
  name: string;
  /** Records since the start of the process. */
  delivered: number;
  rejected: number;
  /** Batches that failed in a row. */
  failures: number;
  lastError: string | undefined;
  backlogBytes: number;
}

export class SinkRunner {
  readonly state: SinkState;
  private readonly options: RunnerOptions;
  private readonly stopping = new AbortController();
  private readonly counts;
  private running: Promise<void> | undefined;
  private spokenAt = 0;
  private idle = false;

  constructor(options: RunnerOptions) {
    const { name, metrics } = options;
    this.options = options;
    this.state = { name, delivered: 0, rejected: 0, failures: 0, lastError: undefined, backlogBytes: 0 };
    this.counts = {
      delivered: metrics.counter('kong_ai_log_delivered_total', 'Records that a sink has got.', ['sink']),
      failures: metrics.counter('kong_ai_log_failures_total', 'Batches that a sink did not take.', ['sink']),
      rejected: metrics.counter('kong_ai_log_rejected_total', 'Records that a sink refused for good.', [
        'sink',
      ]),
      damaged: metrics.counter('kong_ai_log_damaged_total', 'Lines of the spool that cannot be read.', [
        'sink',
      ]),
      backlog: metrics.gauge('kong_ai_log_backlog_bytes', 'Bytes of the spool that a sink has not read.', [
        'sink',
      ]),
    };
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Gives the sink `drainMs` to take what there is. */
  async stop(drainMs: number): Promise<void> {
    const deadline = Date.now() + drainMs;
    this.idle = false;
    while (!this.idle && this.state.failures === 0 && Date.now() < deadline) await sleep(POLL_MS / 5);
    this.stopping.abort();
    await this.running;
    this.options.sink.close?.();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const busy = await this.step();
        if (!busy) {
          this.idle = true;
          await this.pause(this.options.pollMs ?? POLL_MS);
        }
      } catch (error) {
        if (signal.aborted) break;
        await this.failed(error as Error);
      }
    }
  }

  private async step(): Promise<boolean> {
    const { reader, sink, name } = this.options;
    const batch = await reader.read({ maxRecords: sink.maxRecords, maxBytes: MAX_BATCH_BYTES });
    await this.deliverAll(batch);
    if (batch.moved) await reader.commit(batch);
    if (batch.damaged > 0) {
      this.counts.damaged.inc({ sink: name }, batch.damaged);
      this.options.log.warn({ sink: name, lines: batch.damaged }, 'lines of the spool cannot be read');
    }
    this.state.backlogBytes = await reader.backlog();
    this.counts.backlog.set({ sink: name }, this.state.backlogBytes);
    return batch.moved;
  }

  private async deliverAll({ records }: Batch): Promise<void> {
    if (records.length === 0) return;
    let todo: (readonly string[])[] = [records];
    while (todo.length > 0) {
      const [part, ...rest] = todo as [readonly string[], ...(readonly string[])[]];
      try {
        await this.options.sink.deliver(part, this.stopping.signal);
        this.delivered(part.length);
        todo = rest;
      } catch (error) {
        if (this.stopping.signal.aborted) throw error;
        if (!(error instanceof RejectedError)) await this.failed(error as Error);
        else if (part.length > 1) todo = [...halves(part), ...rest];
        else {
          this.reject(error);
          todo = rest;
        }
      }
    }
  }

  private delivered(count: number): void {
    const { name, log } = this.options;
    if (this.state.failures > 0) log.info({ sink: name }, 'sink takes records again');
    this.state.failures = 0;
    this.state.lastError = undefined;
    this.state.delivered += count;
    this.counts.delivered.inc({ sink: name }, count);
    this.spokenAt = 0;
  }

  /** One record of a batch that nobody could take: the others must not wait for it. */
  private reject(error: Error): void {
    const { name, log } = this.options;
    this.state.rejected += 1;
    this.counts.rejected.inc({ sink: name });
    log.error({ sink: name, reason: error.message }, 'sink refused a record for good');
  }

  private async failed(error: Error): Promise<void> {
    const { name, log } = this.options;
    this.state.failures += 1;
    this.state.lastError = error.message;
    this.counts.failures.inc({ sink: name });
    if (Date.now() - this.spokenAt > REMIND_MS) {
      this.spokenAt = Date.now();
      log.warn({ sink: name, reason: error.message, failures: this.state.failures }, 'sink takes no records');
    }
    const first = this.options.firstRetryMs ?? FIRST_RETRY_MS;
    const delay = Math.min(first * 2 ** Math.min(this.state.failures - 1, 16), MAX_RETRY_MS);
    await this.pause(delay / 2 + Math.random() * (delay / 2));
  }

  private pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => {});
  }
}

function halves<T>(list: readonly T[]): (readonly T[])[] {
  const middle = list.length >> 1;
  return [list.slice(0, middle), list.slice(middle)];
}
