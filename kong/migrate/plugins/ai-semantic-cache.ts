// ai-semantic-cache: semantic-cache, which needs no vector database.
import { fieldOf, keepKnown } from '../known.ts';
import type { Migration } from '../migration.ts';
import { defined, isRecord } from '../reader.ts';
import { embeddings, llmFormat } from './common.ts';

const TO = 'semantic-cache';

export const aiSemanticCache: Migration = {
  from: 'ai-semantic-cache',
  convert(reader) {
    llmFormat(reader);
    const database = reader.take('vectordb');
    const { strategy, redis, threshold } = isRecord(database) ? database : {};
    const isRedis = strategy === 'redis';
    if (database !== undefined && !isRedis)
      reader.note(
        'changed',
        'vectordb',
        'PostgreSQL is not used: answers are kept in memory, or in Redis (strategy)',
      );
    if (threshold !== undefined && threshold !== null)
      reader.note(
        'todo',
        'vectordb.threshold',
        'is semantic.threshold, a cosine similarity where 1 is the same; the default is safe',
      );
    reader.note('changed', '', 'answers are no longer shared between consumers: see partition_by');
    reader.drop(
      {
        message_countback: 'the whole conversation counts; only the last question is compared by meaning',
        ignore_system_prompts: 'system prompts always count: other instructions give other answers',
        ignore_assistant_prompts: 'earlier answers always count',
        ignore_tool_prompts: 'conversations with results of tools are not cached',
      },
      [false, 1],
    );
    reader.take('exact_caching');
    const service = embeddings(reader);
    return [
      {
        name: TO,
        config: defined({
          strategy: isRedis ? 'redis' : 'memory',
          redis: isRedis ? keepKnown(redis, fieldOf(TO, 'redis'), reader, 'vectordb.redis') : undefined,
          cache_ttl: reader.take('cache_ttl'),
          cache_control: reader.take('cache_control'),
          on_error: reader.take('stop_on_failure') === true ? 'block' : undefined,
          semantic: service && { embedder: 'endpoint', embeddings: service },
        }),
      },
    ];
  },
};
