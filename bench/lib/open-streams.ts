// Thousands of streams that are open at once and seldom say anything: memory, and whether any of them starves.
import { Agent, request } from 'node:http';
import { residentOf } from './cpu.ts';
import { chatBody, prompt } from './prompts.ts';
import type { RunningSubject } from './subject.ts';

export interface OpenStreamsRow {
  name: string;
  streams: number;
  /** Of the gateway's processes while all are open, in bytes. */
  resident: number;
  /** Milliseconds by which a chunk came later than GAP_MS after the one before. */
  lateP50: number;
  lateP99: number;
  broken: number;
}

const STREAMS = 5_000;
const CHUNKS = 6;
/** 5,000 streams with a chunk each 5 s: 1,000 chunks a second in total. */
export const GAP_MS = 5_000;
export const OPEN_STREAMS_PATH = `/chunks/${CHUNKS}/gap/${GAP_MS}`;

export async function measureOpenStreams(name: string, subject: RunningSubject): Promise<OpenStreamsRow> {
  const agent = new Agent({ keepAlive: false, maxSockets: Infinity });
  const body = chatBody(prompt(), { stream: true }, false);
  const late: number[] = [];
  let broken = 0;
  let resident = 0;
  const sampling = setInterval(() => {
    resident = Math.max(
      resident,
      subject.pids.map(residentOf).reduce((a, b) => a + b, 0),
    );
  }, 500);
  const all = Array.from({ length: STREAMS }, async (_, i) => {
    // Spread over one gap, as streams begin in life.
    await new Promise((resolve) => setTimeout(resolve, (i / STREAMS) * GAP_MS));
    if (!(await one(subject, agent, body, late))) broken += 1;
  });
  await Promise.all(all);
  clearInterval(sampling);
  late.sort((a, b) => a - b);
  const at = (share: number): number => late[Math.floor((late.length - 1) * share)] ?? 0;
  return { name, streams: STREAMS, resident, lateP50: at(0.5), lateP99: at(0.99), broken };
}

function one({ request: to }: RunningSubject, agent: Agent, body: string, late: number[]): Promise<boolean> {
  return new Promise((resolve) => {
    let last = 0;
    let events = 0;
    let done = false;
    const sent = request(to.url, { method: 'POST', headers: to.headers, agent }, (response) => {
      response.on('data', (chunk: Buffer) => {
        const now = performance.now();
        done ||= chunk.includes('[DONE]');
        events += 1;
        // The first event comes at once, and the last ones come together.
        if (events > 2 && !done) late.push(now - last - GAP_MS);
        last = now;
      });
      response.on('close', () => resolve(done));
    });
    sent.on('error', () => resolve(false));
    sent.end(body);
  });
}
