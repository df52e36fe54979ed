// Time grows with the length of a text and no faster, whatever is in it, and others get their turns meanwhile.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { packagePath } from '../../../kong/root.ts';
import { Detector, Pace } from '../../../plugins/pii-redact/detect/detector.ts';
import { windowsOf } from '../../../plugins/pii-redact/detect/windows.ts';
import { ADVERSARIAL } from './corpus/adversarial.ts';
import { NEGATIVE } from './corpus/negative.ts';

const detector = new Detector();
const ordinary = Object.values(NEGATIVE).flat().join(' ').slice(0, 6_000);

function cost(text: string): number {
  const runs = Array.from({ length: 3 }, () => {
    const from = process.cpuUsage().user;
    detector.find(text);
    return process.cpuUsage().user - from;
  });
  return Math.min(...runs);
}

/** Worst measured: 12 times. An expression that tries again and again takes thousands. */
const FACTOR = 100;

it.each(ADVERSARIAL)('%s cost no more than a hundred times an ordinary text', (_name, text) => {
  expect(cost(text)).toBeLessThan(FACTOR * Math.max(cost(ordinary), 1_000));
});

it('windows cover a text once and keep words and keys whole', () => {
  const key = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQ+/'.repeat(300)}\n-----END PRIVATE KEY-----`;
  const text = `${'word '.repeat(800)}${key} ${'more '.repeat(3_000)}`;
  const windows = [...windowsOf(text)];
  expect(windows[0]!.start).toBe(0);
  expect(windows.at(-1)!.end).toBe(text.length);
  windows.slice(1).forEach((window, i) => {
    expect(window.start).toBe(windows[i]!.end);
  });
  expect(detector.find(text).map(({ type, start, end }) => [type, text.slice(start, end)])).toEqual([
    ['PRIVATE_KEY', key],
  ]);
});

it('what lies across the border of two windows is found once', () => {
  for (let lead = 4_060; lead < 4_110; lead++) {
    const text =
      `${'x'.repeat(40)} `.repeat(100).slice(0, lead) +
      ` john.doe@example.com and +1 212 555 0100 ${'tail '.repeat(600)}`;
    expect(
      detector.find(text).map(({ type }) => type),
      String(lead),
    ).toEqual(['EMAIL_ADDRESS', 'PHONE_NUMBER']);
  }
});

describe('a megabyte', () => {
  const text = `${ordinary} call +1 212 555 0100 or mail jo@example.com. `.repeat(190);

  it('is read in slices: others run in between', async () => {
    let turns = 0;
    let over = false;
    const others = (async () => {
      while (!over) {
        await nextTurn();
        turns += 1;
      }
    })();
    const found = await detector.findSliced(text, new Pace());
    over = true;
    await others;
    expect(text.length).toBeGreaterThan(1_000_000);
    expect(turns).toBeGreaterThan(20);
    expect(found.filter(({ type }) => type === 'EMAIL_ADDRESS')).toHaveLength(190);
  });
});

describe('expressions', () => {
  const folder = packagePath('plugins', 'pii-redact', 'recognisers');
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.ts'));

  /** Quantifiers without a bound, outside of character classes. */
  function unbounded(source: string): string[] {
    const bare = source.replaceAll(/\\./g, '_').replaceAll(/\[[^\]]*\]/g, 'C');
    return bare.match(/[^(|][*+](?![*+])|\{\d+,\}/g) ?? [];
  }

  it.each(files)('of %s that run over a text have bounds', (file) => {
    const source = readFileSync(join(folder, file), 'utf8');
    // Those with the flags g and y run over texts; others look at one short value.
    const global = [
      ...source.matchAll(/(?<==\s*)\/((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/[iu]*[gy][iu]*/g),
    ];
    for (const [, expression] of global) expect(unbounded(expression!), expression).toEqual([]);
  });
});
