// Embeddings of texts from any OpenAI-compatible endpoint: batched, cached, and given up on while it fails.
import { createHash } from 'node:crypto';
import { Pool } from 'undici';
import { ByteLru } from '../llm/lru.ts';
import type { Usage } from '../llm/usage.ts';
import { BREAKER_DEFAULTS, Breaker } from './breaker.ts';
import { callEmbeddings, EmbeddingsError } from './embeddings-call.ts';
import type { EmbeddingsConfig } from './embeddings-config.ts';
import { secretRef } from './secret-ref.ts';
import type { StageHost } from './stage.ts';

export { EmbeddingsError, type EmbeddingsFailure } from './embeddings-call.ts';

export interface Embedding {
  /** Of unit length. Shared with the cache: not to be changed. */
  vector: Float32Array;
  /**
   * What this text cost; absent when it came from the cache or another request paid. Of a batch it is a share by
   * length, marked `estimated`.
   */
  usage?: Usage;
}

/** Calls that come within this time go out together. */
const WINDOW_MS = 2;
/** The answer of so many is parsed in about 5 ms (1,536 floats as JSON each). */
const MAX_BATCH = 16;
const MAX_BATCH_CHARS = 100_000;
const MAX_CONNECTIONS = 16;

interface Waiting {
  text: string;
  key: string;
  resolve(embedding: Embedding): void;
  reject(error: unknown): void;
}

/** A client per endpoint, model and settings, shared by the stages of this process. */
export function embeddingsClient(config: EmbeddingsConfig, host: StageHost): EmbeddingsClient {
  const settings = createHash('sha256').update(JSON.stringify(config)).digest('hex');
  return host.state(`embeddings/${settings}`, () => new EmbeddingsClient(config, host));
}

export class EmbeddingsClient {
  readonly provider: string;
  readonly model: string;
  private readonly config: EmbeddingsConfig;
  private readonly key: (() => string) | undefined;
  private readonly pool: Pool;
  private readonly breaker: Breaker;
  private readonly cache: ByteLru<Float32Array>;
  private readonly pending = new Map<string, Promise<Embedding>>();
  private queue: Waiting[] = [];
  private queuedChars = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @throws SecretError when `auth.header_value` is a reference that cannot be one. */
  constructor(config: EmbeddingsConfig, { log }: Pick<StageHost, 'log'>) {
    const { auth, url, model, provider } = config;
    this.config = config;
    this.model = model;
    this.provider = provider;
    this.key = auth.header_value === undefined ? undefined : secretRef(auth.header_value);
    this.pool = new Pool(new URL(url).origin, {
      connections: MAX_CONNECTIONS,
      connect: { timeout: config.timeout },
    });
    this.cache = new ByteLru(config.cache_bytes);
    this.breaker = new Breaker({
      ...BREAKER_DEFAULTS,
      onChange: (state) => log.warn({ url, model, state }, 'embeddings breaker changed'),
    });
  }

  /**
   * @param signal stops waiting, not the call: others may wait for the same text.
   * @throws EmbeddingsError
   */
  embed(text: string, signal?: AbortSignal): Promise<Embedding> {
    if (signal?.aborted) return Promise.reject(gone());
    const key = createHash('sha256').update(text).digest('base64');
    const vector = this.cache.get(key);
    if (vector) return Promise.resolve({ vector });
    const under = this.pending.get(key);
    const embedding = under ? under.then((found) => ({ vector: found.vector })) : this.enqueue(text, key);
    return signal ? abortable(embedding, signal) : embedding;
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }

  private enqueue(text: string, key: string): Promise<Embedding> {
    const embedding = new Promise<Embedding>((resolve, reject) => {
      if (this.queuedChars + text.length > MAX_BATCH_CHARS) this.flush();
      this.queue.push({ text, key, resolve, reject });
      this.queuedChars += text.length;
      if (this.queue.length >= MAX_BATCH) this.flush();
      else this.timer ??= setTimeout(() => this.flush(), WINDOW_MS);
    });
    this.pending.set(key, embedding);
    const forget = (): boolean => this.pending.delete(key);
    embedding.then(forget, forget);
    return embedding;
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = this.queue;
    this.queue = [];
    this.queuedChars = 0;
    if (batch.length > 0) void this.serve(batch);
  }

  private async serve(batch: Waiting[]): Promise<void> {
    try {
      await this.call(batch);
    } catch (error) {
      // One text that the model does not take must not fail those that came with it.
      const apart = error instanceof EmbeddingsError && error.reason === 'rejected' && batch.length > 1;
      if (apart) await Promise.all(batch.map((waiting) => this.serve([waiting])));
      else for (const { reject } of batch) reject(error);
    }
  }

  private async call(batch: Waiting[]): Promise<void> {
    const pass = this.breaker.admit();
    if (!pass) throw new EmbeddingsError('unavailable', 'embeddings endpoint has failed too often just now');
    try {
      const texts = batch.map(({ text }) => text);
      const { vectors, tokens } = await callEmbeddings(this.pool, this.config, this.key, texts);
      pass.success();
      const usages = shares(texts, tokens);
      for (const [i, { key, resolve }] of batch.entries()) {
        const vector = vectors[i]!;
        this.cache.set(key, vector, vector.byteLength);
        resolve({ vector, usage: usages[i]! });
      }
    } catch (error) {
      const answered = error instanceof EmbeddingsError && error.reason === 'rejected';
      if (answered) pass.success();
      else pass.failure();
      throw error;
    }
  }
}

/** The batch's tokens by the length of its texts; the shares add up to them. */
function shares(texts: readonly string[], tokens: number | undefined): Usage[] {
  if (tokens === undefined) return texts.map(() => ({ input: {}, output: {} }));
  if (texts.length === 1) return [{ input: { total: tokens }, output: {} }];
  const chars = texts.reduce((sum, text) => sum + text.length, 0) || 1;
  let seen = 0;
  let given = 0;
  return texts.map((text, i) => {
    seen += text.length;
    const upTo = i === texts.length - 1 ? tokens : Math.round((tokens * seen) / chars);
    const total = upTo - given;
    given = upTo;
    return { input: { total }, output: {}, estimated: true };
  });
}

const gone = (): EmbeddingsError => new EmbeddingsError('aborted', 'nobody waits for the embedding any more');

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void =>
      reject(new EmbeddingsError('aborted', 'nobody waits for the embedding any more'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
