// What a plugin server's `query_cmd` prints: one plugin, in the form that Kong reads
// (Kong: kong/runloop/plugin_servers/process.lua; the same keys in 3.4 and 3.9, and 3.9 takes the first plugin only).
import type { KongSchema } from './kong-schema.ts';
import { withoutNeeds } from './optional-record.ts';

/** The phases in which Kong calls a plugin server. A `response` handler would buffer the whole route. */
export type Phase = 'certificate' | 'rewrite' | 'access' | 'response' | 'log';

export interface PluginDescription {
  name: string;
  version: string;
  priority: number;
  phases: readonly Phase[];
  schema: KongSchema;
}

export interface PluginDump {
  Protocol: 'ProtoBuf:1';
  Plugins: [
    { Name: string; Version: string; Priority: number; Phases: readonly Phase[]; Schema: KongSchema },
  ];
}

export function pluginDump({ name, version, priority, phases, schema }: PluginDescription): PluginDump {
  const Schema = { ...schema, fields: withoutNeeds(schema.fields) };
  return {
    Protocol: 'ProtoBuf:1',
    Plugins: [{ Name: name, Version: version, Priority: priority, Phases: phases, Schema }],
  };
}
