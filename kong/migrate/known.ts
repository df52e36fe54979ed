// Keeps of a record what our schema has under the same names: most fields are called as Kong's.
import { PLUGINS } from '../registry.ts';
import { type KongField, toKongSchema } from '../schema/index.ts';
import { isRecord, type Json, type Reader } from './reader.ts';

/** The field of a plugin's config at a path such as `targets[].model.options`. Undefined when it has none. */
export function fieldOf(plugin: string, path: string): KongField | undefined {
  const definition = PLUGINS.find(({ Name }) => Name === plugin)?.definition;
  if (!definition) return undefined;
  const config = toKongSchema(plugin, definition.config).fields.find((entry) => entry.config)!.config;
  return path.split('.').reduce<KongField | undefined>((field, key) => {
    const named = field?.fields?.find((entry) => Object.hasOwn(entry, key.replace('[]', '')));
    const found = named?.[key.replace('[]', '')];
    return key.endsWith('[]') ? found?.elements : found;
  }, config);
}

/** @param where for notes: the place in the old config */
export function keepKnown(
  value: unknown,
  field: KongField | undefined,
  reader: Reader,
  where: string,
): Json | undefined {
  if (!isRecord(value)) return undefined;
  const kept: Json = {};
  let same = true;
  for (const [key, child] of Object.entries(value)) {
    const known = field?.fields?.find((entry) => Object.hasOwn(entry, key))?.[key];
    if (child === null) same = false;
    else if (!known) {
      same = false;
      // A switch that is off asks for nothing.
      if (child !== false) reader.note('lost', `${where}.${key}`, 'has no equivalent');
    } else if (isRecord(child)) {
      kept[key] = keepKnown(child, known, reader, `${where}.${key}`);
      same &&= kept[key] === child;
    } else kept[key] = child;
  }
  // The same object, so that its comments stay.
  return same ? value : kept;
}
