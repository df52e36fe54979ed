import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('every promise names tests, and all of them exist', () => {
  const rows = readFileSync('docs/guarantees.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| Promise'));
  expect(rows.length).toBeGreaterThan(20);
  for (const row of rows) {
    const files = [...row.matchAll(/`(test\/[^`]+)`/g)].map(([, file]) => file!);
    expect(files.length, row).toBeGreaterThan(0);
    for (const file of files) expect(existsSync(file), file).toBe(true);
  }
});
