// Who the caller is, told to the request and to the upstream (set_consumer in Kong's authentication plugins).
import type { RequestContext } from '../context.ts';
import type { Consumer, Credential } from '../deck/state.ts';
import { toWire } from '../headers.ts';

/** Sets or removes every identity header, so that a client cannot forge one. */
export function authenticate(context: RequestContext, consumer: Consumer, credential?: Credential): void {
  context.consumer = consumer;
  context.credential = credential;
  const headers: [string, string | undefined][] = [
    ['X-Consumer-ID', consumer.id],
    ['X-Consumer-Custom-ID', consumer.custom_id],
    ['X-Consumer-Username', consumer.username],
    ['X-Credential-Identifier', credential?.id],
    ['X-Anonymous-Consumer', credential ? undefined : 'true'],
  ];
  for (const [name, value] of headers) {
    if (value === undefined) context.headers.remove(name);
    else context.headers.set(name, toWire(value));
  }
}
