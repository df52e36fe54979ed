// Runs the built-in recognisers over a file of texts and scores them where the file has labels.
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import type { Detector } from '../detect/detector.ts';
import { Pace, paced } from '../pace.ts';
import { Scorer, type Span } from './score.ts';

export interface EvalResult {
  rows: number;
  /** Rows that have a `spans` field. */
  labelledRows: number;
  found: number;
  scorer: Scorer;
}

/**
 * @param file JSON Lines: `text`, and `spans: [{start, end, type}]` in UTF-16 offsets where it is labelled
 * @param spansFile gets `{line, spans: [{start, end, type, score}]}` for every row; lines count from 1
 * @throws Error that names the line that is not as it should be
 */
export async function evaluate(detector: Detector, file: string, spansFile?: string): Promise<EvalResult> {
  const out = spansFile === undefined ? undefined : createWriteStream(spansFile);
  const result: EvalResult = { rows: 0, labelledRows: 0, found: 0, scorer: new Scorer() };
  const pace = new Pace();
  let line = 0;
  for await (const json of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    line += 1;
    if (json.trim() === '') continue;
    const { text, spans } = readRow(json, line);
    const found = await paced(detector.finding(text), pace);
    result.rows += 1;
    result.found += found.length;
    if (spans) {
      result.labelledRows += 1;
      result.scorer.add(spans, found);
    }
    out?.write(
      `${JSON.stringify({ line, spans: found.map(({ start, end, type, score }) => ({ start, end, type, score })) })}\n`,
    );
  }
  if (out) {
    out.end();
    await finished(out);
  }
  return result;
}

function readRow(json: string, line: number): { text: string; spans: Span[] | undefined } {
  let row: { text?: unknown; spans?: unknown };
  try {
    row = JSON.parse(json);
  } catch {
    throw new Error(`line ${line}: not JSON`);
  }
  if (typeof row?.text !== 'string') throw new Error(`line ${line}: no text`);
  if (row.spans === undefined || row.spans === null) return { text: row.text, spans: undefined };
  if (!Array.isArray(row.spans) || !row.spans.every(isSpan))
    throw new Error(`line ${line}: spans must be [{start, end, type}]`);
  return { text: row.text, spans: row.spans };
}

function isSpan(value: unknown): value is Span {
  const span = value as Partial<Span> | null;
  return (
    Number.isSafeInteger(span?.start) && Number.isSafeInteger(span?.end) && typeof span?.type === 'string'
  );
}
