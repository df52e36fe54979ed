// Statistics and purging for the whole machine: the admin listener asks all stores of all relay processes.
import { sendJson } from '../../kong/relay/admin.ts';
import type { NodeHost, NodePart } from '../../kong/relay/node-state.ts';
import type { StageHost } from '../../kong/relay/stage.ts';
import type { PurgeFilter, Store, StoreStats } from './store/index.ts';

const PLUGIN = 'semantic-cache';
const TOPIC = 'semantic-cache/ask';
/** A store that has not answered by then belongs to a process that is gone, or hangs. */
const ANSWER_MS = 2_000;

interface Ask {
  id: number;
  what: { do: 'stats' } | { do: 'purge'; filter: PurgeFilter };
}

interface Reply {
  id: number;
  store: string;
  stats?: StoreStats;
  removed?: number;
  error?: string;
}

/** In a relay process. Returns a function that ends it. */
export function answerAsks({ node, log }: StageHost, store: Store, name: string): () => void {
  const tell = async (method: string, args: unknown): Promise<void> => {
    try {
      await node.call(PLUGIN, method, args);
    } catch (err) {
      log.debug({ err }, 'cache cannot answer the admin listener');
    }
  };
  void tell('hello', { store: name });
  const stop = node.listen(TOPIC, (payload) => {
    const { id, what } = payload as Ask;
    void answer(store, what).then((result) => tell('reply', { id, store: name, ...result }));
  });
  return () => {
    stop();
    void tell('bye', { store: name });
  };
}

async function answer(store: Store, what: Ask['what']): Promise<Omit<Reply, 'id' | 'store'>> {
  if (what.do === 'stats') return { stats: store.stats() };
  try {
    return { removed: await store.purge(what.filter) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** In the primary process. */
export function cacheNode({ broadcast }: NodeHost): NodePart {
  const stores = new Set<string>();
  const waiting = new Map<number, (reply: Reply) => void>();
  let lastId = 0;

  const ask = (what: Ask['what']): Promise<Reply[]> =>
    new Promise((resolve) => {
      lastId += 1;
      const id = lastId;
      const replies: Reply[] = [];
      const missing = new Set(stores);
      const done = (): void => {
        clearTimeout(timer);
        waiting.delete(id);
        for (const store of missing) stores.delete(store);
        resolve(replies);
      };
      const timer = setTimeout(done, ANSWER_MS);
      waiting.set(id, (reply) => {
        replies.push(reply);
        missing.delete(reply.store);
        if (missing.size === 0) done();
      });
      if (missing.size === 0) done();
      else broadcast(TOPIC, { id, what });
    });

  return {
    service(method, args) {
      const { store } = args as { store: string };
      if (method === 'bye') stores.delete(store);
      else stores.add(store);
      if (method === 'reply') waiting.get((args as Reply).id)?.(args as Reply);
    },
    admin: {
      'GET /cache': async (_request, response) => {
        const replies = await ask({ do: 'stats' });
        sendJson(response, 200, { stores: replies.map(({ stats }) => stats) });
      },
      'DELETE /cache': async (_request, response, url) => {
        const filter = filterOf(url.searchParams);
        if (!filter) {
          sendJson(response, 400, { message: 'Name one of key, partition, tag, consumer, or all=true' });
          return;
        }
        const replies = await ask({ do: 'purge', filter });
        const failed = replies.filter(({ error }) => error !== undefined).length;
        const removed = replies.reduce((sum, reply) => sum + (reply.removed ?? 0), 0);
        sendJson(response, failed > 0 ? 502 : 200, { removed, stores: replies.length, failed });
      },
    },
  };
}

const KINDS = ['key', 'partition', 'tag', 'consumer'] as const;

function filterOf(params: URLSearchParams): PurgeFilter | undefined {
  const given = [...params.keys()];
  if (given.length !== 1) return;
  if (params.get('all') === 'true') return { by: 'all' };
  const by = KINDS.find((kind) => kind === given[0]);
  const value = by && params.get(by);
  return by && value ? { by, value } : undefined;
}
