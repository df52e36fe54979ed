// An access program as bytes, so that an event costs one read and one write (or two, when it reads).
import type { AccessProgram, PdkCall } from '../plan/program.ts';
import { minuteOf } from '../plan/signature.ts';
import { EMPTY_FRAME, frame } from '../rpc/frame.ts';
import { decodePdkResult, encodePdkArgs, isPdkMethod, type PdkMethod } from '../rpc/pdk.ts';

/** Frames to send, and how many of the answers to them nobody reads. */
export interface Burst {
  bytes: Buffer;
  answers: number;
}

/** Callers differ by consumer and address; beyond this many at once the writes are made anew. */
const MAX_CACHED_BURSTS = 200;

export class PreparedProgram {
  /** Sent first when the program reads; its answers are collected and handed to `writes`. */
  readonly reads: Burst | undefined;
  private readonly program: AccessProgram;
  private readonly bursts = new Map<string, Burst>();
  /** The minute of the last event, or of the start. */
  lastMinute = minuteOf(Date.now());

  constructor(program: AccessProgram) {
    this.program = program;
    this.reads = program.reads.length > 0 ? burst(program.reads) : undefined;
  }

  /**
   * The writes and the empty frame that ends the PDK calls.
   * @param answers one frame for each read, in order.
   */
  writes(answers: readonly Buffer[]): Burst {
    const minute = minuteOf(Date.now());
    if (minute !== this.lastMinute || this.bursts.size > MAX_CACHED_BURSTS) {
      this.bursts.clear();
      this.lastMinute = minute;
    }
    const key = cacheKey(answers);
    let made = this.bursts.get(key);
    if (!made) {
      const results = answers.map((answer, i) => decodePdkResult(methodOf(this.program.reads[i]!), answer));
      const writes = burst(this.program.writes(results, minute));
      made = { bytes: Buffer.concat([writes.bytes, EMPTY_FRAME]), answers: writes.answers };
      this.bursts.set(key, made);
    }
    return made;
  }

  close(): void {
    this.program.close?.();
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
