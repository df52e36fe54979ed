// The stage: look up, serve or ask, keep.
import type { ChatAnswer } from '../../kong/llm/chat.ts';
import { answerReader } from '../../kong/llm/read-back.ts';
import { WholeAnswer } from '../../kong/relay/answer.ts';
import { GatewayError, toGatewayError } from '../../kong/relay/errors.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import type { CacheNote } from '../../kong/relay/notes.ts';
import type { RunningStage, StageHost } from '../../kong/relay/stage.ts';
import type { SemanticCacheConfig } from './config.ts';
import { type Directives, NO_DIRECTIVES, readDirectives } from './directives.ts';
import { newEmbedder } from './embedder.ts';
import { Flight, Flights, type Turn } from './flight.ts';
import type { Check } from './gate.ts';
import type { Bypass } from './identify.ts';
import { isKeepable, type Keeper, keeperOf, newMeta } from './keep.ts';
import { type Asked, KnownQuestions } from './known.ts';
import { type Found, lookUp, type Search, vectorOf } from './lookup.ts';
import { newMetrics } from './metrics.ts';
import { replay } from './replay.ts';
import { SharedStream } from './shared-stream.ts';
import type { CachedAnswer, EntryMeta } from './store/entry.ts';
import { openStore } from './store/open.ts';

type Next = () => Promise<void>;
const JSON_HEADERS = { 'content-type': 'application/json' };
const NO_CHECKS: ReadonlySet<Check> = new Set();

export function cacheStage(config: SemanticCacheConfig, host: StageHost): RunningStage {
  const stage = new CacheStage(config, host);
  return { run: (exchange, next) => stage.run(exchange, next), close: () => stage.close() };
}

/** One request: what is asked, what is known, and how far its age matters. */
interface Asking extends Asked {
  exchange: Exchange;
  next: Next;
  directives: Directives;
  search: Search;
}

class CacheStage {
  private readonly config: SemanticCacheConfig;
  private readonly host: StageHost;
  private readonly opened: ReturnType<typeof openStore>;
  private readonly embedder;
  private readonly questions: KnownQuestions;
  private readonly checks: ReadonlySet<Check>;
  private readonly metrics;
  private readonly flights: Flights;
  /** Keys that are being refreshed. */
  private readonly refreshing = new Set<string>();

  constructor(config: SemanticCacheConfig, host: StageHost) {
    this.config = config;
    this.host = host;
    this.opened = openStore(config, host);
    this.embedder = config.semantic.enabled ? newEmbedder(config, host) : undefined;
    this.questions = new KnownQuestions(config);
    this.checks = config.semantic.gate.enabled ? new Set(config.semantic.gate.checks) : NO_CHECKS;
    this.metrics = newMetrics(host.metrics);
    this.flights = host.state('flights', () => new Flights());
  }

  close(): void {
    this.opened.release();
  }

  async run(exchange: Exchange, next: Next): Promise<void> {
    const { cache_control } = this.config;
    const header = exchange.request.headers['cache-control'];
    const directives = cache_control ? readDirectives(header) : NO_DIRECTIVES;
    exchange.onFinish(() => {
      if (exchange.notes.cache) this.metrics.request(exchange.notes.cache);
    });
    const asked = directives.noStore ? { bypass: 'no_store' } : this.questions.of(exchange);
    if ('bypass' in asked) return this.bypass(exchange, next, asked, directives);
    const asking: Asking = { exchange, next, directives, search: { vetoes: [] }, ...asked };
    exchange.responseHeaders['x-cache-key'] = asked.question.key;
    const refresh = exchange.repeated || directives.noCache;
    if (!refresh && this.serveAsWritten(asking)) return;
    const failure = refresh ? undefined : await this.lookUp(asking);
    const { found } = asking.search;
    if (found && !refresh && this.serve(asking, found)) return;
    if (directives.onlyIfCached) throw new GatewayError('not_cached');
    const aged = found && !this.isFresh(found.entry.meta, directives);
    this.note(exchange, {
      status: refresh || aged ? 'Refresh' : 'Miss',
      ...(failure && { reason: failure }),
      ...(!failure && found && this.config.dry_run && { reason: 'dry_run' }),
    });
    try {
      await this.ask(asking, refresh);
    } catch (error) {
      if (!found || !this.serveInsteadOf(asking, found, error)) throw error;
    }
  }

  private bypass(exchange: Exchange, next: Next, { bypass }: Bypass, directives: Directives): Promise<void> {
    if (directives.onlyIfCached) throw new GatewayError('not_cached');
    this.note(exchange, { status: 'Bypass', reason: bypass });
    return next();
  }

