// Records that may be absent, and that need a field when they are there: `ner` and its `url`, for example.
//
// Kong Manager sends every record of a schema, with the defaults of its fields, whether or not anybody filled it in.
// Were the needed field required in Kong's schema, only those who want the record could save the form. So Kong is not
// told that it is required, and a record in which nothing but defaults is said counts as absent. One in which something
// is said, and the needed field is not, is refused by the plugin server and by `kong-ai validate`. The same holds where
// one of several fields is needed (`at_least_one_of`).
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { KongField, KongFields } from './kong-schema.ts';
import { type Unwrapped, unwrap } from './unwrap.ts';

/** The fields as Kong is told of them. */
export function withoutNeeds(fields: KongFields): KongFields {
  return fields.map((entry) =>
    Object.fromEntries(Object.entries(entry).map(([name, field]) => [name, relaxed(field)])),
  );
}

function relaxed(field: KongField): KongField {
  if (field.elements) return { ...field, elements: relaxed(field.elements) };
  if (field.values) return { ...field, values: relaxed(field.values) };
  if (!field.fields) return field;
  const fields = withoutNeeds(field.fields);
  if (field.required !== false) return { ...field, fields };
  const needed = fields.flatMap((entry) => Object.keys(entry).filter((name) => isNeeded(entry[name]!)));
  const checks = [
    ...(field.entity_checks ?? []).filter((check) => !('at_least_one_of' in check)),
    ...(needed.length > 1 ? [{ mutually_required: needed }] : []),
  ];
  return {
    ...field,
    fields: fields.map((entry) =>
      Object.fromEntries(Object.entries(entry).map(([name, child]) => [name, notNeeded(child)])),
    ),
    ...((field.entity_checks || checks.length > 0) && { entity_checks: checks }),
  };
}

const isNeeded = ({ required, type }: KongField): boolean => required === true && type !== 'record';

function notNeeded(field: KongField): KongField {
  if (!isNeeded(field)) return field;
  const { required: _, ...rest } = field;
  return rest;
}

/** Whether the value of an optional record says nothing, so that the record counts as absent. */
export function isUnsaid(schema: z.core.$ZodType, value: unknown): boolean {
  const { core, attributes, optional, fallback } = unwrap(schema, 'config');
  if (!optional || fallback) return false;
  const needs =
    attributes.entity_checks?.some((check) => 'at_least_one_of' in check) ||
    fieldsOf(core).some(([, field]) => !field.optional && field.core._zod.def.type !== 'object');
  return needs && saysNothing(core, value);
}

function saysNothing(core: z.core.$ZodType, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return fieldsOf(core).every(([name, { core: field, fallback }]) => {
    const said = (value as Record<string, unknown>)[name];
    if (said === undefined || isEmpty(said)) return true;
    if (field._zod.def.type === 'object') return saysNothing(field, said);
    return fallback !== undefined && isDeepStrictEqual(said, fallback.value);
  });
}

function fieldsOf(core: z.core.$ZodType): [string, Unwrapped][] {
  const { def } = (core as z.core.$ZodTypes)._zod;
  if (def.type !== 'object') return [];
  return Object.entries(def.shape).map(([name, child]) => [name, unwrap(child, name)]);
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;
