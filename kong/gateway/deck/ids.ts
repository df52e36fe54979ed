// Stable ids for entities that the file names but does not number, made as Kong makes them in DB-less mode
// (kong/db/schema/others/declarative_config.lua), so that both give the same service the same id.
import { createHash } from 'node:crypto';

const ENTITIES_NAMESPACE = 'fd02801f-0957-4a15-a55a-c8d9606f30b5';

/** A version 5 UUID (RFC 9562, section 5.5). */
export function uuid5(namespace: string, name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

export function entityId(kind: string, key: string): string {
  return uuid5(uuid5(ENTITIES_NAMESPACE, kind), key);
}
