// Time grows with the length of a text and no faster, whatever is in it, and others get their turns meanwhile.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { packagePath } from '../../../kong/root.ts';
import { Detector } from '../../../plugins/pii-redact/detect/detector.ts';
import { WINDOW, windowsOf } from '../../../plugins/pii-redact/detect/windows.ts';
import { Pace } from '../../../plugins/pii-redact/pace.ts';
import { ADVERSARIAL } from './corpus/adversarial.ts';
import { labelledRows } from './corpus/labelled.ts';
import { NEGATIVE } from './corpus/negative.ts';
import { contentOf, piiRelay, says } from './stage.ts';

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
  const text = `${'word '.repeat(WINDOW / 5 - 20)}${key} ${'more '.repeat(WINDOW)}`;
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
  for (let lead = WINDOW - 36; lead < WINDOW + 14; lead++) {
    const text =
      `${'x'.repeat(40)} `.repeat(WINDOW / 40).slice(0, lead) +
      ` john.doe@example.com and +1 212 555 0100 ${'tail '.repeat(600)}`;
    expect(
      detector.find(text).map(({ type }) => type),
      String(lead),
    ).toEqual(['EMAIL_ADDRESS', 'PHONE_NUMBER']);
  }
});

it.each(labelledRows(20, 1).map(({ text }) => [text]))('a border in it changes nothing: %s', (row) => {
  const filler = 'word ';
  const tail = filler.repeat(400);
  const foundBehind = (words: number): unknown =>
    detector
      .find(`${filler.repeat(words)}${row} ${tail}`)
      .map(({ start, end, ...rest }) => ({ ...rest, at: start - 5 * words, length: end - start }));
  const elsewhere = foundBehind(400);
  const border = Math.floor(WINDOW / filler.length);
  for (let words = border - Math.ceil(row.length / filler.length) - 1; words <= border + 1; words++)
    expect(foundBehind(words), String(words)).toEqual(elsewhere);
});

/**
 * CPU of each unit of work: what lies between two turns that others get, from the first turn on (what comes
 * before is the relay's reading). The same request has the same units, so the shortest over the rounds is what a unit
 * takes by itself: collecting garbage and a busy machine only add to it, now here, now there.
 */
class Units {
  private readonly shortest: number[] = [];
  private from: NodeJS.CpuUsage | undefined;
  private at = 0;

  /** @param request gets a function to call where the work has ended */
  async round(request: (stop: () => void) => Promise<unknown>): Promise<void> {
    this.at = 0;
    this.from = undefined;
    const rest = vi.spyOn(Pace.prototype, 'rest').mockImplementation(async () => {
      this.lap();
      await new Promise((resume) => setImmediate(resume));
      this.from = process.cpuUsage();
    });
    // Every unit is followed by a turn here.
    const due = vi.spyOn(Pace.prototype, 'due', 'get').mockReturnValue(true);
    await request(() => {
      this.lap();
      this.from = undefined;
    });
    due.mockRestore();
    rest.mockRestore();
  }

  private lap(): void {
    if (!this.from) return;
    const { user, system } = process.cpuUsage(this.from);
    this.shortest[this.at] = Math.min(this.shortest[this.at] ?? Number.POSITIVE_INFINITY, user + system);
    this.at += 1;
  }

  get count(): number {
    return this.shortest.length;
  }

  /** The longest one's share of all the work: milliseconds would be the machine's. */
  get longest(): number {
    return Math.max(...this.shortest) / this.shortest.reduce((sum, one) => sum + one, 0);
  }
}

const ROUNDS = 3;
/** Of the work on 150 to 300 KB in one unit; 2 to 3 hundredths are usual. A slice is a millisecond and one unit more. */
const MOST = 1 / 12;

describe('a long text gives others their turns:', () => {
  const personal = Array.from(
    { length: 2_000 },
    (_, i) => `u${i}@example.com and 212-555-${String(i).padStart(4, '0')}`,
  );
  const prose = `${ordinary} call +1 212 555 0100 or mail jo@example.com. `.repeat(25);
  const many = `${personal.join(', ')}. ${prose}`;
  const json = JSON.stringify({
    rows: personal.slice(0, 500).map((value, id) => ({ id, value, n: 1_000_000 + id })),
  });
  const user = (content: string) => ({ role: 'user', content });

  it.each([
    ['prose', {}, [user(prose)]],
    ['thousands of findings', {}, [user(many)]],
    ['thousands of hashes', { action: 'hash', secret: 'k' }, [user(many)]],
    ['thousands of made-up values', { action: 'synthetic', secret: 'k' }, [user(many)]],
    ['JSON of a tool', {}, [user('go'), { role: 'tool', tool_call_id: 'c', content: json }]],
    ['what looks like placeholders', {}, [user(`${'a_1 B_2 '.repeat(30_000)} jo@example.com`)]],
  ])('%s', { timeout: 60_000 }, async (_name, config, messages) => {
    const units = new Units();
    for (let round = 0; round < ROUNDS; round++) {
      await units.round(async (stop) => {
        const relay = await piiRelay(
          config,
          says(() => 'ok'),
          stop,
        );
        const response = await relay.post('/v1/chat/completions', { model: 'm', messages });
        expect(response.status).toBe(200);
      });
    }
    expect(units.count).toBeGreaterThan(100);
    expect(units.longest).toBeLessThan(MOST);
  });

  it('an answer that gives all back', { timeout: 60_000 }, async () => {
    const units = new Units();
    for (let round = 0; round < ROUNDS; round++) {
      await units.round(async () => {
        const relay = await piiRelay(
          {},
          says((contents) => contents.at(-1)!),
        );
        const response = await relay.chat(many);
        expect(await contentOf(response)).toBe(many);
      });
    }
    expect(units.longest).toBeLessThan(MOST);
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
