// What an expression cannot match without ("password", "(at)"): the signs of all expressions are looked for in one pass,
// and an expression none of whose signs is there is not run. One pass instead of a search for each sign halves the time
// that an ordinary text takes.

/** A list of signs: one bit. */
export type Signs = number;

/** What is looked up is the last three units; with five bits of each, capitals and small letters are the same. */
const UNITS = 3;
const KEYS = 1 << (5 * UNITS);
const nextKey = (key: number, unit: number): number => ((key << 5) | (unit & 31)) & (KEYS - 1);

/** By key: the lists that may have a sign that begins so. */
const maybe = new Uint16Array(KEYS);
const byKey = new Map<number, { sign: string; list: Signs }[]>();
const MAX_LISTS = 16;
let lists = 0;

/** @param signs of three units or more, in small letters */
export function signsOf(...signs: string[]): Signs {
  if (lists === MAX_LISTS) throw new Error('too many lists of signs');
  const list = 1 << lists++;
  for (const sign of signs) {
    const key = keyOf(sign);
    if (keyOf(sign.toUpperCase()) !== key) throw new Error(`a sign that is not found in capitals: ${sign}`);
    maybe[key]! |= list;
    byKey.set(key, [...(byKey.get(key) ?? []), { sign, list }]);
  }
  return list;
}

function keyOf(sign: string): number {
  if (sign.length < UNITS) throw new Error(`a sign that is too short: ${sign}`);
  let key = 0;
  for (let at = 0; at < UNITS; at++) key = nextKey(key, sign.charCodeAt(at));
  return key;
}

/** The lists that have a sign in the text. */
export function signsIn(units: Uint16Array, lower: string): Signs {
  let found = 0;
  let key = 0;
  for (let at = 0; at < units.length; at++) {
    key = nextKey(key, units[at]!);
    if ((maybe[key]! & ~found) === 0) continue;
    for (const { sign, list } of byKey.get(key)!) {
      if ((found & list) === 0 && lower.startsWith(sign, at + 1 - UNITS)) found |= list;
    }
  }
  return found;
}
