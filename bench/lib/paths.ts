// Where the compiled processes of the bench are.
import { fileURLToPath } from 'node:url';

export const processPath = (name: string): string =>
  fileURLToPath(new URL(`../processes/${name}.js`, import.meta.url));

/** As the `kong-ai` command starts Node. */
export const serveArgs = (...args: string[]): string[] => [
  '--no-memory-reducer',
  processPath('serve'),
  ...args,
];
