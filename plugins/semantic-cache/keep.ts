// Which answers are kept: complete, successful and unblocked ones, once somebody has got one.
import type { ChatAnswer } from '../../kong/llm/chat.ts';
import type { Exchange, Outcome } from '../../kong/relay/exchange.ts';
import type { SemanticCacheConfig } from './config.ts';
import type { Question } from './identify.ts';
import type { CachedAnswer, EntryMeta, QuantisedVector } from './store/entry.ts';
import type { Store } from './store/index.ts';

export type KeepConfig = Pick<
  SemanticCacheConfig,
  'cache_ttl' | 'stale_while_revalidate' | 'stale_if_error' | 'tags' | 'cache_tool_calls'
>;

/** Ended by itself and says something: not cut off, filtered, or refused. */
export function isKeepable(answer: ChatAnswer, allowToolCalls: boolean): boolean {
  const [choice] = answer.choices;
  if (!choice || answer.choices.length > 1) return false;
  const { message, finish_reason } = choice;
  const calls = (message.tool_calls?.length ?? 0) > 0;
  if (message.refusal) return false;
  if (calls) return allowToolCalls && (finish_reason === 'tool_calls' || finish_reason === 'stop');
  return finish_reason === 'stop' && (message.content?.length ?? 0) > 0;
}

/** One answer on its way to one or several clients. */
export class Keeper {
  private readonly put: (cached: CachedAnswer) => void;
  private readonly drop: () => void;
  private candidate: CachedAnswer | undefined;
  private state: 'open' | 'kept' | 'refused' = 'open';
  private served = false;

  constructor(put: (cached: CachedAnswer) => void, drop: () => void) {
    this.put = put;
    this.drop = drop;
  }

  /** The answer is complete. */
  ready(candidate: CachedAnswer): void {
    this.candidate = candidate;
    this.decide();
  }

  /** Waits for how it ends for this client. */
  watch(exchange: Exchange): void {
    exchange.onFinish((outcome) => this.finished(exchange, outcome));
  }

  private finished({ notes }: Exchange, { kind, status }: Outcome): void {
    if (notes.guard?.verdict === 'blocked' || notes.pii?.blocked) {
      // Another client's guard may have let it pass before.
      if (this.state === 'kept') this.drop();
      this.state = 'refused';
    }
    this.served ||= kind === 'complete' && status === 200;
    this.decide();
  }

  private decide(): void {
    if (this.state !== 'open' || !this.served || !this.candidate) return;
    this.state = 'kept';
    this.put(this.candidate);
  }
}

export function newMeta(
  exchange: Exchange,
  { key, partition, text }: Question,
  vector: { vector: QuantisedVector; embedder: string } | undefined,
  config: KeepConfig,
): EntryMeta {
  const now = Date.now();
  const { consumer, route, service } = exchange.identity;
  const expiresAt = now + config.cache_ttl * 1000;
  const tags = [
    ...(config.tags ?? []),
    ...(route?.tags ?? []),
    ...(service?.tags ?? []),
    ...(consumer?.tags ?? []),
  ];
  return {
    key,
    partition,
    // Only for the gate, which sees what has a vector: in the exact tier the key says all.
    question: vector ? text : '',
    ...vector,
    createdAt: now,
    expiresAt,
    keptUntil: expiresAt + Math.max(config.stale_while_revalidate, config.stale_if_error) * 1000,
    tags: [...new Set(tags)],
    consumer: [consumer?.id, consumer?.username, consumer?.customId].filter((name) => name !== undefined),
  };
}

export function keeperOf(
  store: Store,
  key: string,
  meta: () => Promise<EntryMeta>,
  onError: (error: unknown) => void,
): Keeper {
  let putting: Promise<void> | undefined;
  return new Keeper(
    (cached) => {
      putting = meta().then((made) => store.put(made, cached));
      putting.catch(onError);
    },
    () => {
      const gone = putting?.catch(() => {}).then(() => store.delete(key));
      gone?.catch(onError);
    },
  );
}
