// Scoring of labelled texts, the command's files, and floors under what the labelled corpus gives.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { packagePath } from '../../../kong/root.ts';
import { fieldTable } from '../../../kong/schema/index.ts';
import { piiRedactConfig } from '../../../plugins/pii-redact/config.ts';
import { Detector } from '../../../plugins/pii-redact/detect/detector.ts';
import { ENTITIES, typeByName, typesOfLabel } from '../../../plugins/pii-redact/entities.ts';
import { reportOf } from '../../../plugins/pii-redact/eval/report.ts';
import { evaluate } from '../../../plugins/pii-redact/eval/run.ts';
import { overlapScores, Scorer, strictScores } from '../../../plugins/pii-redact/eval/score.ts';
import { redactText } from '../../../plugins/pii-redact/index.ts';
import { labelledRows } from './corpus/labelled.ts';

const detector = new Detector();

function file(rows: unknown[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'pii-eval-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'rows.jsonl');
  writeFileSync(path, rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'));
  return path;
}

describe('scores', () => {
  const found = (start: number, end: number, type = 'EMAIL_ADDRESS') => ({ start, end, type, score: 1 });

  it('tell the same place from an overlap', () => {
    const scorer = new Scorer();
    scorer.add(
      [
        { start: 0, end: 5, type: 'EMAIL' },
        { start: 10, end: 15, type: 'EMAIL' },
      ],
      [found(0, 5), found(11, 15), found(20, 25)],
    );
    const micro = scorer.scores().get('micro')!;
    expect(strictScores(micro)).toEqual({ precision: 1 / 3, recall: 1 / 2, f1: 0.4 });
    expect(overlapScores(micro)).toEqual({ precision: 2 / 3, recall: 1, f1: 0.8 });
  });

  it('leave out what no row labels and what we have no name for', () => {
    const scorer = new Scorer();
    scorer.add(
      [
        { start: 0, end: 5, type: 'email' },
        { start: 6, end: 9, type: 'FAVOURITE_COLOUR' },
      ],
      [found(0, 5), found(6, 9, 'PERSON')],
    );
    expect(strictScores(scorer.scores().get('micro')!)).toEqual({ precision: 1, recall: 1, f1: 1 });
    expect([...scorer.unlabelled]).toEqual([['PERSON', 1]]);
  });

  it('take names that others use', () => {
    for (const name of ['email', 'EMAIL', 'Email-Address', 'EMAIL_ADDRESS'])
      expect(typeByName(name)).toBe('EMAIL_ADDRESS');
    expect(typeByName('US_DRIVER_LICENSE')).toBe('DRIVER_LICENSE');
    expect(typesOfLabel('NATIONAL_ID')?.('BR_CPF')).toBe(true);
    expect(typesOfLabel('NATIONAL_ID')?.('EMAIL_ADDRESS')).toBe(false);
  });

  it.each([
    ['ID_NUMBER', ['BR_CPF', 'PASSPORT', 'DRIVER_LICENSE'], ['EMAIL_ADDRESS', 'VAT_NUMBER']],
    ['id-card', ['BR_CPF', 'PASSPORT'], ['DRIVER_LICENSE']],
    ['TaxNumber', ['BR_CPF', 'VAT_NUMBER'], ['PASSPORT']],
    ['CREDENTIALS', ['PASSWORD', 'API_KEY', 'PRIVATE_KEY'], ['PERSON']],
    ['API KEY', ['API_KEY', 'SECRET', 'JWT'], ['PASSWORD']],
    ['E-Mail', ['EMAIL_ADDRESS'], ['PERSON']],
  ])('take %s for several types', (label, ours, others) => {
    const counts = typesOfLabel(label)!;
    expect(ours.filter(counts)).toEqual(ours);
    expect(others.filter(counts)).toEqual([]);
  });

  it('of nothing that was labelled are none, and what has no name here is said', () => {
    const scorer = new Scorer();
    expect(reportOf({ rows: 2, labelledRows: 0, found: 3, scorer } as never)).toBe(
      '2 rows, 0 of them labelled, 3 findings\n',
    );
    scorer.add([{ start: 6, end: 9, type: 'FAVOURITE_COLOUR' }], [found(0, 5, 'PERSON')]);
    const text = reportOf({ rows: 1, labelledRows: 1, found: 1, scorer } as never);
    expect(text).toContain('No entity of this name, and not in micro: FAVOURITE_COLOUR.');
    expect(text).toContain('Found, but labelled in no row (not scored): PERSON (1).');
    expect(text).toMatch(/FAVOURITE_COLOUR +1 +0 +0\.000 +0\.000/);
  });
});

describe('files', () => {
  it('spans of every row are written, in UTF-16 offsets, labelled or not', async () => {
    const path = file([
      { text: '👋 a@example.com', spans: [{ start: 3, end: 16, type: 'EMAIL' }] },
      '',
      { text: 'none' },
    ]);
    const result = await evaluate(detector, path, `${path}.out`);
    expect(
      readFileSync(`${path}.out`, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { line: 1, spans: [{ start: 3, end: 16, type: 'EMAIL_ADDRESS', score: 0.95 }] },
      { line: 3, spans: [] },
    ]);
    expect(reportOf(result)).toMatch(/^2 rows, 1 of them labelled, 1 findings\n[\s\S]*\nmicro +1 +1 +1\.000/);
  });

  it.each([
    ['{"text":', 'line 1: not JSON'],
    ['{"a":1}', 'line 1: no text'],
    ['{"text":"x","spans":[{}]}', 'line 1: spans'],
  ])('%s is refused by its line', async (row, message) => {
    await expect(evaluate(detector, file([row]))).rejects.toThrow(message);
  });
});

it('of the labelled corpus nearly all is found, and nearly nothing else', () => {
  const scorer = new Scorer();
  for (const { text, spans } of labelledRows(20_260_101, 5)) scorer.add(spans, detector.find(text));
  const scores = scorer.scores();
  const { precision, recall } = strictScores(scores.get('micro')!);
  expect(precision).toBeGreaterThan(0.98);
  expect(recall).toBeGreaterThan(0.98);
  expect(strictScores(scores.get('PHONE_NUMBER')!).f1).toBeGreaterThan(0.95);
});

it('a text for a log is redacted without a way back', () => {
  expect(redactText('mail a@example.com, twice a@example.com, call +1 212 555 0100')).toBe(
    'mail <EMAIL>, twice <EMAIL>, call <PHONE>',
  );
});

describe('the README', () => {
  const readme = readFileSync(packagePath('plugins', 'pii-redact', 'README.md'), 'utf8');

  it('has the fields as they are', () => {
    expect(readme).toContain(fieldTable(piiRedactConfig).trim());
  });

  it('has every entity', () => {
    for (const { type, label } of ENTITIES) expect(readme).toContain(`| \`${type}\` | \`<${label}_1>\` |`);
  });
});
