// What the suite is meant to cost, beside what a run found.
import type { Results } from './results.ts';

export interface Verdict {
  what: string;
  target: string;
  /** Undefined where the run has no figure. */
  found: string | undefined;
  met: boolean | undefined;
}

interface Target {
  what: string;
  unit: string;
  /** One of both. */
  atMost?: number;
  atLeast?: number;
  digits?: number;
  of(results: Results): number | undefined;
}

const MIB = 1024 * 1024;
const DIRECT = 'direct';
const RELAY = 'relay, ai-proxy-ts';
const GUARDED = 'relay, guard and PII, ai-proxy-ts';
const SIX_ON_KONG = 'Kong, six plugins';
const SIX_BIG = 'relay, six plugins, injection detector and semantic cache';
const PORTKEY = 'Portkey gateway';

const requestRow = (results: Results, name: string) => results.requests.find((row) => row.name === name);
const openRow = (results: Results, name: string) => results.openStreams.find((row) => row.name === name);
const bigRow = (results: Results) => results.bigPrompts.find((row) => row.name === SIX_BIG);
/** Paced: what a chunk costs that comes alone. */
const paced = (results: Results, name: string) => results.streams.find((row) => row.name === name);
/** At full speed: what the gateway itself does with a chunk, system calls shared. */
const fast = (results: Results, name: string) =>
  results.streams.filter((row) => row.name === name).find((row) => row.chunks > 100);

function minus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}

function times(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}

const perSecond = (results: Results, name: string) => requestRow(results, name)?.perSecond.median;

const TARGETS: readonly Target[] = [
  {
    what: 'Relay with ai-proxy-ts: CPU per request',
    unit: 'µs',
    atMost: 110,
    of: (results) => requestRow(results, RELAY)?.cpu.median,
  },
  {
    what: 'Relay with ai-proxy-ts: throughput as a multiple of Portkey’s',
    unit: 'times',
    atLeast: 6,
    digits: 1,
    of: (results) => times(perSecond(results, RELAY), perSecond(results, PORTKEY)),
  },
  {
    what: 'Relay with ai-proxy-ts: p50 that it adds, 1 connection',
    unit: 'ms',
    atMost: 0.25,
    digits: 2,
    of: (results) =>
      minus(requestRow(results, RELAY)?.single.median, requestRow(results, DIRECT)?.single.median),
  },
  {
    what: 'Relay with ai-proxy-ts: p99, 8 connections',
    unit: 'ms',
    atMost: 4,
    digits: 1,
    of: (results) => requestRow(results, RELAY)?.p99.median,
  },
  {
    what: 'Kong and six plugins: CPU per request, Kong’s own included',
    unit: 'µs',
    atMost: 450,
    of: (results) => requestRow(results, SIX_ON_KONG)?.cpu.median,
  },
  {
    what: 'Kong and six plugins: throughput as a multiple of Portkey’s',
    unit: 'times',
    atLeast: 2.5,
    digits: 1,
    of: (results) => times(perSecond(results, SIX_ON_KONG), perSecond(results, PORTKEY)),
  },
  {
    what: 'Plugin server: CPU per event that only writes',
    unit: 'µs',
    atMost: 12,
    digits: 1,
    of: ({ events }) => (events.length > 0 ? Math.max(...events.map(({ cpu }) => cpu)) : undefined),
  },
  {
    what: 'Plugin server: events a second',
    unit: '/s',
    atLeast: 25_000,
    of: ({ events }) => (events.length > 0 ? Math.min(...events.map((row) => row.perSecond)) : undefined),
  },
  {
    what: 'Streams, 32 at once: p50 until the first token that the relay adds',
    unit: 'ms',
    atMost: 0.5,
    digits: 2,
    of: (results) => minus(paced(results, RELAY)?.firstP50, paced(results, DIRECT)?.firstP50),
  },
  {
    what: 'Streams, 32 at once: p99 until the first token that the relay adds',
    unit: 'ms',
    atMost: 5,
    digits: 1,
    of: (results) => minus(paced(results, RELAY)?.firstP99, paced(results, DIRECT)?.firstP99),
  },
  {
    what: 'Streams: CPU per chunk that passes through',
    unit: 'µs',
    atMost: 6,
    digits: 1,
    of: (results) => fast(results, RELAY)?.cpuPerChunk,
  },
  {
    what: 'Streams: CPU per chunk with guard and PII restore',
    unit: 'µs',
    atMost: 25,
    digits: 1,
    of: (results) => fast(results, GUARDED)?.cpuPerChunk,
  },
  {
    what: '5,000 open streams: resident memory',
    unit: 'MiB',
    atMost: 400,
    of: (results) => times(openRow(results, RELAY)?.resident, MIB),
  },
  {
    what: '5,000 open streams: p99 by which chunks come later than without a gateway',
    unit: 'ms',
    atMost: 20,
    digits: 1,
    of: (results) => minus(openRow(results, RELAY)?.lateP99, openRow(results, DIRECT)?.lateP99),
  },
  {
    what: 'Exact cache hits',
    unit: '/s',
    atLeast: 12_000,
    of: (results) => perSecond(results, 'relay, exact cache hits'),
  },
  {
    what: 'A 1 MB prompt through six plugins',
    unit: 'ms',
    atMost: 60,
    of: (results) => bigRow(results)?.alone,
  },
  {
    what: 'What a 1 MB prompt adds to the p99 of small requests beside it',
    unit: 'ms',
    atMost: 10,
    digits: 1,
    of: (results) => minus(bigRow(results)?.smallBeside, bigRow(results)?.smallQuiet),
  },
];

export function judge(results: Results): Verdict[] {
  return TARGETS.map(({ what, unit, atMost, atLeast, digits = 0, of }) => {
    const value = of(results);
    const show = (n: number): string => `${n.toFixed(digits)} ${unit}`;
    return {
      what,
      target: atMost !== undefined ? `at most ${show(atMost)}` : `at least ${show(atLeast!)}`,
      found: value === undefined ? undefined : show(value),
      met: value === undefined ? undefined : atMost !== undefined ? value <= atMost : value >= atLeast!,
    };
  });
}
