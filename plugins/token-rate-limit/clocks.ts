// The clocks that counters go by. A wall clock may jump; were leases to end by it, the requests under way would be
// charged on top of those that took their place.
import type { RedisConnection } from '../../kong/relay/redis.ts';

const MACHINE_ORIGIN = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** ms since the machine started: the same in all its processes, and it never jumps. */
export const machineNow = (): number => Math.round(MACHINE_ORIGIN + performance.now());

/** ms since the epoch, by the clock of the server. */
export async function redisTime(connection: RedisConnection): Promise<number> {
  const [seconds, micros] = await connection.run((client) => client.time());
  return Number(seconds) * 1_000 + Number(micros) / 1_000;
}

/** Goes on when the wall clock jumps. */
const steadyNow = (): number => performance.timeOrigin + performance.now();
/** Steady and wall clock part by so much only when one of them jumped; the steady one does when a machine was asleep. */
const JUMP_MS = 1_000;

/** The clock of a server, as it is known here: all machines count by it. */
export class ServerClock {
  private readonly ask: () => Promise<number>;
  /** What it is ahead of ours, ms. */
  private ahead = 0;
  /** What the wall clock is ahead of ours, ms; undefined until the server has been asked. */
  private apart: number | undefined;
  private asking: Promise<void> | undefined;

  constructor(ask: () => Promise<number>) {
    this.ask = ask;
  }

  /** What is sent with a time far ahead ends everybody's leases, with one far behind everybody's windows. */
  get known(): boolean {
    return this.apart !== undefined && Math.abs(Date.now() - steadyNow() - this.apart) < JUMP_MS;
  }

  now(): number {
    return Math.round(steadyNow() + this.ahead);
  }

  find(): Promise<void> {
    this.asking ??= this.findNow().finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  private async findNow(): Promise<void> {
    const sent = performance.now();
    const time = await this.ask();
    this.learn(time, performance.now() - sent);
    this.apart = Date.now() - steadyNow();
  }

  /** @param time what the server said at the end of a round trip of so many ms. */
  learn(time: number, roundTrip: number): void {
    const ahead = time - (steadyNow() - roundTrip / 2);
    // What lies within the round trip may be the network.
    if (Math.abs(ahead - this.ahead) > roundTrip + 2)
      this.ahead = Math.abs(ahead) <= roundTrip + 2 ? 0 : ahead;
  }
}
