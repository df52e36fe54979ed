// How well a model does on sources that it has not seen, as people read it.
import { isHard } from './fit.ts';
import { type HeldOut, placeOf } from './validate.ts';

/** How many of each kind, place and family are over the threshold. */
export function report(all: readonly HeldOut[], threshold: number): string {
  const rows = new Map<string, { n: number; over: number }>();
  for (const { one, z } of all) {
    const kind = one.example.attack ? 'attack' : isHard(one) ? 'hard benign' : 'benign';
    for (const key of [`${kind}`, `${kind} ${placeOf(one.example.source)} ${one.example.family}`]) {
      const row = rows.get(key) ?? { n: 0, over: 0 };
      rows.set(key, { n: row.n + 1, over: row.over + (z >= threshold ? 1 : 0) });
    }
  }
  const lines = [...rows]
    .sort()
    .map(([key, { n, over }]) => `${key}: ${over} of ${n} (${((100 * over) / n).toFixed(2)} %)\n`);
  return `threshold (log-odds): ${threshold.toFixed(3)}\n${lines.join('')}`;
}

/** Attacks under the threshold, and harmless texts over it or just below. */
export function misses(all: readonly HeldOut[], threshold: number): string {
  return all
    .filter(({ one, z }) => (one.example.attack ? z < threshold : z >= threshold - 1))
    .map(({ one: { example }, z }) => {
      const { attack, text, source } = example;
      return `${attack ? 'MISS' : 'FP  '} ${z.toFixed(2)} ${source.slice(0, 30)} ${JSON.stringify(text.slice(0, 260))}\n`;
    })
    .join('');
}
