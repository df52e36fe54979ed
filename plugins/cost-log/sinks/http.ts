// Records over HTTP: newline-delimited JSON, with a key by which the receiver knows a batch that comes again.
import { createHash } from 'node:crypto';
import { headerReader, post } from './post.ts';
import type { Sink } from './sink.ts';

export interface HttpSinkOptions {
  url: string;
  headers?: Readonly<Record<string, string>> | undefined;
  timeoutMs: number;
  gzip: boolean;
  maxRecords: number;
}

export function httpSink({ url, headers, timeoutMs, gzip, maxRecords }: HttpSinkOptions): Sink {
  const own = headerReader(headers);
  return {
    maxRecords,
    async deliver(records, signal) {
      const body = `${records.join('\n')}\n`;
      const key = createHash('sha256').update(body).digest('hex').slice(0, 32);
      const all = { 'content-type': 'application/x-ndjson', 'idempotency-key': key, ...own() };
      await post({ url, headers: all, body, gzip, timeoutMs }, signal);
    },
  };
}
