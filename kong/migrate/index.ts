// Rewrites a decK file (or Kong's declarative file) from Kong's own AI plugins to the suite's, and says what is lost.
import { isMap, isSeq, type Node, type YAMLMap, type YAMLSeq } from 'yaml';
import { checkPluginConfig } from '../validate/plugins.ts';
import { type DeckDocument, openDocument } from './document.ts';
import { joinConfigs } from './merge.ts';
import type { Migrated } from './migration.ts';
import { MIGRATIONS, WITHOUT } from './plugins/index.ts';
import { isRecord, type Json, type Note, Reader } from './reader.ts';

export interface MigrationNote extends Note {
  /** Of the plugin, in the old file. */
  line: number;
  plugin: string;
}

export interface MigrationResult {
  text: string;
  notes: MigrationNote[];
  /** How many plugins were rewritten. */
  migrated: number;
}

/** @throws Error for a text that is no YAML */
export function migrate(text: string): MigrationResult {
  const file = openDocument(text);
  const result = { notes: [] as MigrationNote[], migrated: 0 };
  for (const list of pluginLists(file.doc.contents)) migrateList(list, file, result);
  return { text: result.migrated > 0 ? file.print() : text, ...result };
}

/** Every `plugins:` of the document. */
function* pluginLists(node: unknown): Generator<YAMLSeq> {
  if (isSeq(node)) for (const item of node.items) yield* pluginLists(item);
  if (!isMap(node)) return;
  for (const { key, value } of node.items) {
    if (String((key as { value?: unknown }).value) === 'plugins' && isSeq(value)) yield value;
    else yield* pluginLists(value);
  }
}

type Result = Omit<MigrationResult, 'text'>;

function migrateList(list: YAMLSeq, file: DeckDocument, result: Result): void {
  const added: { name: string; entity: Json }[] = [];
  for (const node of [...list.items]) {
    if (!isMap(node)) continue;
    const entity = file.plain(node) as Json;
    const name = String(entity.name);
    const line = file.line(node as Node);
    const note = (notes: Note[]): number =>
      result.notes.push(...notes.map((one) => ({ ...one, line, plugin: name })));
    const without = WITHOUT[name];
    if (without !== undefined) note([{ kind: 'todo', field: '', message: without }]);
    const migration = MIGRATIONS.find(({ from }) => from === name);
    if (!migration) continue;
    result.migrated += 1;
    const reader = new Reader(isRecord(entity.config) ? entity.config : {});
    const [first, ...more] = migration.convert(reader);
    reader.finish();
    note(reader.notes);
    if (typeof entity._config === 'string')
      note([{ kind: 'todo', field: '_config', message: 'what _plugin_configs says is not rewritten' }]);
    note(place(list, node, entity, first!, file));
    added.push(
      ...more.map(({ name: other, config }) => ({
        name: other,
        entity: { name: other, ...scopeOf(entity), config },
      })),
    );
  }
  for (const { name, entity } of added) if (!findTwin(list, name, entity, file)) list.add(file.node(entity));
}

/** Puts the new plugin in the place of the old one, or joins it with what the same place has already. */
function place(
  list: YAMLSeq,
  node: YAMLMap,
  entity: Json,
  { name, config }: Migrated,
  file: DeckDocument,
): Note[] {
  const twin = findTwin(list, name, entity, file, node);
  if (!twin) {
    node.set('name', name);
    node.set('config', file.node(config));
    return invalid(name, config);
  }
  const { config: joined, conflicts } = joinConfigs(file.plain(twin.get('config', true)) as Json, config);
  twin.set('config', file.node(joined));
  list.items.splice(list.items.indexOf(node), 1);
  return [
    { kind: 'changed', field: '', message: `is joined with ${name} at line ${file.line(twin as Node)}` },
    ...conflicts.map(
      (field): Note => ({
        kind: 'todo',
        field,
        message: 'the two plugins that are one now said different things here',
      }),
    ),
    ...invalid(name, joined),
  ];
}

/** Where a plugin is enabled, beside the list that it stands in. */
function scopeOf(entity: Json): Json {
  const keys = ['service', 'route', 'consumer', 'consumer_group', 'enabled', 'tags', 'protocols'];
  return Object.fromEntries(Object.entries(entity).filter(([key]) => keys.includes(key)));
}

function findTwin(
  list: YAMLSeq,
  name: string,
  entity: Json,
  file: DeckDocument,
  except?: YAMLMap,
): YAMLMap | undefined {
  const scope = (given: Json): string =>
    JSON.stringify(['service', 'route', 'consumer', 'consumer_group'].map((key) => given[key] ?? null));
  return list.items.find((item): item is YAMLMap => {
    if (!isMap(item) || item === except || item.get('name') !== name) return false;
    return scope(file.plain(item) as Json) === scope(entity);
  });
}

/** What our schema objects to, variables of the environment aside. */
function invalid(name: string, config: Json): Note[] {
  return checkPluginConfig(name, config)
    .filter(({ path }) => !JSON.stringify(valueAt(config, path) ?? '').includes('__deck_template_'))
    .map(({ path, message }) => ({ kind: 'todo', field: path.join('.'), message: `${name}: ${message}` }));
}

const valueAt = (value: unknown, path: PropertyKey[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Json | undefined)?.[key as string], value);
