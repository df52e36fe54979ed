import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writePositions } from '../../../plugins/cost-log/spool/cursor.ts';
import { decodeFrame, encodeFrame } from '../../../plugins/cost-log/spool/frame.ts';
import { SpoolReader } from '../../../plugins/cost-log/spool/reader.ts';
import { listSegments, newSegmentName, segmentsIn } from '../../../plugins/cost-log/spool/segments.ts';
import type { SpoolWriter } from '../../../plugins/cost-log/spool/writer.ts';
import { LIMITS, writerIn } from './spool-writer.ts';
import { tempFolder } from './support.ts';

/** Files of the folder that this process has open. */
function openFiles(folder: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(join('/proc/self/fd', fd));
      return path.startsWith(folder) ? [path] : [];
    } catch {
      return [];
    }
  });
}

test.skipIf(process.platform !== 'linux')(
  'a record of a request that ended after all stages were closed leaves no file open',
  async () => {
    const folder = tempFolder();
    const { writer } = writerIn(folder);
    writer.use();
    writer.use();
    const write = async (n: number): Promise<void> => {
      writer.append({ sinks: [], json: `{"n":${n}}` });
      await writer.flushed();
    };
    await write(1);
    await writer.rest();
    await write(2);
    expect(openFiles(folder), 'another stage still writes').toHaveLength(1);
    await writer.rest();
    expect(openFiles(folder)).toEqual([]);
    await write(3);
    expect(openFiles(folder)).toEqual([]);
    expect(await readAll(folder)).toHaveLength(3);
  },
);

const readAll = async (folder: string, sink?: string): Promise<string[]> =>
  (await new SpoolReader(folder, sink === undefined ? {} : { sink }).read(LIMITS)).records;

describe('a frame', () => {
  test('comes back as it was, whatever is in it', () => {
    const sinks = fc.array(
      fc.stringMatching(/^[A-Za-z0-9_.-]{1,10}$/).filter((id) => id !== '-'),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(sinks, fc.json(), (ids, json) => {
        const bytes = encodeFrame({ sinks: ids, json });
        expect(decodeFrame(bytes, 0)).toEqual({
          kind: 'frame',
          frame: { sinks: ids, json },
          next: bytes.length,
        });
      }),
    );
  });

  test('that was cut is torn, and one whose bytes changed is damaged: neither is ever a record', () => {
    const bytes = encodeFrame({ sinks: ['a'], json: '{"n":1}' });
    for (let end = 0; end < bytes.length; end += 1) {
      expect(decodeFrame(bytes.subarray(0, end), 0)).toEqual({ kind: 'torn' });
    }
    for (let at = 0; at < bytes.length - 1; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      expect(decodeFrame(changed, 0).kind).not.toBe('frame');
    }
  });
});

describe('the spool', () => {
  test('gives every record to the sinks that it is for, in order, once', async () => {
    const folder = tempFolder();
    const { writer } = writerIn(folder, { segmentBytes: 4096 });
    for (let n = 0; n < 500; n += 1)
      writer.append({ sinks: n % 2 === 0 ? ['even', 'all'] : ['all'], json: `${n}` });
    await writer.flushed();
    expect(await readAll(folder)).toHaveLength(500);
    expect((await readAll(folder, 'even')).map(Number)).toEqual(Array.from({ length: 250 }, (_, i) => i * 2));

    const reader = new SpoolReader(folder, { sink: 'all' });
    const seen: string[] = [];
    for (;;) {
      const batch = await reader.read({ maxRecords: 7, maxBytes: 1000 });
      expect(batch.records.length).toBeLessThanOrEqual(7);
      seen.push(...batch.records);
      await reader.commit(batch);
      if (!batch.moved) break;
    }
    expect(seen.map(Number)).toEqual(Array.from({ length: 500 }, (_, i) => i));
    expect((await new SpoolReader(folder, { sink: 'all' }).read(LIMITS)).records).toEqual([]);
  });

  test('a batch that was not committed comes again, after a restart too', async () => {
    const folder = tempFolder();
    const { writer } = writerIn(folder);
    writer.append({ sinks: ['s'], json: '1' });
    await writer.flushed();
    const reader = new SpoolReader(folder, { sink: 's' });
    expect((await reader.read(LIMITS)).records).toEqual(['1']);
    expect((await reader.read(LIMITS)).records).toEqual(['1']);
    const again = new SpoolReader(folder, { sink: 's' });
    await again.commit(await again.read(LIMITS));
    expect(await readAll(folder, 's')).toEqual([]);
  });

  test('is read while it is written, across files', async () => {
    const folder = tempFolder();
    const { writer } = writerIn(folder, { segmentBytes: 4096 });
    const reader = new SpoolReader(folder, { sink: 's' });
    const seen: number[] = [];
    for (let n = 0; n < 300; n += 1) {
      writer.append({ sinks: ['s'], json: JSON.stringify({ n, pad: 'x'.repeat(100) }) });
      if (n % 30 !== 0) continue;
      await writer.flushed();
      const batch = await reader.read(LIMITS);
      seen.push(...batch.records.map((json) => (JSON.parse(json) as { n: number }).n));
      await reader.commit(batch);
    }
    await writer.flushed();
    seen.push(...(await reader.read(LIMITS)).records.map((json) => (JSON.parse(json) as { n: number }).n));
    expect(seen).toEqual(Array.from({ length: 300 }, (_, n) => n));
    expect((await listSegments(folder)).length).toBeGreaterThan(3);
  });

  test('a record larger than the reader’s chunk comes whole', async () => {
    const folder = tempFolder();
    const { writer } = writerIn(folder);
    const big = JSON.stringify('é'.repeat(700_000));
    writer.append({ sinks: ['s'], json: big });
    writer.append({ sinks: ['s'], json: '2' });
    await writer.flushed();
    expect(await readAll(folder, 's')).toEqual([big, '2']);
  });

  test('a torn last line waits while its writer may live, and is given up when the file is done', async () => {
    const folder = tempFolder();
    mkdirSync(segmentsIn(folder), { recursive: true });
    const whole = encodeFrame({ sinks: ['s'], json: '1' });
    const torn = encodeFrame({ sinks: ['s'], json: '2' }).subarray(0, 12);
    const young = join(segmentsIn(folder), `${Date.now()}-000000000001.open`);
    writeFileSync(young, Buffer.concat([whole, torn]));
    const reader = new SpoolReader(folder, { sink: 's' });
    const first = await reader.read(LIMITS);
    expect([first.records, first.damaged]).toEqual([['1'], 0]);
    await reader.commit(first);
    // Its writer had only been slow.
    appendFileSync(young, encodeFrame({ sinks: ['s'], json: '2' }).subarray(12));
    const second = await reader.read(LIMITS);
    expect([second.records, second.damaged]).toEqual([['2'], 0]);

    const old = join(segmentsIn(folder), `${Date.now() - 3600_000}-000000000002.open`);
    writeFileSync(old, Buffer.concat([whole, torn]));
    const third = await new SpoolReader(folder, { sink: 's' }).read(LIMITS);
    expect([third.records, third.damaged]).toEqual([['1', '2'], 1]);
  });

  test('a damaged line does not take its neighbours with it', async () => {
    const folder = tempFolder();
    const { writer } = writerIn(folder);
    for (const json of ['"a"', '"b"', '"c"']) writer.append({ sinks: ['s'], json });
    await writer.rest();
    const [file] = readdirSync(segmentsIn(folder));
    const path = join(segmentsIn(folder), file!);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"b"', '"x"'));
    const batch = await new SpoolReader(folder, { sink: 's' }).read(LIMITS);
    expect([batch.records, batch.damaged]).toEqual([['"a"', '"c"'], 1]);
  });
});

