// Rules that compare meaning: phrases and texts as vectors of one embeddings endpoint.
import { dot } from '../../../kong/llm/vector.ts';
import type { EmbeddingsClient } from '../../../kong/relay/embeddings.ts';
import type { Exchange } from '../../../kong/relay/exchange.ts';

export interface SemanticRule {
  semantic?: string | undefined;
  similarity?: number | undefined;
}

/** Embedding models read a few hundred tokens well; longer texts are compared in parts. */
const PART_CHARS = 2000;
/** Of the longest texts: parts from the beginning and the end. */
const MAX_PARTS = 8;

export class SemanticRules<R extends SemanticRule> {
  readonly rules: readonly R[];
  private readonly client: EmbeddingsClient;
  private readonly similarity: number;
  private vectors: Promise<Float32Array[]> | undefined;

  constructor(rules: readonly R[], client: EmbeddingsClient, similarity: number) {
    this.rules = rules.filter(({ semantic }) => semantic !== undefined);
    this.client = client;
    this.similarity = similarity;
  }

  /**
   * The rules that some part of the text is like, with the similarity (1 = same).
   * @throws EmbeddingsError
   */
  async find(text: string, exchange: Exchange): Promise<{ rule: R; score: number }[]> {
    const phrases = await this.phraseVectors();
    const parts = partsOf(text);
    const embeddings = await Promise.all(parts.map((part) => this.client.embed(part, exchange.signal)));
    const { provider, model } = this.client;
    for (const { usage } of embeddings) {
      if (usage) exchange.sideCalls.push({ purpose: 'embedding', provider, model, usage });
    }
    return this.rules.flatMap((rule, i) => {
      const score = Math.max(...embeddings.map(({ vector }) => dot(vector, phrases[i]!)));
      return score >= (rule.similarity ?? this.similarity) ? [{ rule, score }] : [];
    });
  }

  /** Computed once; a failure is tried anew with the next request. */
  private phraseVectors(): Promise<Float32Array[]> {
    this.vectors ??= Promise.all(
      this.rules.map(async ({ semantic }) => (await this.client.embed(semantic!)).vector),
    ).catch((error: unknown) => {
      this.vectors = undefined;
      throw error;
    });
    return this.vectors;
  }
}

export function partsOf(text: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += PART_CHARS) parts.push(text.slice(at, at + PART_CHARS));
  return parts.length <= MAX_PARTS
    ? parts
    : [...parts.slice(0, MAX_PARTS / 2), ...parts.slice(-MAX_PARTS / 2)];
}
