// GET and DELETE /limits on the admin listener: what budgets have used, and starting them anew.
import { type AdminHandler, sendJson } from '../../kong/relay/admin.ts';
import type { Books } from './books.ts';
import { newLeaseId } from './lease-id.ts';
import { namespacePrefix } from './ledger.ts';
import type { Limit } from './policy.ts';
import type { Registered } from './registrations.ts';
import { fromCount, type Unit } from './units.ts';

/** One budget's counter, as the admin listener tells of it. US dollars for cost_usd. */
export interface CounterRow {
  plugin: string;
  policy: string;
  unit: Unit;
  /** `minute` … `month`, or seconds; absent for concurrent_requests. */
  window?: string;
  /** What `partition_by` made of the requests: `consumer=<id>`, `ip=<address>`, `all`. */
  partition: string;
  limit: number;
  /** Reservations included. */
  used: number;
  remaining: number;
  /** Requests under way that hold some of it. */
  reservations: number;
  resetSeconds: number;
  strategy: 'local' | 'redis';
}

interface Named {
  name: string;
  limit: Limit;
  partition: string;
}

/** Counters that one script looks at. */
const PER_CALL = 50;

type OpenBooks = (registered: Registered) => Books;

export function limitRoutes(all: () => Registered[], open: OpenBooks): Record<string, AdminHandler> {
  const each = async <T>(
    url: URL,
    work: (books: Books, named: Named[], registered: Registered) => Promise<T[]>,
  ): Promise<T[]> => {
    const results: T[] = [];
    const seen = new Set<string>();
    for (const registered of all()) {
      // Plugins that share a namespace share its counters.
      const books = open(registered);
      try {
        const named = await find(books, registered, url.searchParams);
        const fresh = named.filter(({ name }) => !seen.has(name));
        for (const { name } of fresh) seen.add(name);
        results.push(...(await work(books, fresh, registered)));
      } finally {
        books.close();
      }
    }
    return results;
  };
  return {
    'GET /limits': async (_request, response, url) => {
      sendJson(response, 200, { counters: await each(url, rows) });
    },
    'DELETE /limits': async (_request, response, url) => {
      const { searchParams: query } = url;
      if (!query.has('policy') && !query.has('partition') && query.get('all') !== 'true') {
        return sendJson(response, 400, { message: 'name a policy or a partition, or all=true' });
      }
      const cleared = await each(url, async (books, named) => {
        await books.clear(named.map(({ name }) => name));
        return named;
      });
      sendJson(response, 200, { reset: cleared.length });
    },
  };
}

async function find(books: Books, registered: Registered, query: URLSearchParams): Promise<Named[]> {
  const prefix = namespacePrefix(registered.namespace);
  const [policy, partition] = [query.get('policy'), query.get('partition')];
  const names = await books.names(policy === null ? prefix : `${prefix}${policy}:`);
  return names.flatMap((name) => {
    const named = read(name, prefix, registered.limits);
    return named && (partition === null || named.partition === partition) ? [named] : [];
  });
}

/** Undefined for a counter that no limit of the config has any more; it will be forgotten in its time. */
function read(name: string, prefix: string, limits: readonly Limit[]): Named | undefined {
  const [policy, counterName, ...partition] = name.slice(prefix.length).split(':');
  const limit = limits.find((one) => one.policy.name === policy && one.counterName === counterName);
  return limit && { name, limit, partition: partition.join(':') };
}

async function rows(books: Books, named: Named[], registered: Registered): Promise<CounterRow[]> {
  const found: CounterRow[] = [];
  for (let i = 0; i < named.length; i += PER_CALL) {
    found.push(...(await someRows(books, named.slice(i, i + PER_CALL), registered)));
  }
  return found;
}

async function someRows(books: Books, named: Named[], registered: Registered): Promise<CounterRow[]> {
  const now = await books.now();
  // Reserving nothing, whether it fits or not, is looking.
  const reserve = named.map(({ name, limit }) => ({
    key: name,
    ...limit.window.ref(now),
    amount: 0,
    limit: limit.capacity,
    force: true,
  }));
  const { counted } = await books.apply({
    now,
    leaseId: newLeaseId(),
    leaseUntil: now,
    settle: [],
    reserve,
  });
  const reservations = await books.reservations(named.map(({ name }) => name));
  return named.map(({ limit, partition }, i) => {
    const seen = counted[i]!;
    const { unit, windowName, capacity, policy, window } = limit;
    return {
      plugin: registered.pluginId,
      policy: policy.name,
      unit,
      ...(windowName === undefined ? {} : { window: windowName }),
      partition,
      limit: fromCount(unit, capacity),
      used: fromCount(unit, seen.used),
      remaining: fromCount(unit, Math.max(0, capacity - seen.used)),
      reservations: reservations[i]!,
      resetSeconds: Math.ceil(window.resetIn(now, seen) / 1_000),
      strategy: registered.redis ? 'redis' : 'local',
    };
  });
}
