// A value with most of its letters and digits covered; separators stay, so that it keeps its shape.

export interface Masking {
  char: string;
  keepFirst: number;
  keepLast: number;
}

const COVERED = /[\p{L}\p{N}]/u;

export function mask(value: string, { char, keepFirst, keepLast }: Masking): string {
  const chars = [...value];
  const places = chars.flatMap((one, at) => (COVERED.test(one) ? [at] : []));
  // What is kept must not be what gives the value away.
  const half = Math.floor(places.length / 2);
  const first = Math.min(keepFirst, half);
  const last = Math.min(keepLast, half - first);
  for (const at of places.slice(first, places.length - last)) chars[at] = char;
  return chars.join('');
}
