// The report: what is added up, by what, and how it is printed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { type CostRecord, type Line, parseRecord } from '../../../plugins/cost-log/record/schema.ts';
import { asCsv, asJson, asTable } from '../../../plugins/cost-log/report/print.ts';
import { fileRecords, redisRecords } from '../../../plugins/cost-log/report/sources.ts';
import { type Dimension, type Report, Summary } from '../../../plugins/cost-log/report/summary.ts';
import { startRedis } from '../../support/redis.ts';
import { tempFolder } from './support.ts';

const line = (cost: string | null, fields: Partial<Line> = {}): Line => ({
  purpose: 'answer',
  provider: 'openai',
  model: 'gpt-4o',
  prompt_tokens: 10,
  completion_tokens: 5,
  cost:
    cost === null
      ? null
      : {
          total: cost,
          input: cost,
          cache_read: '0',
          cache_write: '0',
          output: '0',
          reasoning: '0',
          other: '0',
        },
  ...fields,
});

let made = 0;
/** With the least that a record has; `meta` of ai.proxy. */
function record(fields: Partial<CostRecord> = {}, meta: object = {}, proxy: object = {}): CostRecord {
  made += 1;
  return {
    schema: 1,
    id: `id-${made}`,
    started_at: Date.UTC(2026, 0, 2),
    response: { status: 200 },
    outcome: 'complete',
    ai: { proxy: { meta: { plugin_id: 'p', ...meta }, usage: {}, ...proxy } },
    lines: [line('0.5')],
    tags: {},
    ...fields,
  } as CostRecord;
}

function reportOf(by: Dimension[], ...records: CostRecord[]): Report {
  const summary = new Summary(by);
  for (const one of records) summary.add(one);
  return summary.report();
}

const namesBy = (by: Dimension, ...records: CostRecord[]): string[] =>
  reportOf([by], ...records).groups[0]!.rows.map(({ name }) => name);

describe('the sum', () => {
  it('has tokens, exact costs, and what was estimated, cached, blocked or wrong', () => {
    const { total, records, from, to } = reportOf(
      [],
      record({ lines: [line('0.1'), line('0.2', { purpose: 'judge' })] }),
      record({ started_at: Date.UTC(2026, 0, 1) }, {}, { usage: { estimated: true } }),
      record({ lines: [] }, {}, { cache: { cache_status: 'Hit' } }),
      record({ lines: [], guard: { verdict: 'blocked', matches: [] } }),
      record({ lines: [], pii: { request: {}, response: {}, blocked: true } }),
      record({ lines: [], response: { status: 502 } }),
      record({ outcome: 'failed', started_at: Date.UTC(2026, 0, 3) }),
      record({
        lines: [line(null, { cache_read_tokens: 1, cache_write_tokens: 2, reasoning_tokens: 3 })],
      }),
      record({ lines: [{ purpose: 'embedding', provider: 'o', model: 'm', cost: null }] }),
    );
    expect(total).toEqual({
      name: '',
      requests: 9,
      prompt_tokens: 50,
      completion_tokens: 25,
      cache_read_tokens: 1,
      cache_write_tokens: 2,
      reasoning_tokens: 3,
      cost: '1.3',
      unpriced: 2,
      estimated: 1,
      cache_hits: 1,
      blocked: 2,
      errors: 2,
    });
    expect(records).toBe(9);
    expect([from, to]).toEqual([Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 3)]);
  });

  it('counts a record once, however often it was delivered', () => {
    const one = record();
    expect(reportOf([], one, one, one)).toMatchObject({ records: 1, duplicates: 2, total: { cost: '0.5' } });
  });

  it('of nothing is nothing', () => {
    expect(reportOf(['model'])).toMatchObject({
      records: 0,
      from: 0,
      to: 0,
      total: { cost: '0' },
      unpriced: [],
    });
  });

  it('names the models without a price, each once', () => {
    const lines = [line(null, { model: 'b' }), line(null, { model: 'a' }), line(null, { model: 'b' })];
    expect(reportOf([], record({ lines })).unpriced).toEqual(['openai/a', 'openai/b']);
  });
});

describe('a request is', () => {
  it.each<[Dimension, string, CostRecord]>([
    ['consumer', 'alice', record({ consumer: { id: 'c1', username: 'alice', custom_id: 'x' } })],
    ['consumer', 'x', record({ consumer: { id: 'c1', custom_id: 'x' } })],
    ['consumer', 'c1', record({ consumer: { id: 'c1' } })],
    ['consumer', '', record()],
    ['route', 'chat', record({ route: { id: 'r1', name: 'chat' } })],
    ['route', 'r1', record({ route: { id: 'r1' } })],
    ['route', '', record()],
    ['service', 'llm', record({ service: { id: 's1', name: 'llm' } })],
    ['service', 's1', record({ service: { id: 's1' } })],
    ['service', '', record()],
    ['day', '2026-01-02', record()],
    ['tag:team', 'red', record({ tags: { team: 'red' } })],
    ['tag:team', '', record()],
    ['provider', 'openai', record({}, { provider_name: 'azure' })],
    ['provider', 'azure', record({ lines: [] }, { provider_name: 'azure' })],
    ['provider', '', record({ lines: [] })],
    ['model', 'gpt-4o', record({}, { request_model: 'gpt-5' })],
    ['model', 'gpt-5', record({ lines: [] }, { request_model: 'gpt-5', requested_model: 'fast' })],
    ['model', 'fast', record({ lines: [] }, { requested_model: 'fast' })],
    ['model', '', record({ lines: [] })],
  ])('by %s %j', (by, name, one) => {
    expect(namesBy(by, one)).toEqual([name]);
  });

  it('its answer’s model’s and provider’s, and a call beside it costs the model that was called', () => {
    const one = record({ lines: [line('0.5'), line('0.1', { model: 'judge', provider: 'mistral' })] });
    const rows = reportOf(['model', 'provider', 'consumer'], one).groups.map(({ rows }) =>
      rows.map(({ name, requests, cost }) => [name, requests, cost]),
    );
    expect(rows).toEqual([
      [
        ['gpt-4o', 1, '0.5'],
        ['judge', 0, '0.1'],
      ],
      [
        ['openai', 1, '0.5'],
        ['mistral', 0, '0.1'],
      ],
      [['', 1, '0.6']],
    ]);
  });
});

