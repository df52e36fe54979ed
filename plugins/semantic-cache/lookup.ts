// Finding an answer: the same question first, then one that is alike and that the gate lets pass.
import type { Exchange } from '../../kong/relay/exchange.ts';
import type { Embedder } from './embedder.ts';
import { type Check, differences } from './gate.ts';
import type { Question } from './identify.ts';
import { MAX_COMPARED_CHARS } from './match.ts';
import type { Entry, QuantisedVector } from './store/entry.ts';
import type { Store } from './store/index.ts';
import { quantise } from './store/vectors.ts';
import { type Reading, read } from './text/reading.ts';

export interface Found {
  entry: Entry;
  tier: 'exact' | 'semantic';
  similarity: number;
}

/** What a lookup has learned, also when it was too slow or failed half way. */
export interface Search {
  found?: Found;
  /** Of the question, to keep with its answer. */
  vector?: QuantisedVector;
  /** What the gate refused the most similar candidate for. */
  vetoes: Check[];
}

export interface LookupOptions {
  store: Store;
  /** Absent: the exact tier alone. */
  embedder: Embedder | undefined;
  checks: ReadonlySet<Check>;
}

/** Writes what it learns into `search` as it goes. Rejects when the store or the embedder does. */
export async function lookUp(
  question: Question,
  exchange: Exchange,
  options: LookupOptions,
  search: Search,
): Promise<void> {
  const { store, embedder } = options;
  const exact = await store.get(question.key);
  if (exact && exact.meta.partition === question.partition) {
    search.found = { entry: exact, tier: 'exact', similarity: 1 };
    return;
  }
  if (!embedder || !question.comparable) return;
  // The first question of its partition: its vector is made when the client has its answer.
  if (embedder.local && !store.mayHaveAlike(question.partition, embedder.id)) return;
  await lookForAlike(question, exchange, { ...options, embedder }, search);
}

/** Of a question whose answer is kept: as it was found while looking, or made now where that costs nothing. */
export async function vectorOf(
  { text, comparable }: Question,
  exchange: Exchange,
  embedder: Embedder | undefined,
  { vector }: Search,
): Promise<QuantisedVector | undefined> {
  if (vector || !embedder?.local || !comparable) return vector;
  const reading = read(text);
  return reading.code ? undefined : quantise(await embedder.embed(text, reading, exchange));
}

async function lookForAlike(
  { text, partition }: Question,
  exchange: Exchange,
  { store, embedder, checks }: LookupOptions & { embedder: Embedder },
  search: Search,
): Promise<void> {
  const reading = read(text);
  // Program text is not compared: see the gate.
  if (reading.code) return;
  const vector = await embedder.embed(text, reading, exchange);
  search.vector = quantise(vector);
  let chars = 0;
  const { id, threshold } = embedder;
  const alike = await store.near(partition, id, vector, threshold, search.vector);
  for (const { key, question, similarity } of alike) {
    // All candidates of a usual length; of long ones, whose words take long to compare, the best.
    chars += question.length;
    if (chars > MAX_COMPARED_CHARS) return;
    const vetoes = differences(reading, readings.of(question), checks);
    if (vetoes.length > 0) {
      if (search.vetoes.length === 0) search.vetoes = vetoes;
      continue;
    }
    const entry = await store.get(key);
    if (entry?.meta.partition !== partition) continue;
    search.found = { entry, tier: 'semantic', similarity };
    return;
  }
}

/** The last candidates that were read: they are often the same ones again. */
class Readings {
  private readonly known = new Map<string, Reading>();
  private readonly max: number;

  constructor(max: number) {
    this.max = max;
  }

  of(text: string): Reading {
    const reading = this.known.get(text) ?? read(text);
    this.known.delete(text);
    this.known.set(text, reading);
    if (this.known.size > this.max) this.known.delete(this.known.keys().next().value!);
    return reading;
  }
}

const readings = new Readings(256);
