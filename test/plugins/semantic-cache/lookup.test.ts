// How far a lookup goes among candidates that are all alike.
import { expect, test } from 'vitest';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import { lookUp, type Search } from '../../../plugins/semantic-cache/lookup.ts';
import { ALL_CHECKS } from '../../../plugins/semantic-cache/match.ts';
import type { Entry } from '../../../plugins/semantic-cache/store/entry.ts';
import type { Candidate, Store } from '../../../plugins/semantic-cache/store/index.ts';

const embedder = {
  id: 'e',
  threshold: 0.9,
  local: true,
  embed: async () => Float32Array.of(1),
};

/** The one that says the same, but for a space, comes behind seven others. */
async function findBehindOthers(sentences: number): Promise<string | undefined> {
  const ask = (town: string): string =>
    `${'Tell us about the old bridge. '.repeat(sentences)}Is it in ${town}?`;
  const towns = ['Oslo', 'Bern', 'Rome', 'Lima', 'Cairo', 'Delhi', 'Paris'];
  const candidates: Candidate[] = [...towns.map(ask), ask('Kyoto').replace('Is it', 'Is  it')].map(
    (question, i) => ({
      key: String(i),
      question,
      similarity: 0.99,
    }),
  );
  const store: Partial<Store> = {
    get: async (key) => (key === 'asked' ? undefined : ({ meta: { key, partition: 'p' } } as Entry)),
    mayHaveAlike: () => true,
    near: async () => candidates,
  };
  const search: Search = { vetoes: [] };
  await lookUp(
    { key: 'asked', partition: 'p', text: ask('Kyoto'), comparable: true, request: () => ({}) as never },
    {} as Exchange,
    { store: store as Store, embedder, checks: ALL_CHECKS },
    search,
  );
  return search.found?.entry.meta.key;
}

test('every candidate of a usual length is judged', async () => {
  expect(await findBehindOthers(5)).toBe('7');
});

test('of long candidates, which take long to read, only the most similar are judged', async () => {
  expect(await findBehindOthers(30)).toBeUndefined();
});
