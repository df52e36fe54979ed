// What one relay worker learns of an upstream and the others of the machine should not have to: that its breaker opened
// or closed, and that a key rests or works again. Told when it changes, which is seldom.
import type { NodeHost, NodePart } from '../../kong/relay/node-state.ts';
import type { Rest } from './keys.ts';

export const TOPIC = 'ai-proxy-ts upstreams';

/** Plain JSON. Holds digests of keys, never a key. */
export interface News {
  upstream: string;
  /** Of this key; absent: of the breaker. */
  key?: string;
  /** ms since the epoch until when the breaker is open or the key rests; absent: it is not, or works. */
  until?: number;
  rest?: Rest;
  /** The process that says so. */
  from: string;
}

/** What is over is forgotten when there is more than this. */
const MAX_KNOWN = 5_000;

/** Hands news to all workers, and keeps what still holds for one that starts later. */
export function newsNode(host: NodeHost): NodePart {
  const known = new Map<string, News>();
  return {
    service(method, args) {
      if (method === 'known') return [...known.values()].filter(holds);
      const news = args as News;
      const id = JSON.stringify([news.upstream, news.key]);
      if (news.until === undefined) known.delete(id);
      else known.set(id, news);
      if (known.size > MAX_KNOWN) trim(known);
      host.broadcast(TOPIC, news);
      return undefined;
    },
  };
}

const holds = ({ until = 0 }: News): boolean => until > Date.now();

function trim(known: Map<string, News>): void {
  for (const [id, news] of known) if (!holds(news)) known.delete(id);
  for (const id of known.keys()) {
    if (known.size <= MAX_KNOWN) return;
    known.delete(id);
  }
}
