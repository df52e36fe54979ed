import { expect, it } from 'vitest';
import { eachRecord } from '../../../plugins/cost-log/record/each.ts';
import { RECORD_VERSION } from '../../../plugins/cost-log/record/schema.ts';

const json = (id: string, schema: unknown = RECORD_VERSION): string =>
  JSON.stringify({ schema, id, lines: [] });

it('gives requests their turn when a batch takes long', async () => {
  let turns = 0;
  let running = true;
  const count = (): void => {
    turns += 1;
    if (running) setImmediate(count);
  };
  setImmediate(count);
  const ids: string[] = [];
  await eachRecord(
    ['a', 'b', 'c', 'd'].map((id) => json(id)),
    ({ id }) => {
      ids.push(id);
      const until = performance.now() + 2;
      while (performance.now() < until);
    },
  );
  running = false;
  expect(ids).toEqual(['a', 'b', 'c', 'd']);
  expect(turns).toBeGreaterThanOrEqual(3);
});

it('passes over what this version cannot read', async () => {
  const seen: [id: string, json: string][] = [];
  await eachRecord(['{', json('old', 'another'), json('a')], (record, text) => seen.push([record.id, text]));
  expect(seen).toEqual([['a', json('a')]]);
});
