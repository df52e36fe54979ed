// What Kong's schema can say about a field and zod cannot, kept in a zod registry of our own.
import { z } from 'zod';
import type { EntityCheck } from './checks.ts';

export interface KongAttributes {
  /** The value may be a vault reference (`{vault://env/openai-key}`), which Kong resolves. */
  referenceable?: true;
  /** Encrypted at rest where Kong has a keyring. */
  encrypted?: true;
  /** An array whose order means nothing and that holds each value once. */
  set?: true;
  entity_checks?: readonly EntityCheck[];
}

const registry = z.registry<KongAttributes>();

/** The same schema with Kong's attributes; the given schema is left alone. */
export function kong<S extends z.ZodType>(
  schema: S,
  { description, ...attributes }: KongAttributes & { description?: string },
): S {
  const copy = (description === undefined ? schema.clone() : schema.describe(description)) as S;
  registry.add(copy, { ...registry.get(copy), ...attributes } as never);
  return copy;
}

/** The attributes of this schema alone, not those of what it wraps. */
export function attributesOf(schema: z.core.$ZodType): KongAttributes {
  return (registry.get(schema as never) as KongAttributes | undefined) ?? {};
}
