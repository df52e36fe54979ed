// `kong-ai report`: what was used and what it cost, from the records of cost-log.
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { reportPage } from '../../plugins/cost-log/node/page.ts';
import { asCsv, asJson, asTable } from '../../plugins/cost-log/report/print.ts';
import { fileRecords, redisRecords } from '../../plugins/cost-log/report/sources.ts';
import { type Dimension, Summary } from '../../plugins/cost-log/report/summary.ts';
import { spoolToReport } from './data-dir.ts';

interface ReportOptions {
  by: Dimension[];
  redis?: string;
  stream: string;
  from?: number;
  to?: number;
  json?: true;
  csv?: true;
  html?: string;
}

const DIMENSIONS = ['consumer', 'model', 'provider', 'route', 'service', 'day'];
const HTML_GROUPS: Dimension[] = ['model', 'consumer', 'route', 'day'];

export function reportCommand(): Command {
  return new Command('report')
    .description('print what was used and what it cost, from the records of cost-log')
    .argument(
      '[path...]',
      'folders of spools, or files of the file sink (default: the spool in KONG_AI_DATA_DIR, else that of kong-ai start, else that of kong-ai dev)',
    )
    .option('--by <what>', `${DIMENSIONS.join(', ')} or tag:NAME; several with commas`, dimensions, ['model'])
    .option('--redis <url>', 'read the Redis stream of this server')
    .option('--stream <key>', 'key of the stream, prefix included', 'kong-ai:cost-log')
    .option('--from <date>', 'only requests since, for example 2025-11-01', time)
    .option('--to <date>', 'only requests before', time)
    .option('--json', 'as JSON')
    .option('--csv', 'as CSV')
    .option('--html <file>', 'write one page with charts that needs nothing else')
    .action(report);
}

async function report(paths: string[], options: ReportOptions): Promise<void> {
  const stats = { unreadable: 0 };
  const by = options.html ? [...new Set([...options.by, ...HTML_GROUPS])] : options.by;
  const summary = new Summary(by);
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = options;
  const sources = options.redis
    ? [redisRecords(options.redis, options.stream, stats)]
    : (paths.length > 0 ? paths : [spoolToReport(process.env)]).map((path) => fileRecords(path, stats));
  for (const source of sources) {
    for await (const record of source) {
      if (record.started_at >= from && record.started_at < to) summary.add(record);
    }
  }
  const made = summary.report();
  if (options.html) writeFileSync(options.html, reportPage(made));
  else process.stdout.write(options.json ? asJson(made) : options.csv ? asCsv(made) : asTable(made));
  if (stats.unreadable > 0)
    process.stderr.write(`${stats.unreadable} lines are not records of this version\n`);
}

function dimensions(text: string): Dimension[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !DIMENSIONS.includes(name) && !/^tag:./.test(name));
  if (unknown !== undefined)
    throw new Error(`cannot report by ${unknown}: ${DIMENSIONS.join(', ')} or tag:NAME`);
  return names as Dimension[];
}

function time(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new Error(`${text} is no date`);
  return ms;
}
