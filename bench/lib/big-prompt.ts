// A 1 MB prompt through all plugins: how long it takes, and how much later others are answered meanwhile.
import { Agent, request } from 'node:http';
import type { LoadRequest } from './load.ts';
import { chatBody, prompt } from './prompts.ts';
import type { RunningSubject } from './subject.ts';

export interface BigPromptRow {
  name: string;
  /** Milliseconds until the answer; without the other load. */
  alone: number;
  /** Of the small requests, one after the other, in ms: their longest without and with big ones beside them. */
  smallQuiet: number;
  smallBeside: number;
}

/** A guard's `max_chars` is a million. */
const BYTES = 999_800;
const ROUNDS = 15;
/** V8 has compiled what is hot by then. */
const WARM_UP = 30;
const SMALL = 400;

export async function measureBigPrompt(name: string, subject: RunningSubject): Promise<BigPromptRow> {
  const agent = new Agent({ keepAlive: true });
  const small = { ...subject.request, bodies: [chatBody(prompt(200), {}, false)] };
  const ask = (to: LoadRequest, body: string): Promise<number> => timed(to, agent, body);
  const big = (): string => chatBody(prompt(BYTES), {}, false);
  for (let i = 0; i < WARM_UP; i += 1) await ask(subject.request, big());
  for (let i = 0; i < SMALL; i += 1) await ask(small, small.bodies[0]!);
  const alone: number[] = [];
  for (let i = 0; i < ROUNDS; i += 1) alone.push(await ask(subject.request, big()));
  const bodies = Array.from({ length: ROUNDS }, big);
  const smallQuiet = await longest(small, ask, Promise.resolve(), SMALL);
  const beside = (async () => {
    for (const body of bodies) await ask(subject.request, body);
  })();
  const smallBeside = await longest(small, ask, beside, 0);
  agent.destroy();
  return { name, alone: alone.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!, smallQuiet, smallBeside };
}

/** 99th percentile of requests one after the other, at least `count` and until `beside` is over. */
async function longest(
  to: LoadRequest,
  ask: (to: LoadRequest, body: string) => Promise<number>,
  beside: Promise<void>,
  count: number,
): Promise<number> {
  let over = false;
  void beside.then(() => {
    over = true;
  });
  const times: number[] = [];
  while (!over || times.length < count) times.push(await ask(to, to.bodies[0]!));
  times.sort((a, b) => a - b);
  return times[Math.floor((times.length - 1) * 0.99)]!;
}

function timed({ url, headers }: LoadRequest, agent: Agent, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const sent = request(url, { method: 'POST', headers, agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
      response.resume().on('end', () => resolve(performance.now() - started));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
