// Where vectors come from: built in, or an embeddings service.
import { createHash } from 'node:crypto';
import { embeddingsClient } from '../../kong/relay/embeddings.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import type { StageHost } from '../../kong/relay/stage.ts';
import type { SemanticCacheConfig } from './config.ts';
import { lexicalVector } from './lexical.ts';
import { THRESHOLDS } from './match.ts';
import type { Reading } from './text/reading.ts';

export interface Embedder {
  /** Vectors of different ones are not comparable. */
  id: string;
  threshold: number;
  /** Costs nobody anything, so that it may wait until the client has its answer. */
  local: boolean;
  /** Of unit length. @throws EmbeddingsError */
  embed(text: string, reading: Reading, exchange: Exchange): Promise<Float32Array>;
}

/** Changes with the built-in embedder, so that kept vectors of an older one are not compared with new ones. */
const LEXICAL_ID = 'lexical-2';

export function newEmbedder({ semantic }: SemanticCacheConfig, host: StageHost): Embedder {
  const { embedder, embeddings, threshold } = semantic;
  if (embedder === 'lexical' || !embeddings) {
    return {
      id: LEXICAL_ID,
      local: true,
      threshold: threshold ?? THRESHOLDS.lexical,
      embed: async (_text, reading) => lexicalVector(reading),
    };
  }
  const client = embeddingsClient(embeddings, host);
  const { url, model, dimensions } = embeddings;
  return {
    id: createHash('sha256')
      .update(JSON.stringify([url, model, dimensions]))
      .digest('base64url')
      .slice(0, 16),
    local: false,
    threshold: threshold ?? THRESHOLDS.endpoint,
    async embed(text, _reading, exchange) {
      const began = performance.now();
      const { vector, usage } = await client.embed(text, exchange.signal);
      if (usage)
        exchange.sideCalls.push({
          purpose: 'embedding',
          provider: client.provider,
          model: client.model,
          usage,
          ms: performance.now() - began,
        });
      return vector;
    },
  };
}