describe('rows are in order', () => {
  const of = (route: string, cost: string, started_at = 0): CostRecord =>
    record({ route: { id: route }, lines: [line(cost)], started_at });

  it('of cost, then of requests', () => {
    expect(
      namesBy(
        'route',
        of('few', '0.2'),
        of('cheap', '0.1'),
        of('dear', '9'),
        of('many', '0.1'),
        of('many', '0.1'),
      ),
    ).toEqual(['dear', 'many', 'few', 'cheap']);
  });

  it('of time, when they are days', () => {
    const day = 86_400_000;
    expect(namesBy('day', of('a', '1', 2 * day), of('a', '9', 3 * day), of('a', '5', day))).toEqual([
      '1970-01-02',
      '1970-01-03',
      '1970-01-04',
    ]);
  });
});

describe('as a table', () => {
  it('has a total, the time it is of, and what its cost does not have', () => {
    const lines = [line(null, { model: 'own\u001b[31m' })];
    const one = record({ route: { id: 'r', name: 'chat' } });
    const text = asTable(reportOf(['route'], one, one, record({ lines })));
    expect(text.split('\n')).toEqual([
      '2 requests, 2026-01-02 00:00 to 2026-01-02 00:00 UTC (1 delivered twice, counted once)',
      '',
      'route   requests  prompt  cached  completion  cost USD  unpriced  hits  blocked  errors',
      'chat           1      10       0           5       0.5         0     0        0       0',
      '(none)         1      10       0           5     0 + ?         1     0        0       0',
      'total          2      20       0          10   0.5 + ?         1     0        0       0',
      '',
      'Without a known price, and not in the cost (see `prices` of cost-log):',
      '  openai/own?[31m',
      '',
    ]);
  });

  it('of nothing says so, without a time', () => {
    expect(asTable(reportOf([]))).toBe('0 requests\n');
  });
});

describe('for programs', () => {
  it('is JSON with all there is', () => {
    const report = reportOf(['route'], record());
    expect(JSON.parse(asJson(report))).toEqual(report);
  });

  it('is CSV; names that a spreadsheet would run are text, and quotes are doubled', () => {
    const names = ['=1+1', '-x', 'a,"b"', 'two\nlines', 'plain'];
    const csv = asCsv(reportOf(['route'], ...names.map((name) => record({ route: { id: name } }))));
    expect(csv).toMatch(/^by,name,requests,prompt_tokens,.*cost\r\n/);
    expect(csv).toContain("route,'=1+1,1,10,");
    expect(csv).toContain("route,'-x,1,");
    expect(csv).toContain('route,"a,""b""",1,');
    expect(csv).toContain('route,"two\nlines",1,');
    expect(csv).toContain('route,plain,1,');
  });
});

describe('records are read', () => {
  const collect = async (source: AsyncIterable<CostRecord>): Promise<string[]> => {
    const ids: string[] = [];
    for await (const { id } of source) ids.push(id);
    return ids;
  };
  const text = (...ids: string[]): string => ids.map((id) => `${JSON.stringify(record({ id }))}\n`).join('');

  it('from a file and its rotated ones, oldest first; lines of another version are counted', async () => {
    const folder = tempFolder();
    const path = join(folder, 'out.ndjson');
    writeFileSync(path, `${text('e')}\n{"schema":2,"lines":[]}\n{"torn`);
    writeFileSync(`${path}.1`, text('c', 'd'));
    writeFileSync(`${path}.10`, text('a'));
    writeFileSync(`${path}.2`, text('b'));
    writeFileSync(`${path}.old`, text('other'));
    const stats = { unreadable: 0 };
    expect(await collect(fileRecords(path, stats))).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(stats.unreadable).toBe(2);
  });

  it('not from what is not there, and not from a folder that is no spool', () => {
    const folder = tempFolder();
    const stats = { unreadable: 0 };
    expect(() => fileRecords(join(folder, 'gone'), stats)).toThrow('gone does not exist');
    expect(() => fileRecords(folder, stats)).toThrow('is no spool: it has no folder segments');
    mkdirSync(join(folder, 'segments'));
    expect(() => fileRecords(folder, stats)).not.toThrow();
  });

  it('from a stream, page by page; entries of others are passed over', async () => {
    const redis = await startRedis();
    const client = new Redis(redis.port);
    const pipeline = client.pipeline();
    for (let i = 0; i < 1001; i++) pipeline.xadd('s', '*', 'record', text(`r${i}`));
    pipeline.xadd('s', '*', 'other', 'x');
    await pipeline.exec();
    client.disconnect();
    const stats = { unreadable: 0 };
    const ids = await collect(redisRecords(redis.url, 's', stats));
    await redis.stop();
    expect([ids.length, new Set(ids).size, stats.unreadable]).toEqual([1001, 1001, 0]);
  });

  it('only when they are of this version', () => {
    expect(parseRecord(text('x'))).toMatchObject({ id: 'x' });
    for (const other of ['null', '1', '{"schema":1}', '{"schema":2,"lines":[]}', '{'])
      expect(parseRecord(other), other).toBeUndefined();
  });
});
