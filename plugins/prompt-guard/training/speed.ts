// `npm run guard:speed`: what checking a prompt costs, by its size, on texts of our own.
import { Detector } from '../detect/detector.ts';
import { FAMILIES } from '../detect/families.ts';
import { randomOf } from './grammar.ts';
import { ownExamples } from './own.ts';

const SIZES_KB = [2, 32, 256, 1024];
/** At least so many prompts of each size, and at most so much text. */
const LEAST = 20;
const MOST_KB = 6000;

const detector = new Detector(FAMILIES);
const texts = ownExamples()
  .filter(({ attack }) => !attack)
  .map(({ text }) => text);
const random = randomOf(99);

function promptOf(chars: number): string {
  let prompt = '';
  while (prompt.length < chars) prompt += `${texts[Math.floor(random() * texts.length)]!} `;
  return prompt.slice(0, chars);
}

for (let i = 0; i < 150; i++) await detector.find(promptOf(2048));
process.stdout.write('size      CPU per KB   time p50   time p99   turns given\n');
for (const kb of SIZES_KB) {
  const prompts = Array.from({ length: Math.max(LEAST, Math.min(400, Math.floor(MOST_KB / kb))) }, () =>
    promptOf(kb * 1024),
  );
  const times: number[] = [];
  let turns = 0;
  const cpu = process.cpuUsage();
  for (const prompt of prompts) {
    const began = performance.now();
    await detector.find(prompt, () => {
      turns += 1;
    });
    times.push(performance.now() - began);
  }
  const { user } = process.cpuUsage(cpu);
  times.sort((a, b) => a - b);
  const at = (share: number): string =>
    `${times[Math.min(times.length - 1, Math.floor(times.length * share))]!.toFixed(1)} ms`;
  const cells = [
    `${kb} KB`,
    `${(user / (kb * prompts.length)).toFixed(0)} µs`,
    at(0.5),
    at(0.99),
    (turns / prompts.length).toFixed(0),
  ];
  process.stdout.write(`${cells.map((cell, i) => cell.padEnd([10, 13, 11, 11, 4][i]!)).join('')}\n`);
}
