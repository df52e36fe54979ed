// The main measurement: whole answers, all subjects in turn, several rounds.
import { cpuOf } from './cpu.ts';
import { type LoadResult, load } from './load.ts';
import { type Spread, spread } from './stats.ts';
import type { RunningSubject } from './subject.ts';

export interface RequestRow {
  name: string;
  /** Requests a second at CONNECTIONS connections. */
  perSecond: Spread;
  /** CPU time of the gateway's processes per request, in µs. */
  cpu: Spread;
  /** ms, at CONNECTIONS connections. */
  p50: Spread;
  p99: Spread;
  /** ms, at one connection. */
  single: Spread;
  errors: number;
}

export interface Effort {
  rounds: number;
  /** Of one measurement of one subject. */
  seconds: number;
  /** Of load before the first measurement, at most. */
  warmUp: number;
  /** Of load before the next: after a minute without requests, six plugins take three times as long for some seconds. */
  wakeUp: number;
}

export const CONNECTIONS = 8;
/** By then V8 has compiled what is hot, on the one core that it shares with the requests. */
const WARM_UP_REQUESTS = 20_000;

interface Sample {
  many: LoadResult;
  one: LoadResult;
  cpu: number;
}

export async function measureRequests(
  subjects: readonly { name: string; running: RunningSubject }[],
  { rounds, seconds, warmUp, wakeUp }: Effort,
): Promise<RequestRow[]> {
  const samples = new Map<string, Sample[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // In turn, so that a noisy minute hits all of them.
    for (const { name, running } of subjects) {
      await warm(running, round === 0 ? warmUp : wakeUp);
      samples.get(name)!.push(await sample(running, seconds));
    }
  }
  return [...samples].map(([name, taken]) => row(name, taken));
}

async function warm({ request }: RunningSubject, seconds: number): Promise<void> {
  const until = performance.now() + seconds * 1000;
  for (let done = 0; done < WARM_UP_REQUESTS && performance.now() < until; )
    done += (await load(request, CONNECTIONS, 2)).requests;
}

async function sample({ request, pids }: RunningSubject, seconds: number): Promise<Sample> {
  const before = sum(pids.map(cpuOf));
  const many = await load(request, CONNECTIONS, seconds);
  const cpu = (sum(pids.map(cpuOf)) - before) / many.requests;
  return { many, cpu, one: await load(request, 1, Math.ceil(seconds / 2)) };
}

function row(name: string, samples: readonly Sample[]): RequestRow {
  return {
    name,
    perSecond: spread(samples.map(({ many }) => many.perSecond)),
    cpu: spread(samples.map(({ cpu }) => cpu)),
    p50: spread(samples.map(({ many }) => many.p50)),
    p99: spread(samples.map(({ many }) => many.p99)),
    single: spread(samples.map(({ one }) => one.p50)),
    errors: sum(samples.map(({ many, one }) => many.errors + one.errors)),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
