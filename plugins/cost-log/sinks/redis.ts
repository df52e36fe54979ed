// Records in a Redis stream: entries with the fields `id` and `record`. The id tells those that came twice.
import { connectRedis, type RedisHost } from '../../../kong/relay/redis.ts';
import type { RedisConfig } from '../../../kong/relay/redis-config.ts';
import type { Sink } from './sink.ts';

export interface RedisSinkOptions {
  redis: RedisConfig;
  stream: string;
  maxLen: number;
}

export function redisSink({ redis, stream, maxLen }: RedisSinkOptions, host: RedisHost): Sink {
  const connection = connectRedis(redis, host);
  const key = connection.key(stream);
  return {
    maxRecords: 200,
    async deliver(records) {
      const results = await connection.run((client) => {
        const pipeline = client.pipeline();
        for (const record of records) {
          const { id } = JSON.parse(record) as { id: string };
          pipeline.xadd(key, 'MAXLEN', '~', maxLen, '*', 'id', id, 'record', record);
        }
        return pipeline.exec();
      });
      const failed = results?.find(([error]) => error);
      if (failed?.[0]) throw failed[0];
    },
    close: () => connection.release(),
  };
}
