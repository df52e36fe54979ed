// One request and its answer, with all that the stages learn and decide about it.
import type { Format } from '../llm/format.ts';
import type { Usage } from '../llm/usage.ts';
import type { Identity } from '../plan/identity.ts';
import type { Answer } from './answer.ts';
import type { Cancellation } from './cancellation.ts';
import type { Log } from './log.ts';
import type { Metered } from './meter.ts';
import type { Notes, SideCall } from './notes.ts';
import type { InboundRequest } from './request.ts';

/** One call of a provider for this exchange. Times in ms since the epoch. */
export interface Attempt {
  target: string;
  provider: string;
  model: string;
  startedAt: number;
  endedAt?: number;
  /** The provider's HTTP status, when it answered. */
  status?: number;
  /** Why it was not the answer: a code from the error table. */
  code?: string;
  /** What a discarded attempt cost, when the provider said so. */
  usage?: Usage;
}

/** When a stage ran: its own time and that of the stages within it. ms since the epoch, with fractions. */
export interface StageTime {
  stage: string;
  startedAt: number;
  endedAt: number;
}

/** Which model was asked for and which answered. */
export interface ModelChoice {
  requested?: string;
  used?: string;
  provider?: string;
  target?: string;
}

/**
 * How it ended: `complete` (all of the answer could be handed to the client, error answers included), `failed` (the
 * stream broke), `aborted` (the client left).
 */
export interface Outcome {
  kind: 'complete' | 'failed' | 'aborted';
  /** The HTTP status that the client got, or would have got. */
  status: number;
  error?: Error & { code?: string };
}

export type FinishHook = (outcome: Outcome) => void;

/** What is about to be called. */
export interface AttemptChoice {
  target: string;
  provider: string;
  model: string;
}

/** @throws GatewayError to refuse the call, for example because the model's budget is used up. */
export type AttemptHook = (choice: AttemptChoice) => void | Promise<void>;

export class Exchange {
  /** Kong's request id. */
  readonly id: string;
  readonly identity: Identity;
  readonly request: InboundRequest;
  /** The client's format: requests, answers and events of this exchange are in it. */
  readonly format: Format;
  /** Happens when the client has gone or the relay shuts down. */
  readonly cancellation: Cancellation;
  /** Of the call of the provider: the same, unless a stage that hands one answer to several clients has put its own here. */
  callCancellation: Cancellation;
  /**
   * The config of the plugin that calls the provider, and what of the request besides its body chooses the target: with
   * another one the same body may be answered otherwise.
   */
  readonly providerConfig: string;
  /**
   * Runs the request as it came once more through all stages, for nobody: for a cache that refreshes what it has just
   * served. It is checked, limited and logged like any other. Never rejects.
   */
  readonly repeat: () => Promise<Outcome>;
  /** It is such a repetition. */
  readonly repeated: boolean;
  readonly log: Log;
  /** ms since the epoch; `firstToken` and `lastToken` are set by ai-proxy. */
  readonly times: { received: number; firstToken?: number; lastToken?: number };
  /** Of the stages that have returned, innermost first. */
  readonly stageTimes: StageTime[] = [];
  answer: Answer | undefined;
  /** As the provider reported it; ai-proxy sets it when it comes. */
  usage: Usage | undefined;
  readonly model: ModelChoice = {};
  readonly attempts: Attempt[] = [];
  /** What each stage decided, for headers, logs and metrics. Never a prompt or a personal value. */
  readonly notes: Notes = {};
  /** Other model calls made for this request: embeddings, judges. */
  readonly sideCalls: SideCall[] = [];
  /** For meter.ts. */
  readonly metered: Metered = {};
  /** Added to the answer or to the error, whichever the client gets. */
  readonly responseHeaders: Record<string, string> = {};
  /** For ai-proxy: whatever the client asked for. */
  alwaysStreams = false;
  private hooks: FinishHook[] | undefined = [];
  private readonly attemptHooks: AttemptHook[] = [];

  constructor(from: {
    id: string;
    identity: Identity;
    request: InboundRequest;
    format: Format;
    cancellation: Cancellation;
    log: Log;
    received: number;
    providerConfig?: string;
    repeat?: () => Promise<Outcome>;
    repeated?: boolean;
  }) {
    this.id = from.id;
    this.identity = from.identity;
    this.request = from.request;
    this.format = from.format;
    this.cancellation = from.cancellation;
    this.callCancellation = from.cancellation;
    this.providerConfig = from.providerConfig ?? '';
    this.repeat = from.repeat ?? (() => Promise.resolve({ kind: 'aborted', status: 499 }));
    this.repeated = from.repeated ?? false;
    this.log = from.log;
    this.times = { received: from.received };
  }

  /** `cancellation` for who needs a signal. It is made when first asked for, which is not free. */
  get signal(): AbortSignal {
    return this.cancellation.signal;
  }

  /** The answer is a stream of events: the client wants it, or is given one all the same. */
  get streams(): boolean {
    return this.alwaysStreams || this.format.request.streams(this.request.body, this.request.path);
  }

  /**
   * Called once, when all is known, and before the last bytes are sent; or when nothing more can come. The last added is
   * called first.
   */
  onFinish(hook: FinishHook): void {
    if (!this.hooks) throw new Error('exchange has already finished');
    this.hooks.push(hook);
  }

  /** Called before each call of a provider, failover included: only then is the model known that will answer. */
  onAttempt(hook: AttemptHook): void {
    this.attemptHooks.push(hook);
  }

  /** For ai-proxy. @throws what a hook throws */
  async beforeAttempt(choice: AttemptChoice): Promise<void> {
    for (const hook of this.attemptHooks) await hook(choice);
  }

  /** For the relay. A hook that throws does not keep the others from running. */
  finish(outcome: Outcome): void {
    const hooks = this.hooks;
    this.hooks = undefined;
    for (const hook of hooks?.toReversed() ?? []) {
      try {
        hook(outcome);
      } catch (err) {
        this.log.error({ err, requestId: this.id }, 'finish hook failed');
      }
    }
  }
}
