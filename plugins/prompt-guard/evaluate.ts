// Measures the guard on a file of examples, as it would judge each as a user's prompt: rules and detector, without the
// services that a config names.
import { parseConfig } from '../../kong/schema/index.ts';
import { promptChecks } from './compiled.ts';
import { type PromptGuardConfig, promptGuardConfig } from './config.ts';
import { PIECE_CHARS } from './detect/detector.ts';
import { checkText } from './text-check.ts';
import { Turns } from './turns.ts';
import { blocks } from './verdict.ts';

export interface EvalRow {
  /** From 1, in the file. */
  line: number;
  id: string | undefined;
  text: string;
  label: 'attack' | 'benign' | undefined;
  family: string | undefined;
}

export interface EvalVerdict {
  line: number;
  id: string | undefined;
  blocked: boolean;
  /** Of the detector, 0..1; 1 when only a rule matched. */
  score: number;
  /** Of the detector, or the id of the rule. Absent when nothing was found. */
  family: string | undefined;
}

/** @throws Error naming the line that is not as documented */
export function readRows(jsonl: string): EvalRow[] {
  return jsonl.split('\n').flatMap((source, i) => {
    if (source.trim() === '') return [];
    const line = i + 1;
    const { text, id, label, family } = parseLine(source, line);
    if (typeof text !== 'string') throw new Error(`line ${line}: text must be a string`);
    if (label !== undefined && label !== null && label !== 'attack' && label !== 'benign') {
      throw new Error(`line ${line}: label must be attack or benign`);
    }
    return [
      {
        line,
        text,
        id: typeof id === 'string' || typeof id === 'number' ? String(id) : undefined,
        label: label ?? undefined,
        family: typeof family === 'string' ? family : undefined,
      },
    ];
  });
}

function parseLine(source: string, line: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(source);
    if (value !== null && typeof value === 'object') return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new Error(`line ${line}: not a JSON object`);
}

/** @param raw the plugin's `config`, as in a decK file; undefined = the default settings. */
export function evalConfig(raw: unknown): PromptGuardConfig {
  const entry = (raw ?? {}) as Record<string, unknown>;
  return parseConfig(promptGuardConfig, (entry.config ?? entry) as Record<string, unknown>);
}

/** Judges one text. */
export type Judge = (row: Pick<EvalRow, 'line' | 'id' | 'text'>) => Promise<EvalVerdict>;

export function judgeOf(config: PromptGuardConfig): Judge {
  const check = promptChecks(config).get('user');
  if (!check) throw new Error('this config does not check the texts of users');
  return async ({ line, id, text }) => {
    if (text.length > config.max_chars && config.oversize === 'block') {
      return { line, id, blocked: true, score: 1, family: 'oversize' };
    }
    const { matches, worst } = await checkText(cut(text, config.max_chars), 'request', check, new Turns());
    const blocking = blocks(matches);
    const rule = matches.find(({ rule }) => !rule.startsWith('injection.'))?.rule;
    const found = blocking?.rule.startsWith('injection.') ? worst?.family : (rule ?? worst?.family);
    const score = blocking && blocking.score === undefined ? 1 : (worst?.score ?? 0);
    const family = matches.length > 0 || score >= 0.01 ? found : undefined;
    return { line, id, blocked: blocking !== undefined, score: Math.round(score * 1e4) / 1e4, family };
  };
}

function cut(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return text.slice(0, Math.ceil(maxChars / 2)) + text.slice(-Math.floor(maxChars / 2));
}

export interface Timing {
  microsPerKb: number;
  kb: number;
}

/** Passes over the first rows after which the engine has compiled what there is to compile. */
const WARM_UP_PASSES = 4;

/** CPU of the process so far: neighbours do not count. In ms. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Judges all rows, one after the other. @param now ms */
export async function judgeAll(
  rows: readonly EvalRow[],
  judge: Judge,
  now: () => number = cpuTime,
): Promise<{ verdicts: EvalVerdict[]; timing: Timing }> {
  // The first texts warm the engine up; they are judged again.
  const first = rows.slice(0, 300).filter(({ text }) => text.length < PIECE_CHARS);
  for (let i = 0; i < WARM_UP_PASSES; i++) for (const row of first) await judge(row);
  const verdicts: EvalVerdict[] = [];
  const kb = rows.reduce((sum, { text }) => sum + text.length, 0) / 1024;
  const began = now();
  for (const row of rows) verdicts.push(await judge(row));
  return { verdicts, timing: { microsPerKb: kb === 0 ? 0 : ((now() - began) * 1000) / kb, kb } };
}
