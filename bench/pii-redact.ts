// What pii-redact costs: `npx tsc -p tsconfig.bench.json && node dist-bench/bench/pii-redact.js`. CPU time of the process,
// the least of several rounds: whatever else the machine does only adds to it.
import { openaiChat } from '../kong/llm/formats/openai-chat/format.ts';
import { SseEvent } from '../kong/llm/sse.ts';
import { editStream } from '../kong/llm/stream-edit.ts';
import { Vault } from '../plugins/pii-redact/act/vault.ts';
import { textRedactor } from '../plugins/pii-redact/answer-redactor.ts';
import { piiRedactConfig } from '../plugins/pii-redact/config.ts';
import { Detector } from '../plugins/pii-redact/detect/detector.ts';
import { atOnce, Pace, paced, type Work } from '../plugins/pii-redact/pace.ts';
import { restorerFor } from '../plugins/pii-redact/restore/restorer.ts';
import { makeSettings } from '../plugins/pii-redact/settings.ts';

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
const ROUNDS = 40;

/** Least µs of CPU for one of `times` in a row. */
function least(times: number, work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const from = process.cpuUsage();
    for (let i = 0; i < times; i++) work();
    const { user, system } = process.cpuUsage(from);
    best = Math.min(best, (user + system) / times);
  }
  return best;
}

const say = (name: string, µs: number): void => void process.stdout.write(`${name}: ${µs.toFixed(1)} µs\n`);

const TEXTS: [name: string, text: string][] = [
  ['1 KB of prose', of(PROSE, 1024)],
  ['1 KB of code', of(CODE, 1024)],
  ['1 KB of prose with numbers and dates', of(PROSE + NUMBERS, 1024)],
  [
    '1 KB with a card, a phone, an IBAN, a name and a mail in 130 characters',
    of(PROSE + PERSONAL + PROSE, 1024),
  ],
  ['1 KB of nothing but numbers', of(NUMBERS, 1024)],
  ['1 KB of nothing but personal data', of(PERSONAL, 1024)],
];
for (const [, text] of TEXTS) for (let i = 0; i < 300; i++) detector.find(text);
for (const [name, text] of TEXTS)
  say(
    name,
    least(40, () => void detector.find(text)),
  );

// Streams: one event of four characters, as bytes from a provider to the sink behind the plugin.
const settings = makeSettings(piiRedactConfig.parse({ direction: 'both' }));
const vault = new Vault(settings);
for (const [type, value] of [
  ['EMAIL_ADDRESS', 'anna@example.com'],
  ['PERSON', 'Anna Schmidt'],
  ['PHONE_NUMBER', '+49 30 901820'],
] as const)
  vault.replace(type, value);
const restorer = atOnce(restorerFor(vault.restorable));
const count = (): void => {};
const eyes = { detector, settings, vault, count, dryRun: false };

const words = of(`${PROSE}As <EMAIL_1> said: `, 4_096).match(/.{1,4}/gs)!;
const frames = words.map((content) =>
  Buffer.from(
    `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`,
  ),
);

function perEvent(make?: () => ReturnType<typeof editStream>): number {
  return (
    least(4, () => {
      const sink = {
        event(event: SseEvent): void {
          event.toBytes();
        },
        end() {},
        fail() {},
      };
      const transform = make?.();
      for (const frame of frames) {
        const event = SseEvent.fromBytes(frame);
        if (transform) transform.event(event, sink);
        else sink.event(event);
      }
      transform?.end?.(sink);
    }) / frames.length
  );
}

const plain = perEvent();
const restored = perEvent(() =>
  editStream(openaiChat, ({ kind }) => restorer.channel(kind === 'tool_arguments')),
);
const redacted = perEvent(() => editStream(openaiChat, () => textRedactor(eyes)));
say('a stream’s event with restoring, beside passing it on', restored - plain);
say('a stream’s event with redacting, beside passing it on', redacted - plain);

const megabyte = of(PROSE + NUMBERS + CODE + PERSONAL, 1_048_576);
const prose = of(PROSE, 1_048_576);

/** Least ms of CPU for all, and ms of the longest unit that nobody can interrupt, each unit at its shortest. */
async function whole(text: string): Promise<[total: number, unit: number, units: number]> {
  let total = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const from = process.cpuUsage();
    await paced(detector.finding(text), new Pace());
    const { user, system } = process.cpuUsage(from);
    total = Math.min(total, (user + system) / 1_000);
  }
  const shortest: number[] = [];
  for (let round = 0; round < 4; round++) {
    const work: Work<unknown> = detector.finding(text);
    for (let at = 0, done = false; !done; at++) {
      const from = performance.now();
      done = work.next().done ?? false;
      shortest[at] = Math.min(shortest[at] ?? Number.POSITIVE_INFINITY, performance.now() - from);
    }
  }
  return [total, Math.max(...shortest), shortest.length];
}

for (const [name, text] of [
  ['1 MB of prose', prose],
  ['1 MB of all', megabyte],
] as const) {
  const [total, unit, units] = await whole(text);
  process.stdout.write(
    `${name}: ${total.toFixed(0)} ms of CPU in ${units} units, the longest ${unit.toFixed(2)} ms\n`,
  );
}
