// Results as the tables and charts of bench/README.md.
import { barChart } from './chart.ts';
import type { Results } from './results.ts';
import type { Spread } from './stats.ts';
import { judge } from './targets.ts';

const OURS = /ai-proxy-ts|six plugins|three plugins|exact cache/;
const MIB = 1024 * 1024;

export interface Report {
  markdown: string;
  /** Of it what an operator wants to know. */
  summary: string;
  charts: Record<string, string>;
}

export function report(results: Results): Report {
  const { requests, streams, events, openStreams, bigPrompts, skipped, machine, effort } = results;
  const gateways = requests.filter(({ name }) => name !== 'direct');
  const bars = (value: (row: (typeof gateways)[number]) => number) =>
    gateways.map((row) => ({ label: row.name, value: value(row), ours: OURS.test(row.name) }));
  const summary = [
    `Measured on ${machine.date}: ${machine.cpu}, ${machine.cores} cores, Linux ${machine.kernel}, Node ${machine.node};`,
    `${effort.rounds} rounds of ${effort.seconds} s, subjects in turn; median (lowest to highest).`,
    '',
    '| What it is meant to cost | | Found | |',
    '|---|---|---|---|',
    ...judge(results).map(({ what, target, found, met }) =>
      cells(what, target, found ?? 'not measured', met === undefined ? '' : met ? 'met' : '**missed**'),
    ),
  ].join('\n');
  const markdown = [
    summary,
    '',
    '| Whole answers | Requests/s, 8 connections | CPU per request, µs | p50, ms | p99, ms | p50 with 1 connection, ms |',
    '|---|---|---|---|---|---|',
    ...requests.map((row) =>
      cells(
        row.name,
        show(row.perSecond, 0),
        show(row.cpu, 0),
        show(row.p50, 2),
        show(row.p99, 2),
        show(row.single, 2),
      ),
    ),
    '',
    '![CPU time per request](cpu.svg)',
    '',
    '![Requests a second](throughput.svg)',
    '',
    '| Streams | At once | Chunks | First token p50 / p99, ms | Gap p50 / p99, ms | CPU per chunk, µs |',
    '|---|---|---|---|---|---|',
    ...streams.map((row) =>
      cells(
        row.name,
        String(row.streams),
        String(row.chunks),
        `${row.firstP50.toFixed(2)} / ${row.firstP99.toFixed(2)}`,
        `${row.gapP50.toFixed(2)} / ${row.gapP99.toFixed(2)}`,
        row.cpuPerChunk.toFixed(1),
      ),
    ),
    '',
    '| Plugin server, events that only write | Events/s | CPU per event, µs |',
    '|---|---|---|',
    ...events.map(({ plugin, perSecond, cpu }) =>
      cells(plugin, Math.round(perSecond).toString(), cpu.toFixed(1)),
    ),
    '',
    '| Open streams | At once | Resident, MiB | A chunk comes later than its time, p50 / p99, ms | Broken |',
    '|---|---|---|---|---|',
    ...openStreams.map((row) =>
      cells(
        row.name,
        String(row.streams),
        (row.resident / MIB).toFixed(0),
        `${row.lateP50.toFixed(1)} / ${row.lateP99.toFixed(1)}`,
        String(row.broken),
      ),
    ),
    '',
    '| A 1 MB prompt | Until the answer, ms | Small requests meanwhile, p99, ms | Without it, ms |',
    '|---|---|---|---|',
    ...bigPrompts.map((row) =>
      cells(row.name, row.alone.toFixed(0), row.smallBeside.toFixed(1), row.smallQuiet.toFixed(1)),
    ),
    '',
    ...skipped.map(({ name, reason }) => `Left out: ${name} (${reason}).`),
  ].join('\n');
  return {
    markdown,
    summary,
    charts: {
      'cpu.svg': barChart(
        'CPU time per request, lower is better',
        'µs',
        bars(({ cpu }) => cpu.median),
      ),
      'throughput.svg': barChart(
        'Requests a second on one core, higher is better',
        '/s',
        bars(({ perSecond }) => perSecond.median),
      ),
    },
  };
}

const cells = (...values: string[]): string => `| ${values.join(' | ')} |`;

function show({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
}
