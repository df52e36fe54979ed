// The fenced code blocks of the project's pages.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packagePath } from '../../kong/root.ts';

export interface Block {
  /** `docs/install.md:12` */
  place: string;
  page: string;
  language: string;
  /** What stands behind the language: of a block that is not run, why. */
  note: string;
  text: string;
}

const ROOT = packagePath('.');
const SKIPPED = new Set(['node_modules', 'dist', 'dist-spec', 'dist-bench', 'coverage', '.git', 'data']);

/** Every page of the project, relative to its folder. */
export function pages(folder = ROOT): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return pages(path);
    return entry.name.endsWith('.md') ? [relative(ROOT, path)] : [];
  });
}

export const textOf = (page: string): string => readFileSync(packagePath(page), 'utf8');

export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let open:
    | (Pick<Block, 'language' | 'note'> & { indent: number; line: number; lines: string[] })
    | undefined;
  for (const [i, line] of textOf(page).split('\n').entries()) {
    const fence = /^(\s*)```(\w*) ?(.*)/.exec(line);
    if (fence && !open) {
      const [, indent = '', language = '', note = ''] = fence;
      open = { language, note, indent: indent.length, line: i + 1, lines: [] };
    } else if (fence && open) {
      const { language, note, line: at, lines } = open;
      blocks.push({ place: `${page}:${at}`, page, language, note, text: `${lines.join('\n')}\n` });
      open = undefined;
    } else open?.lines.push(line.slice(open.indent));
  }
  return blocks;
}
