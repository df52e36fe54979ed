// What pii-redact's detection costs: `tsc -p tsconfig.bench.json && node dist-bench/bench/pii-redact.js`. CPU time of the
// process, medians; machines differ and neighbours disturb.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Detector } from '../plugins/pii-redact/detect/detector.ts';
import { Pace, paced } from '../plugins/pii-redact/pace.ts';

const PROSE =
  'Please summarise the following meeting notes in three bullet points and suggest next steps for the team. The group talked about the new ' +
  'release, the delay of the second milestone, and how the support queue should be handled during the holidays. Everybody agreed that the ' +
  'documentation needs another round of review before anything is announced, and that two people should own it. ';
const NUMBERS =
  'Order 4711 of 2024-03-01 had 3 items at 12.50 each; version 1.2.3 was deployed at 10:42 and took 345 ms, build 20240301.7, see page 12. ';
const PERSONAL =
  'My name is Anna Schmidt, call +49 30 901820 or mail anna@example.com; card 4000 0000 0000 0002, IBAN DE89 3704 0044 0532 0130 00. ';
const CODE =
  'export async function load(id: number): Promise<Item> { const row = await db.get("items", id); if (!row) throw new Error("none"); return row; }\n';

const of = (text: string, length: number): string =>
  text.repeat(Math.ceil(length / text.length)).slice(0, length);

const detector = new Detector();

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** Microseconds of CPU for one text. */
function cpu(text: string): number {
  const times = Array.from({ length: 25 }, () => {
    const from = process.cpuUsage();
    for (let i = 0; i < 40; i++) detector.find(text);
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 40;
  });
  return median(times);
}

const TEXTS: [name: string, text: string][] = [
  ['1 KB of prose', of(PROSE, 1024)],
  ['1 KB of code', of(CODE, 1024)],
  ['1 KB of prose with numbers and dates', of(PROSE + NUMBERS, 1024)],
  [
    '1 KB with a card, a phone, an IBAN, a name and a mail in 130 characters',
    of(PROSE + PERSONAL + PROSE, 1024),
  ],
  ['1 KB of nothing but personal data', of(PERSONAL, 1024)],
];
for (const [, text] of TEXTS) for (let i = 0; i < 300; i++) detector.find(text);
for (const [name, text] of TEXTS) process.stdout.write(`${name}: ${cpu(text).toFixed(0)} µs\n`);

const megabyte = of(PROSE + NUMBERS + CODE + PERSONAL, 1_048_576);

/** ms of CPU for all, and the longest time that others waited. */
async function sliced(): Promise<[total: number, longest: number]> {
  let longest = 0;
  let over = false;
  const watch = (async () => {
    let last = performance.now();
    while (!over) {
      await nextTurn();
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }
  })();
  const from = process.cpuUsage();
  await paced(detector.finding(megabyte), new Pace());
  const { user, system } = process.cpuUsage(from);
  over = true;
  await watch;
  return [(user + system) / 1000, longest];
}

const runs: [number, number][] = [];
for (let i = 0; i < 7; i++) runs.push(await sliced());
const total = median(runs.map(([ms]) => ms)).toFixed(0);
// The shortest of the longest: other processes of the machine only ever make it longer.
const longest = Math.min(...runs.map(([, ms]) => ms)).toFixed(1);
process.stdout.write(`1 MB of all: ${total} ms of CPU, longest stretch ${longest} ms\n`);
