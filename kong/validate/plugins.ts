// The suite's own plugins in a decK file: is each config what its schema allows?
import { PLUGINS } from '../registry.ts';
import { ConfigError, parseConfig } from '../schema/index.ts';

export type PluginIssue = { path: PropertyKey[]; message: string };

/** Issues of one plugin's config, with paths relative to it. A plugin that is not of the suite has none. */
export function checkPluginConfig(name: string, config: Record<string, unknown>): PluginIssue[] {
  const plugin = PLUGINS.find(({ Name }) => Name === name);
  if (!plugin) return [];
  try {
    parseConfig(plugin.definition.config, config);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues.map(({ path, message }) => ({ path: keysOf(path), message }));
  }
}

/** `targets[0].model.name` as the keys that lead there; `config.` in front is dropped. */
function keysOf(path: string): PropertyKey[] {
  const keys = path.replace(/^config\.?/, '').match(/[^.[\]]+/g) ?? [];
  return keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}
