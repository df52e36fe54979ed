// `{vault://env/NAME}` in the referenceable fields of a plugin's config, resolved as Kong does: the value in place,
// and a `$refs` record beside it that names the reference (kong/db/schema/init.lua, kong/vaults/env).

/** A field of a Kong schema: `{name: definition}` in a record's list. */
interface FieldDefinition {
  type?: string;
  referenceable?: boolean;
  fields?: Record<string, FieldDefinition>[];
  elements?: FieldDefinition;
  values?: FieldDefinition;
}

export interface Resolved {
  config: Record<string, unknown>;
  /** References whose variable is not set; Kong puts an empty string there. */
  missing: string[];
}

const REFERENCE = /^\{vault:\/\/([^/?}]+)\/([^?}]*)(?:\?([^}]*))?\}$/;

/** `schema` is the plugin's schema as it tells it (`PluginInfo.schema`). */
export function resolveReferences(
  config: Record<string, unknown>,
  schema: string,
  env: NodeJS.ProcessEnv,
): Resolved {
  const missing: string[] = [];
  const lookup = (reference: string): string => {
    const value = resolve(reference, env);
    if (value === undefined) missing.push(reference);
    return value ?? '';
  };
  return { config: resolveRecord(config, configFields(schema), lookup), missing };
}

function configFields(schema: string): FieldDefinition['fields'] {
  try {
    const { fields } = JSON.parse(schema) as FieldDefinition;
    return fields?.find((field) => field.config)?.config?.fields;
  } catch {
    return undefined;
  }
}

type Lookup = (reference: string) => string;

function resolveRecord(
  record: Record<string, unknown>,
  fields: FieldDefinition['fields'],
  lookup: Lookup,
): Record<string, unknown> {
  const definitions = new Map((fields ?? []).flatMap((field) => Object.entries(field)));
  const out: Record<string, unknown> = {};
  const refs: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) {
    const definition = definitions.get(name);
    out[name] = definition ? resolveField(value, definition, lookup) : value;
    const references = definition ? referencesIn(value, definition) : undefined;
    if (references !== undefined) refs[name] = references;
  }
  if (Object.keys(refs).length > 0) out.$refs = refs;
  return out;
}

function resolveField(value: unknown, definition: FieldDefinition, lookup: Lookup): unknown {
  if (typeof value === 'string') return isReference(value, definition) ? lookup(value) : value;
  if (Array.isArray(value)) {
    const { elements } = definition;
    return elements ? value.map((item) => resolveField(item, elements, lookup)) : value;
  }
  if (value === null || typeof value !== 'object') return value;
  if (definition.fields) return resolveRecord(value as Record<string, unknown>, definition.fields, lookup);
  const { values } = definition;
  if (!values) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolveField(item, values, lookup)]),
  );
}

/** What `$refs` says of a field: the reference, or those of a list or map of strings. */
function referencesIn(value: unknown, definition: FieldDefinition): unknown {
  if (typeof value === 'string') return isReference(value, definition) ? value : undefined;
  const inner = Array.isArray(value) ? definition.elements : definition.values;
  if (!inner || value === null || typeof value !== 'object') return undefined;
  const found = Object.entries(value).filter(
    ([, item]) => typeof item === 'string' && isReference(item, inner),
  );
  if (found.length === 0) return undefined;
  if (!Array.isArray(value)) return Object.fromEntries(found);
  return value.map((item) => (typeof item === 'string' && isReference(item, inner) ? item : null));
}

function isReference(value: string, definition: FieldDefinition): boolean {
  return definition.referenceable === true && value.startsWith('{vault://') && value.endsWith('}');
}

/** `{vault://env/my-name/key?prefix=app_}`: APP_MY_NAME, and with a key the field of its JSON. */
function resolve(reference: string, env: NodeJS.ProcessEnv): string | undefined {
  const [, vault, path = '', query] = REFERENCE.exec(reference) ?? [];
  if (vault !== 'env') return undefined;
  const [resource = '', key] = path.split('/');
  const prefix = new URLSearchParams(query).get('prefix') ?? '';
  const value = env[(prefix + resource).replaceAll('-', '_').toUpperCase()];
  if (value === undefined || key === undefined || key === '') return value;
  try {
    const field = (JSON.parse(value) as Record<string, unknown>)[key];
    return field === undefined ? undefined : String(field);
  } catch {
    return undefined;
  }
}
