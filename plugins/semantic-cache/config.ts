// The config of semantic-cache. Names follow Kong's own ai-semantic-cache where it has them.
import { z } from 'zod';
import { embeddingsConfig } from '../../kong/relay/embeddings-config.ts';
import { redisConfig } from '../../kong/relay/redis-config.ts';
import { entityChecks, headerName, kong, ms, seconds, secret, set, text } from '../../kong/schema/index.ts';
import { CHECKS } from './gate.ts';

const MIB = 1024 * 1024;

const gate = z.object({
  enabled: z.boolean().default(true).describe('Refuse similar questions that differ in one of the checks.'),
  checks: set(z.enum(CHECKS))
    .default([...CHECKS])
    .describe(
      'What may not differ. Without content and order an embedder finds paraphrases, and makes mistakes.',
    ),
});

const semantic = z.object({
  enabled: z
    .boolean()
    .default(true)
    .describe('Also serve questions that are written otherwise but mean the same.'),
  embedder: z
    .enum(['lexical', 'endpoint'])
    .default('lexical')
    .describe('lexical: built in, finds near-duplicates. endpoint: the embeddings service named below.'),
  embeddings: embeddingsConfig.optional().describe('The embeddings service of embedder: endpoint.'),
  threshold: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('Smallest cosine similarity of a hit. Default: 0.65 for lexical, 0.9 for endpoint.'),
  gate: gate.prefault({}).describe('The safety gate behind the similarity.'),
  index: z
    .enum(['memory', 'server'])
    .default('memory')
    .describe(
      'server: search in Redis 8 or RediSearch where the server has it; else in memory all the same.',
    ),
});

const coalesce = z.object({
  enabled: z
    .boolean()
    .default(true)
    .describe('Identical requests that are under way wait for the first of them.'),
  max_waiting: z
    .int()
    .min(1)
    .default(1000)
    .describe('Most requests that wait for one; more go out by themselves.'),
  timeout: ms().default(30_000).describe('Milliseconds that a request waits before it goes out by itself.'),
});

const replay = z.object({
  tokens_per_second: z
    .number()
    .min(0)
    .default(0)
    .describe('Speed at which a hit is streamed; 0: all at once.'),
  usage: z
    .enum(['zero', 'original'])
    .default('zero')
    .describe('Usage in the body of a hit: nothing was used, or what the first answer used.'),
});

export const semanticCacheConfig = entityChecks(
  z.object({
    strategy: z
      .enum(['memory', 'redis'])
      .default('memory')
      .describe('Where answers are kept: in each relay process, or in Redis.'),
    redis: redisConfig.prefault({}).describe('The Redis of strategy: redis.'),
    memory: z
      .object({
        max_bytes: z
          .int()
          .min(0)
          .default(128 * MIB)
          .describe(
            'Bytes of answers (of Redis: of the index) per process; the least recently used go first.',
          ),
      })
      .prefault({})
      .describe('Memory of each relay process.'),
    cache_ttl: seconds().default(300).describe('Seconds for which an answer is served.'),
    stale_while_revalidate: z
      .int()
      .min(0)
      .default(0)
      .describe('Seconds after that in which it is served once more while a new one is fetched.'),
    stale_if_error: z
      .int()
      .min(0)
      .default(0)
      .describe('Seconds after that in which it is served when the provider fails.'),
    namespace: text()
      .optional()
      .describe('Routes with the same one share answers. Default: every route has its own.'),
    partition_by: z
      .enum(['consumer', 'credential', 'end_user', 'none'])
      .default('consumer')
      .describe(
        'Who shares answers. end_user: consumer and the request’s user; none: everybody on the route.',
      ),
    vary_headers: set(headerName())
      .optional()
      .describe('Request headers on which answers depend, for example a tenant’s.'),
    tags: set(text())
      .optional()
      .describe(
        'Tags of the answers, to purge them by, beside those of route, service and consumer in Kong.',
      ),
    cache_control: z
      .boolean()
      .default(true)
      .describe('Honour no-store, no-cache, max-age and only-if-cached of requests.'),
    max_temperature: z
      .number()
      .min(0)
      .max(2)
      .default(1)
      .describe('Requests with a higher temperature are not cached.'),
    cache_tool_calls: z.boolean().default(false).describe('Also cache answers that call tools.'),
    max_answer_bytes: z.int().min(1).default(MIB).describe('Longer answers are not cached.'),
    semantic: semantic.prefault({}).describe('Serving questions that are not the same word for word.'),
    coalesce: coalesce.prefault({}).describe('One call for identical requests at the same time.'),
    replay: replay.prefault({}).describe('How a hit looks.'),
    encryption_key: kong(secret().optional(), {
      description:
        'Answers and questions in Redis are encrypted with it (AES-256-GCM); or env://NAME or file:///path.',
    }),
    timeout_ms: ms()
      .default(500)
      .describe('Most milliseconds that looking up may take; past it the provider is asked.'),
    on_error: z
      .enum(['allow', 'block'])
      .default('allow')
      .describe('When the cache fails: ask the provider, or refuse the request.'),
    dry_run: z.boolean().default(false).describe('Serve nothing; report what would have been served.'),
  }),
  {
    conditional: {
      if_field: 'semantic.embedder',
      if_match: { eq: 'endpoint' },
      then_field: 'semantic.embeddings.url',
      then_match: { required: true },
    },
  },
);

export type SemanticCacheConfig = z.output<typeof semanticCacheConfig>;
