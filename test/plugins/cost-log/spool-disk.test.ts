// What the spool does when the disk refuses, hangs, or the process is killed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { SpoolReader } from '../../../plugins/cost-log/spool/reader.ts';
import { segmentsIn } from '../../../plugins/cost-log/spool/segments.ts';
import type { SpoolSettings } from '../../../plugins/cost-log/spool/writer.ts';
import { LIMITS, writerIn } from './spool-writer.ts';
import { tempFolder } from './support.ts';

/** The disk between the writer and the real one. */
const disk = vi.hoisted(() => ({
  /** Bytes that it still takes. */
  room: Number.POSITIVE_INFINITY,
  syncs: 'well' as 'well' | 'fail' | 'hang',
  written: 0,
}));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return {
    ...fs,
    writeSync(fd: number, bytes: Buffer, at = 0) {
      disk.written += 1;
      if (disk.room <= 0) throw new Error('ENOSPC');
      const taken = fs.writeSync(fd, bytes, at, Math.min(bytes.length - at, disk.room));
      disk.room -= taken;
      return taken;
    },
    fdatasync(fd: number, done: (error: Error | null) => void) {
      if (disk.syncs === 'well') fs.fdatasync(fd, done);
      else if (disk.syncs === 'fail') done(new Error('EIO'));
      else setTimeout(() => fs.fdatasync(fd, done), HANGS_MS);
    },
  };
});

const HANGS_MS = 1500;
/** The writer takes it for hanging. */
const STALLED_MS = 1100;

afterEach(() => {
  Object.assign(disk, { room: Number.POSITIVE_INFINITY, syncs: 'well', written: 0 });
});

function writing(settings: Partial<SpoolSettings> = {}) {
  const folder = tempFolder();
  const { writer, lost, failures } = writerIn(folder, settings);
  return {
    append: (json: string) => writer.append({ sinks: ['s'], json }),
    writer,
    lost,
    failures,
    /** What the operating system has now. */
    files: () =>
      readdirSync(segmentsIn(folder))
        .sort()
        .map((file) => readFileSync(join(segmentsIn(folder), file), 'utf8')),
    read: () => new SpoolReader(folder, { sink: 's' }).read(LIMITS),
  };
}

test('a record is in its file when `append` returns: nothing that may come afterwards takes it away', () => {
  const { append, files } = writing({ flushMs: 10_000, segmentBytes: 400 });
  for (let n = 0; n < 100; n += 1) {
    expect(append(`{"n":${n}}`)).toBe(true);
    expect(files().filter((text) => text.endsWith(` {"n":${n}}\n`))).toHaveLength(1);
  }
});

test('while the disk takes nothing, memory is bounded, what is lost is said, and the rest comes later, in order', async () => {
  const { append, writer, lost, failures, read } = writing();
  append('0');
  disk.room = 0;
  const pad = 'x'.repeat(100_000);
  const kept =
    Array.from({ length: 400 }, (_, n) => append(JSON.stringify({ n: n + 1, pad }))).lastIndexOf(true) + 1;
  expect(kept).toBeGreaterThan(150);
  expect(kept).toBeLessThan(170);
  expect(lost).toEqual(Array.from({ length: 400 - kept }, () => [1, 'stalled']));
  await vi.waitFor(() => expect(failures.length).toBeGreaterThan(2), 5_000);
  disk.room = Number.POSITIVE_INFINITY;
  await writer.flushed();
  const { records } = await read();
  const numbers = records.map((json) => (JSON.parse(json) as { n?: number }).n ?? 0);
  expect(numbers).toEqual(Array.from({ length: kept + 1 }, (_, n) => n));
});

test('a disk that refuses is tried now and then, not by every record, and is not littered with empty files', async () => {
  const { append, writer, files, failures } = writing();
  disk.room = 0;
  for (let n = 0; n < 1000; n += 1) append(`${n}`);
  expect(disk.written).toBe(1);
  await vi.waitFor(() => expect(failures.length).toBeGreaterThan(3), 5_000);
  expect(files().length).toBeLessThanOrEqual(1);
  disk.room = Number.POSITIVE_INFINITY;
  await writer.flushed();
  expect(files()).toHaveLength(1);
});

test('what the disk took of a write that it refused is cut off, and the record comes in another file', async () => {
  const { append, writer, failures, read } = writing();
  append('1');
  disk.room = 5;
  append('2');
  disk.room = Number.POSITIVE_INFINITY;
  append('3');
  await writer.flushed();
  expect(failures).toEqual(['ENOSPC']);
  const { records, damaged } = await read();
  expect([records, damaged]).toEqual([['1', '2', '3'], 0]);
});

test('what a failed sync leaves in doubt is written again, to another file, once', async () => {
  const { append, writer, failures, files, read } = writing();
  append('1');
  await writer.flushed();
  disk.syncs = 'fail';
  append('2');
  append('3');
  await vi.waitFor(() => expect(failures).toContain('EIO'));
  disk.syncs = 'well';
  append('4');
  await writer.flushed();
  expect(files().map((text) => text.match(/\d+$/gm))).toEqual([['1'], ['2', '3', '4']]);
  expect((await read()).records).toEqual(['1', '2', '3', '4']);
});

test('a disk that hangs gets no more writes, which might block the process', async () => {
  const { append, writer, read } = writing();
  disk.syncs = 'hang';
  append('1');
  await sleep(STALLED_MS);
  expect(append('2')).toBe(true);
  expect(disk.written).toBe(1);
  disk.syncs = 'well';
  await writer.flushed();
  expect((await read()).records).toEqual(['1', '2']);
});

test('a process that must end does not wait for a disk that takes nothing', async () => {
  const { append, writer, lost } = writing();
  disk.room = 0;
  append('1');
  append('2');
  await writer.rest();
  expect(lost).toEqual([[2, 'stalled']]);
});
