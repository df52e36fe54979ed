// An access program as bytes, so that an event costs one read and one write (or two, when it reads).
import type { AccessProgram, PdkCall } from '../plan/program.ts';
import { minuteOf } from '../plan/signature.ts';
import { EMPTY_FRAME, frame } from '../rpc/frame.ts';
import { decodePdkResult, encodePdkArgs, isPdkMethod, type PdkMethod } from '../rpc/pdk.ts';

/** Frames to send, and how many answers come to them. */
export interface Burst {
  bytes: Buffer;
  answers: number;
}

/** What an event asks first. */
export interface Reading extends Burst {
  /** How many of the answers are to steady reads. */
  steady: number;
}

/** Callers differ by consumer; beyond this many at once the writes are made anew. */
const MAX_CACHED_BURSTS = 200;

export class PreparedProgram {
  /** The minute of the last event, or of the start. */
  lastMinute = minuteOf(Date.now());
  private readonly program: AccessProgram;
  private everyRead: Reading | undefined;
  private usualReads: Reading | undefined;
  private readonly bursts = new Map<string, Burst>();
  /** Answers to the steady reads, and when they came. */
  private steady: readonly Buffer[] = [];
  private steadyMinute = -1;

  constructor(program: AccessProgram) {
    this.program = program;
  }

  /** What an event sends first, for its answers to be handed to `writes`. */
  reads(): Reading {
    const { steadyReads, reads } = this.program;
    if (reads.length !== this.usualReads?.answers) {
      this.usualReads = { ...burst(reads), steady: 0 };
      this.everyRead = { ...burst([...steadyReads, ...reads]), steady: steadyReads.length };
    }
    return this.steadyMinute === minuteOf(Date.now()) ? this.usualReads : this.everyRead!;
  }

  /**
   * The writes and the empty frame that ends the PDK calls.
   * @param answers one frame for each read, in order
   * @param steady how many of them are to steady reads
   */
  writes(answers: readonly Buffer[], steady: number): Burst {
    const minute = minuteOf(Date.now());
    if (steady > 0) this.learn(answers.slice(0, steady), minute);
    if (minute !== this.lastMinute || this.bursts.size > MAX_CACHED_BURSTS) {
      this.bursts.clear();
      this.lastMinute = minute;
    }
    const usual = steady > 0 ? answers.slice(steady) : answers;
    const key = cacheKey(usual);
    let made = this.bursts.get(key);
    if (!made) {
      made = this.make(usual, minute);
      this.bursts.set(key, made);
    }
    return made;
  }

  close(): void {
    this.program.close?.();
  }

  private learn(steady: readonly Buffer[], minute: number): void {
    if (cacheKey(steady) !== cacheKey(this.steady)) this.bursts.clear();
    this.steady = steady;
    this.steadyMinute = minute;
  }

  private make(usual: readonly Buffer[], minute: number): Burst {
    const calls = [...this.program.steadyReads, ...this.program.reads];
    const results = [...this.steady, ...usual].map((answer, i) =>
      decodePdkResult(methodOf(calls[i]!), answer),
    );
    const { bytes, answers: expected } = burst(this.program.writes(results, minute));
    return { bytes: Buffer.concat([bytes, EMPTY_FRAME]), answers: expected };
  }
}

function burst(calls: readonly PdkCall[]): Burst {
  const frames = calls.flatMap((call) => {
    const method = methodOf(call);
    return [frame(Buffer.from(method)), frame(encodePdkArgs(method, call.args))];
  });
  return { bytes: Buffer.concat(frames), answers: calls.length };
}

function methodOf(call: PdkCall): PdkMethod {
  if (!isPdkMethod(call.method)) throw new TypeError(`no PDK method ${call.method}`);
  return call.method;
}

// Lengths keep two sets of answers apart that would read the same end to end.
function cacheKey(answers: readonly Buffer[]): string {
  let key = '';
  for (const answer of answers) key += `${answer.length}:${answer.toString('latin1')}`;
  return key;
}
