// Takes off what zod wraps around a type (optional, default, pipe …) and says what the wrapping meant.
import { z } from 'zod';
import { attributesOf, type KongAttributes } from './attributes.ts';

export interface Unwrapped {
  /** The type that a config file holds: of a pipe, its input. */
  core: z.core.$ZodTypes;
  attributes: KongAttributes;
  description?: string;
  /** May be absent: it is optional or has a default. */
  optional: boolean;
  /** What stands in for an absent value, as a config file would write it. */
  fallback?: { value: unknown };
  /** The value changes its type on the way (a transform or a codec). */
  piped: boolean;
}

/** A zod construct that Kong's schema has no equivalent for; the author of the plugin must change it. */
export class UnsupportedSchemaError extends Error {
  override name = 'UnsupportedSchemaError';
}

/** Throws UnsupportedSchemaError, naming the path, for a wrapper that hides what Kong must know. */
export function unwrap(schema: z.core.$ZodType, path: string): Unwrapped {
  const found: Unwrapped = {
    core: schema as z.core.$ZodTypes,
    attributes: {},
    optional: false,
    piped: false,
  };
  for (;;) {
    const { core } = found;
    const description = z.globalRegistry.get(core)?.description;
    if (found.description === undefined && description !== undefined) found.description = description;
    // What is said outside wins over what is said inside.
    found.attributes = { ...attributesOf(core), ...found.attributes };
    const def = core._zod.def;
    switch (def.type) {
      case 'optional':
        found.optional = true;
        break;
      case 'default':
      case 'prefault':
        found.optional = true;
        found.fallback ??= { value: def.defaultValue };
        if (def.type === 'default' && unwrap(def.innerType, path).piped) {
          throw new UnsupportedSchemaError(
            `${path}: the default of a transformed value is not what a config file would write; use prefault()`,
          );
        }
        break;
      case 'nullable':
        // Kong fills every absent field with null, so the two cannot differ.
        if (!found.optional && !acceptsAbsence(def.innerType)) {
          throw new UnsupportedSchemaError(`${path}: in Kong null means absent; use optional()`);
        }
        break;
      case 'readonly':
        break;
      case 'pipe':
        found.piped = true;
        found.core = def.in as z.core.$ZodTypes;
        continue;
      case 'catch':
      case 'nonoptional':
      case 'lazy':
      case 'promise':
      case 'success':
        throw new UnsupportedSchemaError(`${path}: ${def.type} has no equivalent in Kong's schema`);
      default:
        return found;
    }
    found.core = def.innerType as z.core.$ZodTypes;
  }
}

function acceptsAbsence(schema: z.core.$ZodType): boolean {
  return schema._zod.optin === 'optional';
}
