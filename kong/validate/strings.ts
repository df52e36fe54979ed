// Every text in the config of a plugin, as the file says it, with what Kong's schema says of the field it stands in.
import { PLUGINS } from '../registry.ts';
import { type KongField, toKongSchema } from '../schema/index.ts';
import type { Use } from './entities.ts';
import { type Path, record, valueAt } from './source.ts';

export interface Text {
  /** In the config. */
  path: Path;
  /** Before the environment fills in anything. */
  value: string;
  /** Undefined in a plugin that is not of the suite, and in a field that does not exist. */
  field: KongField | undefined;
}

export function textsOf(use: Use): Text[] {
  const definition = PLUGINS.find(({ Name }) => Name === use.name)?.definition;
  const schema = definition && toKongSchema(use.name, definition.config).fields.find(({ config }) => config);
  return walk(schema?.config, writtenConfig(use), []);
}

function writtenConfig({ source: { written }, path, data }: Use): unknown {
  const own = record(valueAt(written, [...path, 'config']));
  const shared = record(record(written._plugin_configs)[String(data._config)]);
  return { ...shared, ...own };
}

function walk(field: KongField | undefined, value: unknown, path: Path): Text[] {
  if (typeof value === 'string') return [{ path, value, field }];
  if (Array.isArray(value)) return value.flatMap((item, i) => walk(field?.elements, item, [...path, i]));
  return Object.entries(record(value)).flatMap(([key, child]) => {
    const named = field?.fields?.find((entry) => Object.hasOwn(entry, key))?.[key];
    return walk(named ?? field?.values, child, [...path, key]);
  });
}
