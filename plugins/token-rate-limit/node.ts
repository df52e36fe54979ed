// The plugin's part in the primary process: this machine's counters, and a look at all of them.
import type { NodeHost, NodePart } from '../../kong/relay/node-state.ts';
import { limitRoutes } from './admin.ts';
import { localBooks, redisBooks } from './books.ts';
import { Counters } from './counters.ts';
import type { Batch, Renewal } from './counting.ts';
import { type Registration, Registrations } from './registrations.ts';

export function limitNode(host: NodeHost): NodePart {
  const counters = new Counters();
  const registrations = new Registrations();
  return {
    service(method, args) {
      switch (method) {
        case 'apply':
          return counters.apply(args as Batch);
        case 'renew':
          return counters.renew(args as Renewal[]);
        case 'register':
          return registrations.add(args as Registration);
        default:
          throw new Error(`token-rate-limit has no method ${method}`);
      }
    },
    admin: limitRoutes(
      () => registrations.all(),
      ({ redis }) => (redis ? redisBooks(redis, host) : localBooks(counters)),
    ),
  };
}
