// The configuration in use, and those before it that still have requests in flight.
import type { Configuration } from './configuration.ts';

export class LiveConfiguration {
  private readonly load: () => Promise<Configuration>;
  private readonly inFlight = new Map<Configuration, number>();
  private current: Configuration | undefined;
  /** Loads run one after another, so that the last change wins. */
  private loading: Promise<void> = Promise.resolve();

  constructor(load: () => Promise<Configuration>) {
    this.load = load;
  }

  /** Takes a new configuration for requests to come. Rejects, and changes nothing, when it cannot be loaded. */
  reload(): Promise<void> {
    const result = this.loading.then(async () => {
      const next = await this.load();
      const old = this.current;
      this.current = next;
      if (old && !this.inFlight.has(old)) void old.retire();
    });
    this.loading = result.catch(() => {});
    return result;
  }

  /** Runs a request on the configuration of this moment, which lives until the request is over. */
  async use(run: (configuration: Configuration) => Promise<void>): Promise<void> {
    const configuration = this.current;
    if (!configuration) throw new Error('no configuration is loaded');
    this.inFlight.set(configuration, (this.inFlight.get(configuration) ?? 0) + 1);
    try {
      await run(configuration);
    } finally {
      this.release(configuration);
    }
  }

  async close(): Promise<void> {
    await this.loading;
    await this.current?.retire();
  }

  private release(configuration: Configuration): void {
    const left = (this.inFlight.get(configuration) ?? 1) - 1;
    if (left > 0) {
      this.inFlight.set(configuration, left);
      return;
    }
    this.inFlight.delete(configuration);
    if (configuration !== this.current) void configuration.retire();
  }
}
