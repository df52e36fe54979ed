import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { guardEvalCommand } from '../../../kong/commands/guard-eval.ts';
import { evalConfig, judgeAll, judgeOf } from '../../../plugins/prompt-guard/evaluate.ts';
import { ATTACK } from './guard.ts';

let folder: string;
let printed: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guard-eval-'));
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

async function evaluate(rows: unknown[], ...args: string[]): Promise<Record<string, unknown>[]> {
  const file = join(folder, 'in.jsonl');
  const out = join(folder, 'out.jsonl');
  writeFileSync(file, rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'));
  await guardEvalCommand().parseAsync(['node', 'guard-eval', file, '--verdicts', out, ...args]);
  return readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

it('prints recall by family beside the false positives, and the worst cases by id', async () => {
  await evaluate([
    { id: 'a1', text: ATTACK, label: 'attack', family: 'direct' },
    { id: 'a2', text: 'What a nice day', label: 'attack', family: 'odd' },
    { id: 'b1', text: 'How do I cook rice?', label: 'benign', family: 'chat' },
    { id: 'b2', text: ATTACK, label: 'benign', family: 'chat' },
  ]);
  expect(printed).toMatch(/recall +50\.00 % \(1 of 2\) +at false positives 50\.00 % \(1 of 2\)/);
  expect(printed).toMatch(/direct +100\.00 %/);
  expect(printed).toMatch(/odd +0\.00 %/);
  expect(printed).toMatch(/a2/);
  expect(printed).toMatch(/b2/);
  expect(printed).toMatch(/µs of CPU per KB/);
  expect(printed).not.toContain('instructions');
});

it('writes a verdict per row, blank lines counted, labelled or not', async () => {
  const verdicts = await evaluate([{ text: ATTACK }, '', { id: 7, text: 'How do I cook rice?' }]);
  expect(verdicts).toMatchObject([
    { line: 1, blocked: true, score: expect.closeTo(1, 1), family: 'override' },
    { line: 3, id: '7', blocked: false },
  ]);
  expect(verdicts[1]!.score).toBeLessThan(0.5);
});

it('takes another config, as YAML or as a decK entry', async () => {
  const config = join(folder, 'guard.yaml');
  writeFileSync(
    config,
    'name: prompt-guard\nconfig:\n  injection: {enabled: false}\n  deny: [{id: rice, phrase: rice}]\n',
  );
  const verdicts = await evaluate([{ text: ATTACK }, { text: 'How do I cook rice?' }], '--config', config);
  expect(verdicts).toMatchObject([{ blocked: false }, { blocked: true, score: 1, family: 'rice' }]);
});

it('names the line that it cannot read', async () => {
  await expect(evaluate([{ text: 'a' }, '{nope'])).rejects.toThrow('line 2');
  await expect(evaluate([{ text: 5 }])).rejects.toThrow('line 1: text');
  await expect(evaluate([{ text: 'a', label: 'evil' }])).rejects.toThrow('label');
});

it('a text that is longer than is looked at is blocked, or looked at from both its ends, as in a request', async () => {
  const long = `${'The weather was fine and we went for a walk. '.repeat(200)}${ATTACK}`;
  const judge = (oversize: string, text: string) =>
    judgeOf(evalConfig({ max_chars: 1_000, oversize }))({ line: 1, id: undefined, text });
  expect(await judge('block', long)).toMatchObject({ blocked: true, score: 1, family: 'oversize' });
  expect(await judge('scan_head_tail', long)).toMatchObject({ blocked: true, family: 'override' });
  expect(
    await judge('scan_head_tail', 'The weather was fine and we went for a walk. '.repeat(200)),
  ).toMatchObject({ blocked: false });
});

it('a config that looks at no text of users has nothing to judge', () => {
  expect(() => judgeOf(evalConfig({ roles: ['system'] }))).toThrow(
    'this config does not check the texts of users',
  );
});

it('of no texts there is no time per KB', async () => {
  expect(await judgeAll([], judgeOf(evalConfig(undefined)))).toEqual({
    verdicts: [],
    timing: { microsPerKb: 0, kb: 0 },
  });
});

it('rows without an id are named by their line, and families are in order', async () => {
  await evaluate([
    { text: 'What a nice day', label: 'attack', family: 'zeta' },
    { text: 'What a nice morning', label: 'attack', family: 'alpha' },
    { text: 'What a nice evening', label: 'attack' },
  ]);
  expect(printed).toMatch(/alpha[\s\S]*no family[\s\S]*zeta/);
  expect(printed).toContain('line 3');
});
