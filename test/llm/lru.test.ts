import { expect, it } from 'vitest';
import { ByteLru } from '../../kong/llm/lru.ts';

/** What one value takes beside its bytes. */
const OVERHEAD = 150;

function lru(room: number) {
  const gone: string[] = [];
  const kept = new ByteLru<string>(room * (10 + OVERHEAD), (key) => gone.push(key));
  const put = (key: string): void => kept.set(key, `value of ${key}`, 10);
  return { kept, put, gone };
}

it('what was used longest ago makes room', () => {
  const { kept, put, gone } = lru(3);
  for (const key of ['a', 'b', 'c']) put(key);
  kept.get('a');
  put('b');
  put('d');
  expect(gone).toEqual(['c']);
  put('e');
  put('f');
  expect(gone).toEqual(['c', 'a', 'b']);
  expect([...kept.values()]).toEqual(['value of d', 'value of e', 'value of f']);
});

it('goes on after it was empty, and after it was given less room and more', () => {
  const { kept, put, gone } = lru(2);
  for (let round = 0; round < 3; round += 1) {
    for (const key of ['a', 'b', 'c']) put(key);
    kept.resize(0);
    expect([kept.size, kept.bytes]).toEqual([0, 0]);
    kept.resize(2 * (10 + OVERHEAD));
  }
  expect(gone).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c']);
  put('d');
  kept.delete('d');
  put('e');
  put('f');
  put('g');
  expect([...kept.values()]).toEqual(['value of f', 'value of g']);
});

it('is the same as a list that is searched, for any order of uses', () => {
  const { kept, put, gone } = lru(5);
  const list: string[] = [];
  let seed = 7;
  const next = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  for (let i = 0; i < 5000; i += 1) {
    const key = `k${next(9)}`;
    const at = list.indexOf(key);
    const action = next(4);
    if (action === 0) {
      kept.delete(key);
      if (at >= 0) list.splice(at, 1);
    } else if (action === 1) {
      expect(kept.get(key)).toBe(at < 0 ? undefined : `value of ${key}`);
      if (at >= 0) list.push(...list.splice(at, 1));
    } else {
      gone.length = 0;
      put(key);
      if (at >= 0) list.splice(at, 1);
      list.push(key);
      expect(gone).toEqual(list.length > 5 ? [list.shift()] : []);
    }
    expect([...kept.values()]).toEqual(list.map((one) => `value of ${one}`));
  }
});

it('does not keep what is larger than all its room, nor what that replaced, and nothing else has to go', () => {
  const { kept, put, gone } = lru(2);
  put('a');
  put('b');
  kept.set('c', 'large', 1_000);
  expect([kept.get('c'), kept.size, gone]).toEqual([undefined, 2, []]);
  kept.set('a', 'large', 1_000);
  expect([kept.get('a'), [...kept.values()], gone]).toEqual([undefined, ['value of b'], []]);
});
