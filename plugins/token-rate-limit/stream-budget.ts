// Holds a running stream to the budget: counts what comes, reserves more in steps before the reserve is used up, and
// ends the stream when there is no more to be had.
import type { DeltaSlot } from '../../kong/llm/format.ts';
import type { StreamSink, StreamTransform } from '../../kong/llm/stream.ts';
import { observeStream } from '../../kong/llm/stream-edit.ts';
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Admission } from './admission.ts';
import type { Limit } from './policy.ts';
import { limitText } from './refusal.ts';

/** The part of the reserve at which more is asked for, so that the stream need not wait for the answer. */
const ASK_AT = 0.75;
/** Steps: half of what is reserved, so that long answers ask seldom, and not less than this. */
const LEAST_STEP = 64;

export function streamBudget(admission: Admission): StreamTransform {
  return new StreamBudget(admission);
}

class StreamBudget implements StreamTransform {
  private readonly admission: Admission;
  private readonly counting: StreamTransform;
  private readonly counter = new OutputCounter();
  private asking = false;
  /** There is no more to be had: this limit says so. */
  private exhausted: Limit | undefined;

  constructor(admission: Admission) {
    this.admission = admission;
    this.counting = observeStream(admission.exchange.format, (slot) => this.counter.add(slot));
  }

  event(event: Parameters<StreamTransform['event']>[0], next: StreamSink): void {
    const before = this.counter.tokens;
    this.counting.event(event, next);
    if (this.counter.tokens === before) return;
    const { completionTokens: reserved, mostCompletionTokens: most = Infinity } = this.admission.estimate;
    // A provider keeps to max_tokens, whatever the estimate makes of its words.
    const used = Math.min(this.counter.tokens, most);
    if (used >= reserved * ASK_AT && reserved < most && !this.exhausted && !this.asking)
      void this.ask(Math.max(LEAST_STEP, Math.ceil(reserved / 2)));
    if (this.exhausted && used > reserved) this.stop(this.exhausted, next);
  }

  /** What is left when not all can be had is still used. */
  private async ask(tokens: number): Promise<void> {
    this.asking = true;
    try {
      const refused = await this.admission.extend(tokens);
      if (!refused) return;
      const rest = Math.min(refused.left, tokens);
      const none = rest < 1 || (await this.admission.extend(rest)) !== undefined;
      if (none) this.exhausted = refused.refusedBy;
    } catch {
      // Redis is down and was not when the request came: it has been let in, and what it uses is charged.
    } finally {
      this.asking = false;
    }
  }

  private stop(limit: Limit, next: StreamSink): void {
    const { limiter, exchange } = this.admission;
    limiter.metrics.stoppedStream(limit.policy.name);
    limiter.log.info(
      { requestId: exchange.id, policy: limit.policy.name, unit: limit.unit },
      'limits: stream stopped, a limit is reached',
    );
    next.fail(
      new GatewayError('budget_exceeded', {
        message: `The answer was stopped because policy "${limit.policy.name}" allows ${limitText(limit)}: it is not complete.`,
      }),
    );
  }
}

/** Above U+2E80 are the scripts without spaces. Characters per token as in kong/llm/tokens.ts. */
const CJK = 0x2e80;

/** Tokens of a stream, from above zero: by characters, but at least one for each piece. */
export class OutputCounter {
  private byLength = 0;
  private pieces = 0;

  get tokens(): number {
    return Math.max(Math.ceil(this.byLength), this.pieces);
  }

  add({ text }: Readonly<DeltaSlot>): void {
    this.pieces += 1;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      this.byLength += code < 0x80 ? 1 / 4 : code >= CJK ? 1 / 1.25 : 1 / 2.5;
    }
  }
}