  /** Why it came to nothing, when it did not end well. Never takes longer than `timeout_ms`. */
  private async lookUp({ exchange, question, search }: Asking): Promise<string | undefined> {
    const { config, embedder, checks } = this;
    const startedAt = performance.now();
    let failure: string | undefined;
    // A lookup that is too slow goes on by itself and may still learn the vector; what it finds then is too late.
    const learned: Search = { vetoes: [] };
    try {
      const looking = lookUp(question, exchange, { store: this.opened.store, embedder, checks }, learned);
      await withinTime(looking, config.timeout_ms);
      search.vetoes = learned.vetoes;
      if (learned.found) search.found = learned.found;
    } catch (error) {
      exchange.cancellation.throwIfCancelled();
      failure = error instanceof TooSlow ? 'timeout' : 'error';
      this.failed(error, 'lookup');
      if (config.on_error === 'block') throw new GatewayError('cache_unavailable', { cause: error });
    } finally {
      this.metrics.lookup((performance.now() - startedAt) / 1000);
    }
    if (learned.vector) search.vector = learned.vector;
    for (const check of search.vetoes) this.metrics.veto(check);
    return failure;
  }

  private isFresh({ expiresAt, createdAt }: EntryMeta, { maxAge }: Directives): boolean {
    const now = Date.now();
    return now < expiresAt && (maxAge === undefined || now - createdAt <= maxAge * 1000);
  }

  /** The shortest way: nothing is looked for, read or written. False when it does not lead there. */
  private serveAsWritten({ exchange, known, directives }: Asking): boolean {
    const written = known?.written;
    if (!written) return false;
    const { meta, model, bytes } = written;
    if (this.opened.store.current?.(meta.key) !== meta) {
      known.written = undefined;
      return false;
    }
    if (this.config.dry_run || !this.isFresh(meta, directives)) return false;
    this.applyModel(exchange, model);
    exchange.answer = WholeAnswer.ofBytes(200, { ...JSON_HEADERS }, bytes);
    this.tellOfHit(exchange, meta, { tier: 'exact', similarity: 1 });
    return true;
  }

  /** False when it is too old, or nothing is to be served. */
  private serve(asking: Asking, found: Found): boolean {
    const { exchange, directives } = asking;
    const { meta } = found.entry;
    const { dry_run, stale_while_revalidate } = this.config;
    const fresh = this.isFresh(meta, directives);
    const stale =
      directives.maxAge === undefined && Date.now() < meta.expiresAt + stale_while_revalidate * 1000;
    if (!fresh && !stale) return false;
    if (dry_run) {
      this.reportDryRun(exchange, found);
      return false;
    }
    this.deliver(asking, found, fresh ? undefined : 'stale');
    if (!fresh) this.refresh(exchange, asking.question.key);
    return true;
  }

  private serveInsteadOf(asking: Asking, found: Found, error: unknown): boolean {
    const { stale_if_error, dry_run } = this.config;
    const { exchange } = asking;
    const { status } = toGatewayError(error);
    const theirs = status >= 500 || status === 429;
    const inTime = Date.now() < found.entry.meta.expiresAt + stale_if_error * 1000;
    if (stale_if_error === 0 || dry_run || !theirs || !inTime || exchange.cancellation.reason) return false;
    this.deliver(asking, found, 'stale_if_error');
    return true;
  }

  private deliver(
    { exchange, question, known }: Asking,
    { entry, tier, similarity }: Found,
    reason: string | undefined,
  ): void {
    const { answer, model, meta } = entry;
    this.applyModel(exchange, model);
    exchange.answer = replay(exchange, question.request(), answer, this.config.replay);
    if (known && tier === 'exact' && exchange.answer.kind === 'whole')
      this.questions.keep(known, { meta, model, bytes: exchange.answer.toBytes() });
    this.tellOfHit(exchange, meta, { tier, similarity, ...(reason && { reason }) });
  }

  private tellOfHit(
    exchange: Exchange,
    { createdAt, expiresAt }: EntryMeta,
    note: Pick<CacheNote, 'reason'> & Required<Pick<CacheNote, 'tier' | 'similarity'>>,
  ): void {
    const { responseHeaders: headers } = exchange;
    const now = Date.now();
    headers.age = String(Math.max(0, Math.floor((now - createdAt) / 1000)));
    headers['x-cache-ttl'] = String(Math.max(0, Math.ceil((expiresAt - now) / 1000)));
    headers['x-cache-similarity'] = note.similarity.toFixed(4);
    this.note(exchange, { status: 'Hit', ...note });
  }

  private applyModel(exchange: Exchange, { header, ...model }: CachedAnswer['model']): void {
    const { format, request } = exchange;
    const requested = format.request.model(request.body, request.path);
    Object.assign(exchange.model, model, requested === undefined ? {} : { requested });
    if (header !== undefined) exchange.responseHeaders['x-kong-llm-model'] = header;
  }

  private reportDryRun(exchange: Exchange, { entry, tier, similarity }: Found): void {
    exchange.responseHeaders['x-cache-dry-run'] =
      `Hit; tier=${tier}; similarity=${similarity.toFixed(4)}; key=${entry.meta.key}`;
    this.metrics.dryRun(tier);
    const details = { requestId: exchange.id, tier, similarity, served: entry.meta.key };
    this.host.log.info(details, 'dry run: an answer would have been served');
  }

  private refresh(exchange: Exchange, key: string): void {
    if (this.refreshing.has(key)) return;
    this.refreshing.add(key);
    void exchange.repeat().then(() => this.refreshing.delete(key));
  }

