// Configs by their hash: the plugin server puts them in, the relay takes them out.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../llm/canonical-json.ts';

/** One plugin instance's checked config, with the ids that Kong keeps beside it. */
export interface ConfigRecord {
  plugin: string;
  pluginId: string;
  config: unknown;
}

export interface ConfigSource {
  /** Undefined when nobody has started an instance with that hash since the process began. */
  get(hash: string): ConfigRecord | undefined | Promise<ConfigRecord | undefined>;
}

/** Records whose last instance has gone: plans that name them may still be on their way. */
const MAX_UNUSED = 1_000;

export class ConfigStore implements ConfigSource {
  private readonly records = new Map<string, ConfigRecord>();
  /** How many running instances declare a record. */
  private readonly uses = new Map<string, number>();
  /** In the order in which they fell out of use. */
  private readonly unused = new Set<string>();
  private readonly onPut: (hash: string, record: ConfigRecord) => void;

  constructor(onPut: (hash: string, record: ConfigRecord) => void = () => {}) {
    this.onPut = onPut;
  }

  /**
   * Returns the hash: the same plugin with the same config has the same one in every process. The record is kept
   * until as many `release`s have come, and some time longer.
   */
  put(record: ConfigRecord): string {
    const hash = createHash('sha256').update(canonicalJson(record)).digest('base64url').slice(0, 22);
    this.records.set(hash, record);
    this.uses.set(hash, (this.uses.get(hash) ?? 0) + 1);
    this.unused.delete(hash);
    this.onPut(hash, record);
    return hash;
  }

  release(hash: string): void {
    const uses = (this.uses.get(hash) ?? 0) - 1;
    if (uses > 0) this.uses.set(hash, uses);
    else this.retire(hash);
  }

  /** For a copy of the store in another process, which asks again for what it has forgotten. */
  set(hash: string, record: ConfigRecord): void {
    this.records.set(hash, record);
    this.retire(hash);
  }

  private retire(hash: string): void {
    this.uses.delete(hash);
    this.unused.delete(hash);
    this.unused.add(hash);
    if (this.unused.size <= MAX_UNUSED) return;
    const [oldest] = this.unused;
    this.unused.delete(oldest!);
    this.records.delete(oldest!);
  }

  get(hash: string): ConfigRecord | undefined {
    return this.records.get(hash);
  }

  entries(): IterableIterator<[string, ConfigRecord]> {
    return this.records.entries();
  }
}
