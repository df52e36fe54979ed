// Makes one declarative file out of the topics in spec/deck, as `deck file merge` and decK's environment variables do.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';

export interface DeckFile {
  name: string;
  text: string;
}

type Entity = Record<string, unknown>;

// Found from the repository's root, because this file also runs compiled.
const DECK_DIR = 'spec/deck';

const HEAD = '# Rendered from spec/deck by `npm run spec:render`.\n';

/** Every `spec/deck/*.yaml`, by name. Those named `*.kong.yaml` use plugins that only a real Kong has. */
export function deckFiles(root: string = rootDir(), { embedded = false } = {}): DeckFile[] {
  const dir = join(root, DECK_DIR);
  return readdirSync(dir)
    .filter((name) => name.endsWith('.yaml') && !(embedded && name.endsWith('.kong.yaml')))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(dir, name), 'utf8') }));
}

/** The merged file as YAML text. @throws when a variable is missing or two files disagree. */
export function render(files: DeckFile[], env: Record<string, string | undefined>): string {
  const documents = files.map(({ name, text }) => ({ name, document: parse(resolveEnv(text, env, name)) }));
  // Without anchors: readers of declarative files do not all know them.
  return HEAD + stringify(merge(documents), { aliasDuplicateObjects: false });
}

/** Puts values in the place of `${{ env "DECK_X" }}`, in the text, as decK does. */
export function resolveEnv(text: string, env: Record<string, string | undefined>, file = 'file'): string {
  return text.replace(/\$\{\{\s*env\s+"(\w+)"\s*\}\}/g, (_whole, name: string) => {
    if (!name.startsWith('DECK_'))
      throw new Error(`${file}: ${name}: a variable's name must begin with DECK_`);
    const value = env[name];
    if (value === undefined) throw new Error(`${file}: the environment variable ${name} is not set`);
    return value;
  });
}

/** Joins the lists at the top of the files. Two entities of one kind with one name are a mistake. */
export function merge(files: { name: string; document: unknown }[]): Entity {
  const merged: Entity = {};
  for (const { name, document } of files) {
    for (const [key, value] of Object.entries((document ?? {}) as Entity)) {
      const before = merged[key];
      if (before === undefined) merged[key] = value;
      else if (Array.isArray(before) && Array.isArray(value)) merged[key] = [...before, ...value];
      else if (before !== value) throw new Error(`${name}: '${key}' is not what another file says`);
    }
  }
  for (const [key, value] of Object.entries(merged)) if (Array.isArray(value)) refuseTwins(key, value);
  return merged;
}

function refuseTwins(kind: string, entities: Entity[]): void {
  // A plugin's name is its type; many routes may have it.
  if (kind === 'plugins') return;
  const seen = new Set<unknown>();
  for (const entity of entities) {
    const id = entity.name ?? entity.username;
    if (id !== undefined && seen.has(id)) throw new Error(`two ${kind} are named '${id}'`);
    seen.add(id);
  }
}

function rootDir(): string {
  const here = fileURLToPath(import.meta.url);
  return here.slice(0, here.lastIndexOf(here.includes('dist-spec') ? 'dist-spec' : 'spec/support'));
}
