// A policy of the config, prepared: which requests it is for, whose budget they share, and what it limits.
import { createHash } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import { matchesGlob } from '../../kong/llm/glob.ts';
import type { Identity } from '../../kong/plan/identity.ts';
import type { AttemptChoice, Exchange } from '../../kong/relay/exchange.ts';
import { WEEKDAYS } from './calendar.ts';
import { counterName, type LimitConfig, type PolicyConfig } from './config.ts';
import { toCount, type Unit } from './units.ts';
import { isNamed, makeWindow, type Window, type WindowSpec, windowMs } from './windows.ts';

export interface Limit {
  policy: Policy;
  unit: Unit;
  /** As configured: tokens, requests, US dollars. */
  limit: number;
  /** As configured; undefined for concurrent_requests. */
  windowName: string | undefined;
  windowMs: number | undefined;
  /** In what is counted; with a burst, that. */
  capacity: number;
  window: Window;
  counterName: string;
}

export interface Policy {
  name: string;
  action: PolicyConfig['action'];
  maxWaitMs: number;
  maxWaiting: number;
  /** Shares of a limit, rising. */
  softThresholds: readonly number[];
  limits: readonly Limit[];
  /** Which model answers decides whether it matches or whose budget it is. */
  needsChoice: boolean;
  /** @param choice needed when `needsChoice`. */
  matches(exchange: Exchange, choice: AttemptChoice | undefined): boolean;
  /** Names the budget: what is in it may be a consumer's id or an address. */
  partition(exchange: Exchange, choice: AttemptChoice | undefined): string;
}

export function preparePolicy(config: PolicyConfig): Policy {
  const { match, partition_by: by } = config;
  const policy: Policy = {
    name: config.name,
    action: config.action,
    maxWaitMs: config.max_wait_ms,
    maxWaiting: config.max_waiting,
    softThresholds: (config.soft_thresholds ?? []).map((percent) => percent / 100).sort((a, b) => a - b),
    limits: [],
    needsChoice:
      match.model !== undefined ||
      match.provider !== undefined ||
      by.includes('model') ||
      by.includes('provider'),
    matches: matcher(match),
    partition: partitioner(config),
  };
  policy.limits = config.limits.map((limit) => prepareLimit(policy, limit));
  return policy;
}

function prepareLimit(policy: Policy, config: LimitConfig): Limit {
  const { unit, limit, window } = config;
  const bucket = unit !== 'concurrent_requests' && config.window_type === 'token_bucket';
  return {
    policy,
    unit,
    limit,
    ...(unit === 'concurrent_requests' || window === undefined
      ? { windowName: undefined, windowMs: undefined }
      : { windowName: window, windowMs: windowMs(window) }),
    capacity: toCount(unit, bucket ? (config.burst ?? limit) : limit),
    window: makeWindow(windowSpec(config)),
    counterName: counterName(config),
  };
}

function windowSpec({
  unit,
  limit,
  window,
  window_type: type,
  timezone,
  week_start,
  month_day,
}: LimitConfig): WindowSpec {
  if (unit === 'concurrent_requests' || window === undefined) return { type: 'concurrency' };
  const length = windowMs(window);
  if (type === 'token_bucket') return { type, ms: length, limit: toCount(unit, limit) };
  if (type !== 'calendar' || !isNamed(window))
    return { type: type === 'fixed' ? 'fixed' : 'sliding', ms: length };
  const weekStart = WEEKDAYS.indexOf(week_start);
  return { type, calendar: { unit: window, timezone, weekStart, monthDay: month_day } };
}

type Test = (exchange: Exchange, choice: AttemptChoice | undefined) => boolean;

function matcher(match: PolicyConfig['match']): Test {
  const tests: Test[] = [];
  const anyGlob = (globs: readonly string[], value: string | undefined): boolean =>
    value !== undefined && globs.some((glob) => matchesGlob(glob, value));
  const { model, provider, consumer, consumer_group: groups, path, ip, header } = match;
  if (model) tests.push((_, choice) => anyGlob(model, choice?.model));
  if (provider) tests.push((_, choice) => choice !== undefined && provider.includes(choice.provider));
  if (consumer) tests.push(({ identity }) => namesOf(identity).some((name) => consumer.includes(name)));
  if (groups) tests.push(({ identity }) => groupsOf(identity).some((group) => groups.includes(group)));
  if (path) tests.push(({ request }) => anyGlob(path, request.originalPath));
  if (ip) {
    const list = networks(ip);
    tests.push(({ identity }) => identity.ip !== undefined && inNetworks(list, identity.ip));
  }
  for (const { name, value } of header ?? []) {
    tests.push((exchange) => anyGlob([value], headerOf(exchange, name)));
  }
  return (exchange, choice) => tests.every((test) => test(exchange, choice));
}

type PartName = Exclude<PolicyConfig['partition_by'][number], 'none'>;
type Part = (exchange: Exchange, choice: AttemptChoice | undefined) => string | undefined;

/** What tells one budget from another, by the words of partition_by. */
function partReaders({ partition_header, match }: PolicyConfig): Record<PartName, Part> {
  const inPolicy = (group: string): boolean => match.consumer_group?.includes(group) ?? true;
  return {
    consumer: ({ identity }) => identity.consumer?.id,
    credential: ({ identity }) => identity.credential,
    consumer_group: ({ identity }) => groupsOf(identity).find(inPolicy),
    ip: ({ identity }) => identity.ip,
    header: (exchange) => digest(headerOf(exchange, partition_header!)),
    route: ({ identity }) => identity.route?.id,
    service: ({ identity }) => identity.service?.id,
    model: (_, choice) => choice?.model,
    provider: (_, choice) => choice?.provider,
  };
}

function partitioner(config: PolicyConfig): Policy['partition'] {
  const names = config.partition_by.filter((by) => by !== 'none').sort();
  const readers = partReaders(config);
  return (exchange, choice) => {
    if (names.length === 0) return 'all';
    // As Kong: who cannot be told by what was asked for is told by the address.
    const part = (name: PartName): string => {
      const known = readers[name](exchange, choice);
      return known === undefined ? `ip=${exchange.identity.ip ?? 'unknown'}` : `${name}=${known}`;
    };
    return names.length === 1 ? part(names[0]!) : [...new Set(names.map(part))].join('&');
  };
}

const namesOf = ({ consumer }: Identity): string[] =>
  consumer ? [consumer.id, consumer.username, consumer.customId].filter((name) => name !== undefined) : [];

const groupsOf = ({ consumer }: Identity): string[] => consumer?.tags ?? [];

function headerOf({ request }: Exchange, name: string): string | undefined {
  const value = request.headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** What clients put into headers may be a secret; keys are listed and stored. */
const digest = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : createHash('sha256').update(value).digest('hex').slice(0, 24);

function networks(texts: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of texts) {
    const [address = '', bits] = text.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

const MAPPED = /^::ffff:(?=\d+\.)/i;

function inNetworks(list: BlockList, ip: string): boolean {
  const address = ip.replace(MAPPED, '');
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
}
