import { readFileSync, statSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { packagePath } from '../../../kong/root.ts';
import { Detector, PIECE_CHARS } from '../../../plugins/prompt-guard/detect/detector.ts';
import { FAMILIES } from '../../../plugins/prompt-guard/detect/families.ts';
import { TextRules } from '../../../plugins/prompt-guard/rules/text-rules.ts';
import { GO_CHARS } from '../../../plugins/prompt-guard/turns.ts';
import { ATTACK, startGuard } from './guard.ts';

const detector = new Detector(FAMILIES);
const SENTENCES = [
  'The harbour was quiet in the morning, and the boats lay side by side.',
  'In 1911 the town built a new bridge, which was repaired twice.',
  'Prices rose by two percent in the third quarter, the office said.',
  'She put the kettle on and read the letter a second time.',
  'The function returns an array of numbers in ascending order.',
  'Visitors are asked to leave their bags at the entrance.',
  'Rain is expected in the north, with temperatures of ten degrees.',
];
const prose = (chars: number): string => {
  let text = '';
  for (let i = 0; text.length < chars; i++) text += `${SENTENCES[(i * 5 + (i >> 3)) % SENTENCES.length]} `;
  return text.slice(0, chars);
};

it.each([0, 0.37, 0.5, 0.999])('finds an attack in a document of 200 KB, at %f of it', async (where) => {
  const text = prose(200_000);
  const at = Math.floor(text.length * where);
  const found = await detector.find(`${text.slice(0, at)} ${ATTACK} ${text.slice(at)}`);
  expect(found!.score).toBeGreaterThan(0.5);
  expect(found!.start).toBeLessThan(at + ATTACK.length);
  expect(found!.end).toBeGreaterThan(at);
});

it('finds an attack across every border between pieces', async () => {
  const text = prose(3 * PIECE_CHARS);
  for (let at = PIECE_CHARS - 100; at < PIECE_CHARS + 100; at += 9) {
    const found = await detector.find(`${text.slice(0, at)} ${ATTACK} ${text.slice(at)}`);
    expect(found!.score).toBeGreaterThan(0.5);
  }
});

it('does not suspect a long text of being one', async () => {
  expect((await detector.find(prose(400_000)))!.score).toBeLessThan(0.5);
});

it('keeps the event loop for one piece of a prompt of 1 MB at a time, whoever looks at it', async () => {
  const guard = startGuard({ deny: [{ id: 'r', pattern: 'needle\\d+' }], max_chars: 2_000_000 });
  let inOneGo = 0;
  let most = 0;
  let all = 0;
  const look = (piece: string): void => {
    inOneGo += piece.length;
    all += piece.length;
    most = Math.max(most, inOneGo);
  };
  const detect = vi.spyOn(Detector.prototype, 'findInPiece').mockImplementation((piece) => {
    look(piece);
    return undefined;
  });
  const rules = vi.spyOn(TextRules.prototype, 'find').mockImplementation((piece) => {
    look(piece);
    return [];
  });
  let running = true;
  const turn = (): void => {
    inOneGo = 0;
    if (running) setImmediate(turn);
  };
  turn();
  const { passed } = await guard.ask(prose(1_000_000));
  running = false;
  detect.mockRestore();
  rules.mockRestore();
  expect(passed).toBe(true);
  expect(all).toBeGreaterThan(2_000_000);
  expect(most).toBeLessThanOrEqual(GO_CHARS);
});

it.each([
  ['one word', 'a'.repeat(300_000)],
  ['no words', '!'.repeat(300_000)],
  ['brackets', '[{('.repeat(100_000)],
  ['pictures', '![](http://'.repeat(30_000)],
  ['single letters', 'i '.repeat(150_000)],
  ['overrides', 'ignore '.repeat(43_000)],
  ['base64', 'QUJD'.repeat(75_000)],
  ['marks', 'e\u0301\u0302'.repeat(100_000)],
  ['entities', '&#65;'.repeat(60_000)],
  ['new lines', '\n'.repeat(300_000)],
  ['assignments', 'a = "'.repeat(60_000)],
  ['Han', '指令'.repeat(100_000)],
])('ends on hostile texts: %s', async (_name, text) => {
  await detector.find(text);
});

it('over the cap, refuses or looks at both ends', async () => {
  const refusing = startGuard({ max_chars: 10_000 });
  const { error, passed } = await refusing.ask(prose(10_001));
  expect([error?.code, passed]).toEqual(['prompt_rejected', false]);
  const scanning = startGuard({ max_chars: 10_000, oversize: 'scan_head_tail' });
  const long = prose(30_000);
  expect((await scanning.ask(long)).passed).toBe(true);
  expect((await scanning.ask(`${ATTACK} ${long}`)).passed).toBe(false);
  expect((await scanning.ask(`${long} ${ATTACK}`)).passed).toBe(false);
  expect((await scanning.ask(`${long} ${ATTACK} ${long}`)).passed).toBe(true);
});

it('the weights are a file of at most 1 MB', () => {
  const file = packagePath('plugins', 'prompt-guard', 'data', 'model.json');
  expect(statSync(file).size).toBeLessThanOrEqual(1_000_000);
  expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')))).toContain('ngrams');
});
