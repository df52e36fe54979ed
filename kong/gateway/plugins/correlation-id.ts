// correlation-id: one id from client to upstream and back (kong/plugins/correlation-id).
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { RequestContext } from '../context.ts';
import { headerName } from './config.ts';
import { nativePluginOf } from './native.ts';

const processUuid = randomUUID();
let counter = 0;

const GENERATORS = {
  uuid: () => randomUUID(),
  'uuid#counter': () => {
    counter += 1;
    return `${processUuid}#${counter}`;
  },
  tracker: ({ incoming: { socket } }: RequestContext) => {
    const seconds = (Date.now() / 1000).toFixed(3);
    const connection = `${socket.remotePort ?? 0}-${socket.bytesRead}`;
    return `${socket.localAddress}-${socket.localPort}-${process.pid}-${connection}-${seconds}`;
  },
} as const;

export const correlationId = nativePluginOf({
  name: 'correlation-id',
  priority: 100001,
  allowsConsumer: true,
  schema: z.strictObject({
    header_name: headerName.default('Kong-Request-ID'),
    generator: z.enum(['uuid', 'uuid#counter', 'tracker']).default('uuid#counter'),
    echo_downstream: z.boolean().default(false),
  }),

  create({ header_name, generator, echo_downstream }) {
    const make = GENERATORS[generator];
    return {
      access(context) {
        if (!context.headers.get(header_name)) context.headers.set(header_name, make(context));
      },
      headerFilter(context, headers) {
        if (echo_downstream) headers.set(header_name, context.headers.get(header_name) || make(context));
      },
    };
  },
});
