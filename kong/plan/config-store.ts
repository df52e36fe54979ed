// Configs by their hash: the plugin server puts them in, the relay takes them out.
import { createHash } from 'node:crypto';

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

/** Far more than the instances of one Kong; the bound only stops an endless series of config changes. */
const MAX_RECORDS = 10_000;

export class ConfigStore implements ConfigSource {
  private readonly records = new Map<string, ConfigRecord>();
  private readonly onPut: (hash: string, record: ConfigRecord) => void;

  constructor(onPut: (hash: string, record: ConfigRecord) => void = () => {}) {
    this.onPut = onPut;
  }

  /** Returns the hash: the same plugin with the same config has the same one in every process. */
  put(record: ConfigRecord): string {
    const hash = createHash('sha256').update(canonicalJson(record)).digest('base64url').slice(0, 22);
    this.set(hash, record);
    this.onPut(hash, record);
    return hash;
  }

  set(hash: string, record: ConfigRecord): void {
    this.records.delete(hash);
    this.records.set(hash, record);
    if (this.records.size > MAX_RECORDS) this.records.delete(this.records.keys().next().value!);
  }

  get(hash: string): ConfigRecord | undefined {
    return this.records.get(hash);
  }

  entries(): IterableIterator<[string, ConfigRecord]> {
    return this.records.entries();
  }
}

/** JSON with keys in one order: Kong's Lua tables have none, so two workers send the same config differently. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
