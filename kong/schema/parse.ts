// Reads a plugin's config, as Kong sends it or as a file holds it, into what the plugin's schema says it is.
import type { z } from 'zod';
import { ConfigError, type ConfigIssue, pathText } from './error.ts';
import { sentence } from './messages.ts';
import { isRecord, normalise } from './normalise.ts';
import { unwrap } from './unwrap.ts';

/**
 * Throws ConfigError with everything that is wrong at once. Kong's own keys and `$refs` are left out, null is
 * absent, and an unknown field is an error. Maps in the result have no prototype, so that a name that a client
 * chose can be looked up in them.
 */
export function parseConfig<S extends z.ZodObject>(schema: S, raw: unknown): z.output<S> {
  const issues: ConfigIssue[] = [];
  const secrets = new Set<string>();
  const config = normalise(schema, raw, {
    problem: (path, message) => issues.push({ path: pathText(path), message }),
    secret: (value) => secrets.add(value),
  });
  const parsed = schema.safeParse(config, { error: sentence });
  for (const { path, message } of parsed.error?.issues ?? []) {
    issues.push({ path: pathText(path), message: withoutSecrets(message, secrets) });
  }
  if (!parsed.success || issues.length > 0) throw new ConfigError(issues);
  return withBareMaps(schema, parsed.data) as z.output<S>;
}

/** Shorter ones occur in any sentence, and say nothing. */
const MIN_SECRET_LENGTH = 4;

/** A schema's own message may quote the value; it must not when a vault may hold it. */
function withoutSecrets(message: string, secrets: ReadonlySet<string>): string {
  for (const secret of secrets) {
    if (secret.length >= MIN_SECRET_LENGTH && message.includes(secret)) return 'is not valid';
  }
  return message;
}

function withBareMaps(schema: z.core.$ZodType, value: unknown): unknown {
  const { core, piped } = unwrap(schema, 'config');
  if (piped || typeof value !== 'object' || value === null) return value;
  const def = core._zod.def;
  if (def.type === 'array' && Array.isArray(value)) {
    for (const element of value) withBareMaps(def.element, element);
  } else if (def.type === 'object' && isRecord(value)) {
    for (const [key, child] of Object.entries(def.shape)) withBareMaps(child, value[key]);
  } else if (def.type === 'record' && isRecord(value)) {
    for (const entry of Object.values(value)) withBareMaps(def.valueType, entry);
    Object.setPrototypeOf(value, null);
  }
  return value;
}
