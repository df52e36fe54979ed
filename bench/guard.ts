// `npm run guard:speed`: what prompt-guard costs, by the size of a prompt, rules alone, and per piece of a streamed
// answer. CPU time of the process; the least of several rounds where a mean would measure the neighbours.

import type { TextKind } from '../kong/llm/format.ts';
import { openaiChat } from '../kong/llm/formats/openai-chat/format.ts';
import { SseEvent } from '../kong/llm/sse.ts';
import { editStream } from '../kong/llm/stream-edit.ts';
import type { Exchange } from '../kong/relay/exchange.ts';
import { AnswerEditor, paceOf } from '../plugins/prompt-guard/answer-editor.ts';
import type { Compiled } from '../plugins/prompt-guard/compiled.ts';
import { Detector, PIECE_CHARS } from '../plugins/prompt-guard/detect/detector.ts';
import { FAMILIES } from '../plugins/prompt-guard/detect/families.ts';
import type { Outcomes } from '../plugins/prompt-guard/outcome.ts';
import { TextRules } from '../plugins/prompt-guard/rules/text-rules.ts';
import { checkText, type TextCheck } from '../plugins/prompt-guard/text-check.ts';
import { randomOf } from '../plugins/prompt-guard/training/grammar.ts';
import { ownExamples } from '../plugins/prompt-guard/training/own.ts';
import { Turns } from '../plugins/prompt-guard/turns.ts';

const SIZES_KB = [2, 32, 256, 1024];
const ROUNDS = 7;
/** Text of one round, at least one prompt of each size. */
const KB_PER_ROUND = 1024;

const random = randomOf(99);
const texts = ownExamples().filter(({ family }) => family === 'everyday');
const english = texts.filter(({ text }) => /^[\0-\x7f]*$/.test(text));

function promptOf(chars: number, from = texts): string {
  let prompt = '';
  while (prompt.length < chars) prompt += `${from[Math.floor(random() * from.length)]!.text} `;
  return prompt.slice(0, chars);
}

/** In µs. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

const injection = {
  threshold: 0.5,
  action: 'block',
  message: undefined,
  detector: new Detector(FAMILIES),
} as const;
const patterns = Array.from({ length: 20 }, (_, i) => ({
  pattern: [`(?i)project-${i}\\d{2,9}`, `\\b[A-Z]{2}${i}\\d{4}-\\d{2}\\b`, `(alpha|beta)${i}.{0,20}gamma`][
    i % 3
  ]!,
}));
const phrases = Array.from({ length: 20 }, (_, i) => ({ phrase: `blue falcon ${i} rising` }));
const asRules = (rules: object[], normalise: boolean) =>
  new TextRules(
    rules.map((rule, i) => ({ id: `r${i}`, target: 'both', action: 'block', ...rule }) as never),
    normalise,
  ) as TextCheck['rules'];
const none = asRules([], true);
const CHECKS: [name: string, check: TextCheck][] = [
  ['detector', { rules: none, injection }],
  ['20 patterns', { rules: asRules(patterns, false), injection: undefined }],
  ['20 patterns, disguises read', { rules: asRules(patterns, true), injection: undefined }],
  [
    '20 patterns and 20 phrases, disguises read',
    { rules: asRules([...patterns, ...phrases], true), injection: undefined },
  ],
  ['all of it', { rules: asRules([...patterns, ...phrases], true), injection }],
];

async function prompts(name: string, check: TextCheck, kb: number, from = texts): Promise<void> {
  const count = Math.max(1, KB_PER_ROUND / kb);
  const rounds: number[] = [];
  const single: number[] = [];
  let turns = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const all = Array.from({ length: count }, () => promptOf(kb * 1024, from));
    const began = cpu();
    for (const prompt of all) {
      const before = performance.now();
      const given = new Turns();
      await checkText(prompt, 'request', check, given);
      turns = given.count;
      single.push(performance.now() - before);
    }
    rounds.push((cpu() - began) / (kb * count));
  }
  single.sort((a, b) => a - b);
  const at = (share: number): string => `${single[Math.floor((single.length - 1) * share)]!.toFixed(2)} ms`;
  row([`${kb} KB, ${name}`, `${Math.min(...rounds).toFixed(1)} µs`, at(0.5), at(0.99), String(turns)]);
}

/** CPU for one piece of a streamed answer, some four characters as providers send them. */
function stream(name: string, check: TextCheck | undefined): void {
  const pieces = promptOf(40_000, english).match(/.{1,4}/gs)!;
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const events = pieces.map((content) =>
      SseEvent.ofJson({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }),
    );
    const transform = check && editStream(openaiChat, ({ channel, kind }) => editorOf(check, channel, kind));
    const sink = { event: () => {}, end: () => {}, fail: (error: Error) => fail(error) };
    const began = cpu();
    for (const event of events) transform?.event(event, sink);
    rounds.push((cpu() - began) / pieces.length);
  }
  row([`stream, ${name}`, `${Math.min(...rounds).toFixed(2)} µs per piece`]);
}

function editorOf(text: TextCheck, channel: string, kind: TextKind): AnswerEditor {
  const compiled = { response: { text, allow: none, semanticAllow: undefined } } as unknown as Compiled;
  const outcomes = { of: () => undefined } as unknown as Outcomes;
  return new AnswerEditor({
    compiled,
    outcomes,
    exchange: {} as Exchange,
    pace: paceOf(text, 400),
    channel,
    kind,
  });
}

function fail(error: Error): never {
  throw error;
}

function row(cells: string[]): void {
  process.stdout.write(
    `${cells
      .map((cell, i) => cell.padEnd(i === 0 ? 54 : 14))
      .join('')
      .trimEnd()}\n`,
  );
}

/** The longest that the event loop is kept. */
function longestGo(): void {
  const { detector } = injection;
  const all: number[] = [];
  for (let i = 0; i < 300; i++) {
    const piece = promptOf(PIECE_CHARS);
    const began = cpu();
    detector.findInPiece(piece);
    all.push(cpu() - began);
  }
  all.sort((a, b) => a - b);
  row([`one go of ${PIECE_CHARS} characters`, `${all[150]} µs`, `${all[297]} µs (p99)`]);
}

for (let i = 0; i < 200; i++) injection.detector.findInPiece(promptOf(4096));
row(['', 'CPU per KB', 'time p50', 'time p99', 'turns given']);
for (const kb of SIZES_KB) await prompts('detector', CHECKS[0]![1], kb);
await prompts('detector, ASCII', CHECKS[0]![1], 32, english);
for (const [name, check] of CHECKS.slice(1)) await prompts(name, check, 32, english);
longestGo();
stream('nothing looks at it', undefined);
for (const [name, check] of CHECKS) stream(name, check);
