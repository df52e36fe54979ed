// What the plugin server needs to know of a plugin; the six of the suite are handed to it by the registry.
import type { AccessProgram } from '../plan/program.ts';

export interface ServedPlugin {
  name: string;
  version: string;
  priority: number;
  /** Kong's schema of the plugin, as in the dump. */
  schema: unknown;
  /**
   * @param config the instance's config as Kong sends it, Kong's own keys included.
   * @throws when the config is wrong; every request under that instance is then refused.
   */
  start(config: Record<string, unknown>): AccessProgram;
}
