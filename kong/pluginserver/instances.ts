// The running instances: one per plugin config that a Kong worker has sent.
import { randomInt } from 'node:crypto';
import { type AccessProgram, refuse } from '../plan/program.ts';
import type { ServedPlugin } from './plugin.ts';
import { PreparedProgram } from './prepared.ts';

export interface Instance {
  id: number;
  plugin: ServedPlugin;
  program: PreparedProgram;
  /** Unix seconds. */
  startedAt: number;
}

interface Log {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** int32 on the wire; the upper half is left for counting up from a random start. */
const MAX_FIRST_ID = 2 ** 30;
/**
 * Kong never closes the instances of an entity that was removed, nor those of its workers that are gone. Past this many
 * the one that was used longest ago goes; Kong starts it anew when it needs it after all.
 */
const MAX_INSTANCES = 10_000;

export class Instances {
  // Random, so that an id from before a restart cannot name another plugin's instance.
  private nextId = randomInt(1, MAX_FIRST_ID);
  private readonly running = new Map<number, Instance>();
  private readonly plugins: ReadonlyMap<string, ServedPlugin>;
  private readonly log: Log;

  constructor(plugins: ReadonlyMap<string, ServedPlugin>, log: Log) {
    this.plugins = plugins;
    this.log = log;
  }

  /** Undefined when there is no such plugin. */
  start(name: string, configJson: Buffer): Instance | undefined {
    const plugin = this.plugins.get(name);
    if (!plugin) return undefined;
    const program = new PreparedProgram(this.programOf(plugin, configJson));
    const instance = { id: this.nextId, plugin, program, startedAt: Math.floor(Date.now() / 1000) };
    this.nextId += 1;
    this.running.set(instance.id, instance);
    if (this.running.size > MAX_INSTANCES) this.close(this.longestUnused());
    return instance;
  }

  get(id: number): Instance | undefined {
    return this.running.get(id);
  }

  close(id: number): Instance | undefined {
    const instance = this.running.get(id);
    this.running.delete(id);
    instance?.program.close();
    return instance;
  }

  private longestUnused(): number {
    let oldest: Instance | undefined;
    for (const instance of this.running.values()) {
      if (!oldest || instance.program.lastMinute < oldest.program.lastMinute) oldest = instance;
    }
    return oldest!.id;
  }

  // The protocol has no error answer, and Kong repeats for ever what ends in a closed connection. So a config
  // that is wrong gets an instance all the same, one that answers 500.
  private programOf(plugin: ServedPlugin, configJson: Buffer): AccessProgram {
    try {
      const program = plugin.start(JSON.parse(configJson.toString('utf8')) as Record<string, unknown>);
      this.log.info({ plugin: plugin.name }, 'instance started');
      return program;
    } catch (error) {
      const reason = error instanceof SyntaxError ? 'config is not JSON' : (error as Error).message;
      this.log.error({ plugin: plugin.name, reason }, 'config refused');
      return refuse(500, configInvalid(plugin.name));
    }
  }
}

// The reason stays in the log: a client has no business with an operator's config.
function configInvalid(plugin: string): string {
  const message = `The plugin ${plugin} is not configured correctly; its plugin server's log names the field.`;
  return JSON.stringify({ error: { message, type: 'server_error', param: null, code: 'config_invalid' } });
}
