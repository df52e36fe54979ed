// What Kong's `query_cmd` prints for each plugin, as files that it can just `cat`.
import { PLUGINS } from '../registry.ts';
import type { PluginDefinition } from '../relay/plugin.ts';
import { type PluginDump, pluginDump, toKongSchema } from '../schema/index.ts';

export function dumpOf({ name, version, priority, config }: PluginDefinition): PluginDump {
  return pluginDump({ name, version, priority, phases: ['access'], schema: toKongSchema(name, config) });
}

/** Undefined when the suite has no such plugin. */
export function dumpByName(name: string): PluginDump | undefined {
  const found = PLUGINS.find(({ definition }) => definition.name === name);
  return found && dumpOf(found.definition);
}

/** File names, relative to kong/conf/plugins, and their text. */
export function dumpFiles(): { file: string; text: string }[] {
  return PLUGINS.map(({ definition }) => ({
    file: `${definition.name}.json`,
    text: `${JSON.stringify(dumpOf(definition), null, 2)}\n`,
  }));
}