describe('a spool that is full', () => {
  const json = JSON.stringify('x'.repeat(500));
  const settings = { maxBytes: 64 * 1024, segmentBytes: 8 * 1024 };
  const sizeOf = async (folder: string): Promise<number> =>
    (await listSegments(folder)).reduce((sum, { bytes }) => sum + bytes, 0);

  async function fill(writer: SpoolWriter, records: number): Promise<void> {
    for (let n = 0; n < records; n += 1) {
      writer.append({ sinks: ['s'], json });
      if (n % 10 === 9) await writer.flushed();
    }
    await writer.flushed();
  }

  test('forgets first what every sink has got, and loses nothing by it', async () => {
    const folder = tempFolder();
    const { writer, lost } = writerIn(folder, { ...settings, whenFull: 'drop_new' });
    const reader = new SpoolReader(folder, { sink: 's' });
    let got = 0;
    for (let round = 0; round < 20; round += 1) {
      await fill(writer, 20);
      const batch = await reader.read(LIMITS);
      got += batch.records.length;
      await reader.commit(batch);
    }
    expect([got, lost]).toEqual([400, []]);
    expect(await sizeOf(folder)).toBeLessThanOrEqual(settings.maxBytes);
  });

  test('drop_oldest loses the oldest, says how many, and stays within its size', async () => {
    const folder = tempFolder();
    const { writer, lostRecords } = writerIn(folder, settings);
    await fill(writer, 400);
    const left = await readAll(folder, 's');
    expect(left.length + lostRecords()).toBe(400);
    expect(lostRecords()).toBeGreaterThan(200);
    expect(await sizeOf(folder)).toBeLessThanOrEqual(settings.maxBytes);
  });

  test('drop_new keeps what there is, says what was lost, and goes on when there is room', async () => {
    const folder = tempFolder();
    const { writer, lost, lostRecords } = writerIn(folder, { ...settings, whenFull: 'drop_new' });
    await fill(writer, 400);
    expect(writer.full).toBe(true);
    const left = await readAll(folder, 's');
    expect(left.length + lostRecords()).toBe(400);
    expect(lost.every(([, reason]) => reason === 'full')).toBe(true);

    const reader = new SpoolReader(folder, { sink: 's' });
    await reader.commit(await reader.read(LIMITS));
    await expect.poll(() => writer.full, { timeout: 10_000 }).toBe(false);
    expect(writer.append({ sinks: ['s'], json })).toBe(true);
    await writer.flushed();
    expect(await readAll(folder, 's')).toHaveLength(1);
  });

  test('a sink that nobody has asked for in a week does not keep records back', async () => {
    const folder = tempFolder();
    const { writer, lost } = writerIn(folder, { ...settings, whenFull: 'drop_new' });
    await writePositions(folder, 'removed', {});
    const past = new Date(Date.now() - 8 * 24 * 3600_000);
    utimesSync(join(folder, 'cursors', 'removed.json'), past, past);
    const reader = new SpoolReader(folder, { sink: 's' });
    for (let round = 0; round < 10; round += 1) {
      await fill(writer, 20);
      await reader.commit(await reader.read(LIMITS));
    }
    expect(lost).toEqual([]);
  });
});

test('the names of segments tell in which order they were begun, within a millisecond and after a clock was set back', () => {
  const names = Array.from({ length: 50 }, () => newSegmentName(5_000_000));
  expect(names.toSorted()).toEqual(names);
  expect(newSegmentName(1_000_000)).toMatch(/^0000001000000-/);
});
