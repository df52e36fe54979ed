// Streams: what the gateway adds until the first byte and between chunks, and what a chunk costs.
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuOf } from './cpu.ts';
import type { LoadRequest } from './load.ts';
import { chatBody, prompt } from './prompts.ts';
import type { RunningSubject } from './subject.ts';

export interface StreamRow {
  name: string;
  streams: number;
  chunks: number;
  /** Milliseconds from the request to the first token: what comes before it only opens the stream. */
  firstP50: number;
  firstP99: number;
  /** Milliseconds between two events. */
  gapP50: number;
  gapP99: number;
  /** CPU time of the gateway's processes, in µs: of a whole stream by its chunks. */
  cpuPerChunk: number;
  broken: number;
}

export interface StreamShape {
  /** Streams at once, each of them `rounds` times in a row. */
  streams: number;
  rounds: number;
  chunks: number;
  /** Between the first starts, ms: streams that begin and end together would wait for each other only. */
  apart: number;
}

/** V8 compiles what is hot: so many times the streams, so many times in a row. */
const WARM_UP = { times: 4, rounds: 3 };

interface Timings {
  first: number[];
  gaps: number[];
  chunks: number;
  broken: number;
}

/** Something to put back, where that is done. */
const PERSONAL = 'I am jane.roe@example.net and my number is +44 20 7946 0123. ';

/** In every event of the upstream that has text. */
const TOKEN = Buffer.from('words');
const DONE = Buffer.from('[DONE]');

export async function measureStreams(
  name: string,
  subject: RunningSubject,
  shape: StreamShape,
): Promise<StreamRow> {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const target = { ...subject.request, bodies: [chatBody(PERSONAL + prompt(), { stream: true }, false)] };
  const run = async (streams: number, rounds: number, timings: Timings): Promise<void> => {
    const series = async (_: unknown, n: number): Promise<void> => {
      await sleep(n * shape.apart);
      for (let i = 0; i < rounds; i += 1) await oneStream(target, agent, timings);
    };
    await Promise.all(Array.from({ length: streams }, series));
  };
  await run(shape.streams * WARM_UP.times, WARM_UP.rounds, emptyTimings());
  const timings = emptyTimings();
  const before = sum(subject.pids.map(cpuOf));
  await run(shape.streams, shape.rounds, timings);
  const cpu = sum(subject.pids.map(cpuOf)) - before;
  agent.destroy();
  return {
    name,
    streams: shape.streams,
    chunks: shape.chunks,
    firstP50: percentile(timings.first, 50),
    firstP99: percentile(timings.first, 99),
    gapP50: percentile(timings.gaps, 50),
    gapP99: percentile(timings.gaps, 99),
    cpuPerChunk: cpu / Math.max(1, timings.chunks),
    broken: timings.broken,
  };
}

function oneStream({ url, headers, bodies }: LoadRequest, agent: Agent, timings: Timings): Promise<void> {
  return new Promise((resolve) => {
    const started = performance.now();
    let last = 0;
    let done = false;
    const sent = request(url, { method: 'POST', headers, agent }, (response) => {
      response.on('data', (chunk: Buffer) => {
        const now = performance.now();
        if (last > 0) timings.gaps.push(now - last);
        else if (chunk.includes(TOKEN)) timings.first.push(now - started);
        if (last > 0 || chunk.includes(TOKEN)) last = now;
        timings.chunks += events(chunk);
        done ||= chunk.includes(DONE);
      });
      response.on('close', () => {
        if (!done) timings.broken += 1;
        resolve();
      });
    });
    sent.on('error', () => {
      timings.broken += 1;
      resolve();
    });
    sent.end(bodies[0]);
  });
}

function events(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf('\n\n'); at >= 0; at = chunk.indexOf('\n\n', at + 2)) count += 1;
  return count;
}

const emptyTimings = (): Timings => ({ first: [], gaps: [], chunks: 0, broken: 0 });
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}
