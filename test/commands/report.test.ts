// `kong-ai report`: which records it takes, and in which form it prints them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { reportCommand } from '../../kong/commands/report.ts';
import { type CostRecord, recordSchema } from '../../plugins/cost-log/record/schema.ts';
import type { Report } from '../../plugins/cost-log/report/summary.ts';
import { runCommand } from '../support/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'kong-ai-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

let count = 0;
function record(day: string, model: string): CostRecord {
  count += 1;
  const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
  const zero = '0';
  const cost = { input: '1', output: '2', cache_read: zero, cache_write: zero, reasoning: zero, other: zero };
  return recordSchema.parse({
    schema: 1,
    id: `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`,
    started_at: Date.parse(day),
    request: { id: `r${count}`, method: 'POST' },
    response: { status: 200 },
    consumer: { id: 'c1', username: 'ada' },
    plugin: { id: 'p1' },
    operation: 'chat',
    format: 'openai-chat',
    mode: 'whole',
    outcome: 'complete',
    latencies: { request: 10, gateway: 1 },
    ai: { proxy: { meta: { plugin_id: 'p1' }, usage } },
    lines: [{ purpose: 'answer', provider: 'openai', model, ...usage, cost: { total: '3', ...cost } }],
    cost: { currency: 'USD', total: '3', known: '3' },
    attempts: [],
    stages: [],
    tags: { team: 'red' },
    trace: { trace_id: 'a'.repeat(32), sampled: false },
  });
}

const file = join(folder, 'records.ndjson');
const RECORDS = [
  record('2026-01-01T00:00:00Z', 'small'),
  record('2026-01-02T00:00:00Z', 'large'),
  record('2026-01-03T00:00:00Z', 'small'),
];
writeFileSync(file, `${RECORDS.map((one) => JSON.stringify(one)).join('\n')}\n`);

const run = (...args: string[]) => runCommand(reportCommand(), ...args);
const json = async (...args: string[]) => JSON.parse((await run('--json', ...args)).stdout) as Report;

test('a table by model is what is printed when nothing else is asked for', async () => {
  const { status, stdout, stderr } = await run(file);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^3 requests, 2026-01-01 00:00 to 2026-01-03 00:00 UTC\n\nmodel /);
  expect(stdout).toMatch(/^small +2 +6 +0 +8 +6 /m);
});

test('groups are those that --by names, in their order', async () => {
  const { groups } = await json('--by', 'day, tag:team,consumer', file);
  expect(groups.map(({ by }) => by)).toEqual(['day', 'tag:team', 'consumer']);
  expect(groups[1]!.rows.map(({ name }) => name)).toEqual(['red']);
});

test.each([
  [['--from', '2026-01-02'], 2],
  [['--to', '2026-01-02'], 1],
  [['--from', '2026-01-02', '--to', '2026-01-03'], 1],
  [['--from', '2026-02-01'], 0],
])('%j: the first day counts, the last one does not', async (range, records) => {
  expect((await json(...range, file)).records).toBe(records);
});

test('CSV has a line per group and name', async () => {
  const { stdout } = await run('--csv', '--by', 'consumer,model', file);
  expect(
    stdout
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(',').slice(0, 2).join()),
  ).toEqual(['consumer,ada', 'model,small', 'model,large']);
});

test('a page has the groups of its charts besides those that are asked for, and nothing is printed', async () => {
  const page = join(folder, 'report.html');
  expect(await run('--html', page, '--by', 'tag:team,model', file)).toEqual({
    status: 0,
    stdout: '',
    stderr: '',
  });
  const html = readFileSync(page, 'utf8');
  const groups = ['tag:team', 'model', 'consumer', 'route', 'day'];
  expect([...html.matchAll(/"by":"([^"]+)"/g)].map(([, by]) => by)).toEqual(groups);
});

test('lines of another version are counted on standard error, and the others reported', async () => {
  const mixed = join(folder, 'mixed.ndjson');
  writeFileSync(
    mixed,
    `${JSON.stringify(RECORDS[0])}\n${JSON.stringify({ ...RECORDS[1], schema: 9 })}\nnot JSON\n`,
  );
  const { stdout, stderr } = await run(mixed);
  expect(stdout).toContain('1 requests');
  expect(stderr).toBe('2 lines are not records of this version\n');
});

test('without a path it reads the spool in KONG_AI_DATA_DIR, and says so when there is none', async () => {
  vi.stubEnv('KONG_AI_DATA_DIR', folder);
  expect(await run()).toMatchObject({
    status: 1,
    stderr: `kong-ai: ${join(folder, 'cost-log')} does not exist\n`,
  });
});

test.each([
  [
    ['--by', 'model,colour'],
    'cannot report by colour: consumer, model, provider, route, service, day or tag:NAME',
  ],
  [['--by', 'tag:'], 'cannot report by tag:: '],
  [['--from', 'yesterday'], 'yesterday is no date'],
  [['--to', '2026-13-01'], '2026-13-01 is no date'],
  [['--redis', 'redis://:secret@127.0.0.1:1'], 'no Redis at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1\n'],
])('%j fails, with the reason and no stack', async (args, message) => {
  const { status, stdout, stderr } = await run(...args, file);
  expect([status, stdout, stderr]).toEqual([1, '', expect.stringContaining(`kong-ai: ${message}`)]);
  expect(stderr.trimEnd()).not.toContain('\n');
});