  private async ask(asking: Asking, refresh: boolean): Promise<void> {
    const { coalesce, dry_run, cache_tool_calls } = this.config;
    const { exchange, question } = asking;
    const mayCall = (question.request().tools?.length ?? 0) > 0 && !cache_tool_calls;
    // Who asks for a new answer does not want another one's, and a tool call is not shared unless that is allowed.
    if (!coalesce.enabled || dry_run || refresh || mayCall) return this.askAlone(asking);
    const { flight, turn } = this.flights.take(question.key, {
      streams: exchange.streams,
      cancellation: exchange.cancellation,
      timeoutMs: coalesce.timeout,
      maxWaiting: coalesce.max_waiting,
    });
    await this.takeTurn(asking, flight, await turn);
  }

  private takeTurn(asking: Asking, flight: Flight, turn: Turn): Promise<void> | void {
    const { exchange, question } = asking;
    if (turn.kind === 'lead') return this.lead(asking, flight);
    if (turn.kind === 'alone') return this.askAlone(asking);
    this.note(exchange, { status: 'Hit', tier: 'exact', similarity: 1, reason: 'coalesced' });
    exchange.responseHeaders.age = '0';
    if (turn.kind === 'answer') {
      this.applyModel(exchange, turn.cached.model);
      exchange.answer = replay(exchange, question.request(), turn.cached.answer, this.config.replay);
      return;
    }
    this.applyModel(exchange, turn.shared.model);
    const writer = exchange.format.chat!.fromChunks(question.request());
    exchange.answer = {
      kind: 'stream',
      status: 200,
      headers: {},
      stream: turn.shared.join(writer, exchange),
    };
    turn.shared.keeper.watch(exchange);
  }

  /** For this request only. */
  private async askAlone(asking: Asking): Promise<void> {
    const flight = new Flight(() => {});
    await this.lead(asking, flight);
  }

  private async lead(asking: Asking, flight: Flight): Promise<void> {
    const { exchange, next } = asking;
    exchange.callCancellation = flight.lead(exchange.cancellation);
    try {
      await next();
    } catch (error) {
      flight.fail();
      throw error;
    }
    const keeper = this.newKeeper(asking);
    const { answer } = exchange;
    if (answer?.status !== 200 || answer.kind === 'bytes') return flight.release();
    keeper.watch(exchange);
    if (answer.kind === 'stream') this.share(asking, flight, keeper);
    else
      this.complete(
        asking,
        flight,
        keeper,
        answer.toBytes().length <= this.config.max_answer_bytes
          ? answerReader(exchange.format).whole(answer.body)
          : undefined,
      );
  }

  private share({ exchange, question }: Asking, flight: Flight, keeper: Keeper): void {
    const { answer, format } = exchange;
    if (answer?.kind !== 'stream') return;
    const shared = new SharedStream({
      source: answer.stream,
      reader: answerReader(format).stream(question.request()),
      maxBytes: this.config.max_answer_bytes,
      keeper,
      model: modelOf(exchange),
      payer: exchange,
      onEnd: (whole) => this.complete({ exchange }, flight, keeper, whole),
      onFail: () => flight.fail(),
      onAbandoned: () => flight.release(),
      isAwaited: () => flight.waiters > 0,
    });
    answer.stream = shared.own();
    flight.begin(shared);
  }

  private complete(
    { exchange }: Pick<Asking, 'exchange'>,
    flight: Flight,
    keeper: Keeper,
    answer: ChatAnswer | undefined,
  ): void {
    if (!answer) return flight.release();
    const cached = { answer, model: modelOf(exchange) };
    flight.complete(cached);
    if (isKeepable(answer, this.config.cache_tool_calls)) keeper.ready(cached);
  }

  private newKeeper({ exchange, question, search }: Asking): Keeper {
    const { embedder } = this;
    return keeperOf(
      this.opened.store,
      question.key,
      async () => {
        this.metrics.stored();
        const vector = await vectorOf(question, exchange, embedder, search);
        const named = vector && embedder && { vector, embedder: embedder.id };
        return newMeta(exchange, question, named, this.config);
      },
      (error) => this.failed(error, 'store'),
    );
  }

  private failed(error: unknown, step: string): void {
    this.metrics.error(step);
    this.host.log.debug({ err: error, step }, 'cache failed');
  }

  private note(exchange: Exchange, note: CacheNote): void {
    exchange.notes.cache = note;
    exchange.responseHeaders['x-cache-status'] = note.status;
  }
}

function modelOf({ model, responseHeaders }: Exchange): CachedAnswer['model'] {
  const { used, provider, target } = model;
  const header = responseHeaders['x-kong-llm-model'];
  const named: CachedAnswer['model'] = {};
  if (used !== undefined) named.used = used;
  if (provider !== undefined) named.provider = provider;
  if (target !== undefined) named.target = target;
  if (header !== undefined) named.header = header;
  return named;
}

class TooSlow extends Error {
  override name = 'TooSlow';
}

function withinTime<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new TooSlow(`the cache took longer than ${ms} ms`)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
