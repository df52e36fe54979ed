// The tests' side of the fake upstream.
import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import type { Behaviour } from '../../test/support/upstream/index.ts';
import { encode, type SeenRequest } from './wire.ts';

/** Scripts the upstream for a key, a new one by default, and gives the key back: use it as the model's name. */
export async function script(behaviours: Behaviour | Behaviour[], key: string = newKey()): Promise<string> {
  const body = encode([behaviours].flat());
  const response = await fetch(`${inject('upstreamControl')}/script/${key}`, { method: 'PUT', body });
  if (!response.ok) throw new Error(`the fake upstream answered ${response.status}`);
  return key;
}

/** What the upstream saw with this key, in order. */
export async function seen(key: string): Promise<SeenRequest[]> {
  const response = await fetch(`${inject('upstreamControl')}/requests/${key}`);
  return (await response.json()) as SeenRequest[];
}

/** The only request with this key. @throws when there is none, or more than one. */
export async function seenOnce(key: string): Promise<SeenRequest> {
  const requests = await seen(key);
  if (requests.length !== 1) throw new Error(`the upstream saw ${requests.length} requests, not one`);
  return requests[0]!;
}

export function newKey(): string {
  return `spec-${randomUUID()}`;
}
