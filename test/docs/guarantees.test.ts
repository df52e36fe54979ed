import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Rows of the tables that begin with `| Promise |`. */
function promisesIn(text: string): string[] {
  const rows: string[] = [];
  let inside = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('| Promise |')) inside = true;
    else if (!line.startsWith('|')) inside = false;
    else if (inside && !line.startsWith('|---')) rows.push(line);
  }
  return rows;
}

it('every promise names tests, and all of them exist and have the titles that are quoted', () => {
  const rows = promisesIn(readFileSync('docs/guarantees.md', 'utf8'));
  expect(rows.length).toBeGreaterThan(35);
  for (const row of rows) {
    const files = [...row.matchAll(/`(test\/[^`]+)`/g)].map(([, file]) => file!);
    expect(files.length, row).toBeGreaterThan(0);
    for (const file of files) expect(existsSync(file), file).toBe(true);
    for (const [, file, title] of row.matchAll(/`(test\/[^`]+)` “([^”]+)”/g)) {
      expect(readFileSync(file!, 'utf8'), file).toContain(title);
    }
  }
});
