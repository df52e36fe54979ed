// Where the report reads records: the spool's files, the file sink's, or a Redis stream.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { type CostRecord, parseRecord } from '../record/schema.ts';
import { SpoolReader } from '../spool/reader.ts';
import { segmentsIn } from '../spool/segments.ts';

/** Takes lines that are no records of this version too; they are counted. */
export interface SourceStats {
  unreadable: number;
}

/**
 * @param path a spool's folder, a folder or file of the file sink (its rotated files are read too)
 * @throws Error when there is nothing
 */
export function fileRecords(path: string, stats: SourceStats): AsyncGenerator<CostRecord> {
  if (existsSync(segmentsIn(path))) return records(spoolLines(path), stats);
  if (!existsSync(path)) throw new Error(`${path} does not exist`);
  if (statSync(path).isDirectory()) throw new Error(`${path} is no spool: it has no folder segments`);
  return records(sinkLines(path), stats);
}

/** @param url redis://[user:password@]host:port/database @param key the stream's whole key */
export function redisRecords(url: string, key: string, stats: SourceStats): AsyncGenerator<CostRecord> {
  return records(streamLines(url, key), stats);
}

async function* records(lines: AsyncIterable<string>, stats: SourceStats): AsyncGenerator<CostRecord> {
  for await (const line of lines) {
    const record = parseRecord(line);
    if (record) yield record;
    else stats.unreadable += 1;
  }
}

async function* spoolLines(folder: string): AsyncGenerator<string> {
  const reader = new SpoolReader(folder, {});
  for (;;) {
    const batch = await reader.read({ maxRecords: 2000, maxBytes: 4 * 1024 * 1024 });
    yield* batch.records;
    await reader.commit(batch);
    if (!batch.moved) return;
  }
}

async function* sinkLines(path: string): AsyncGenerator<string> {
  const rotated = new RegExp(`^${literal(basename(path))}(\\.\\d+)?$`);
  const files = (await readdir(dirname(path))).filter((file) => rotated.test(file));
  // The highest number is the oldest.
  const age = (file: string): number => Number(/\.(\d+)$/.exec(file.slice(basename(path).length))?.[1] ?? 0);
  for (const file of files.sort((a, b) => age(b) - age(a))) {
    const lines = createInterface({ input: createReadStream(join(dirname(path), file)) });
    // A crash may have torn the last line; it comes again whole.
    for await (const line of lines) if (line !== '') yield line;
  }
}

const PAGE = 1000;

async function* streamLines(url: string, key: string): AsyncGenerator<string> {
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  // ioredis rejects with "Connection is closed" and tells the reason here only.
  let reason: Error | undefined;
  client.on('error', (error) => {
    reason = error;
  });
  try {
    await client.connect().catch((error: Error) => {
      const { host, port } = client.options;
      throw new Error(`no Redis at ${host}:${port}: ${(reason ?? error).message}`);
    });
    let from = '-';
    for (;;) {
      const entries = await client.xrange(key, from, '+', 'COUNT', PAGE);
      for (const [, fields] of entries) {
        const at = fields.indexOf('record');
        if (at >= 0) yield fields[at + 1]!;
      }
      const last = entries.at(-1);
      if (!last || entries.length < PAGE) return;
      from = `(${last[0]}`;
    }
  } finally {
    client.disconnect();
  }
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
