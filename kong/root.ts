// The package's own folder, from the sources and from dist alike.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findRoot(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('package.json not found');
  return findRoot(parent);
}

const ROOT = findRoot(dirname(fileURLToPath(import.meta.url)));

/** The path of a file of the package, for example data that a plugin reads at start. */
export const packagePath = (...parts: string[]): string => join(ROOT, ...parts);
