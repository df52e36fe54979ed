// Rules between the fields of one record, said once: zod enforces them, and Kong gets them as entity checks.
import type { z } from 'zod';
import { attributesOf, kong } from './attributes.ts';
import { unwrap } from './unwrap.ts';

/** Kong's validators that a `conditional` may use. */
export interface Match {
  required?: true;
  eq?: string | number | boolean;
  ne?: string | number | boolean;
  one_of?: readonly (string | number)[];
  not_one_of?: readonly (string | number)[];
  gt?: number;
  between?: readonly [number, number];
  len_min?: number;
  len_max?: number;
}

export interface Conditional {
  if_field: string;
  if_match: Match;
  then_field: string;
  then_match: Match;
  /** Replaces the message; Kong puts the name of `if_field` where it has `%s`. */
  then_err?: string;
}

/** One of Kong's entity checks, in Kong's own form. Fields may be dotted paths below the record. */
export type EntityCheck =
  | { at_least_one_of: readonly string[] }
  | { only_one_of: readonly string[] }
  | { mutually_required: readonly string[] }
  | { mutually_exclusive: readonly string[] }
  | { conditional: Conditional };

/**
 * Adds rules to an object schema, in zod and in Kong's schema. As in Kong, a field counts as set when it is
 * neither absent, null, an empty string, an empty array nor an empty record; a default sets it.
 */
export function entityChecks<S extends z.ZodObject>(schema: S, ...checks: EntityCheck[]): S {
  for (const check of checks) assertMeaningful(schema, check);
  const refined = schema.superRefine((record, context) => {
    for (const check of checks) {
      const failure = violation(record as Record<string, unknown>, check);
      if (failure) context.addIssue({ code: 'custom', ...failure });
    }
  });
  return kong(refined, { entity_checks: [...(attributesOf(schema).entity_checks ?? []), ...checks] });
}

interface Violation {
  path: string[];
  message: string;
}

function violation(record: Record<string, unknown>, check: EntityCheck): Violation | undefined {
  if ('conditional' in check) return conditionalViolation(record, check.conditional);
  const [kind, fields] = Object.entries(check)[0] as [keyof typeof COUNT_RULES, string[]];
  const rule = COUNT_RULES[kind];
  const set = fields.filter((field) => isNonEmpty(valueAt(record, field))).length;
  if (rule.holds(set, fields.length)) return;
  return { path: [], message: `${rule.says}: ${fields.join(', ')}` };
}

const COUNT_RULES = {
  at_least_one_of: { holds: (set: number) => set >= 1, says: 'at least one of these must be set' },
  only_one_of: { holds: (set: number) => set === 1, says: 'exactly one of these must be set' },
  mutually_required: {
    holds: (set: number, all: number) => set === 0 || set === all,
    says: 'all or none of these must be set',
  },
  mutually_exclusive: { holds: (set: number) => set <= 1, says: 'at most one of these may be set' },
};

function conditionalViolation(record: Record<string, unknown>, rule: Conditional): Violation | undefined {
  if (mismatch(valueAt(record, rule.if_field), rule.if_match) !== undefined) return;
  const wrong = mismatch(valueAt(record, rule.then_field), rule.then_match);
  if (wrong === undefined) return;
  return {
    path: rule.then_field.split('.'),
    message:
      rule.then_err?.replace('%s', rule.if_field) ??
      `${wrong}, given the value of ${rule.if_field} beside it`,
  };
}

/** Why a value does not match, or undefined when it does. An absent value fails only `required` and `eq`, as in Kong. */
function mismatch(value: unknown, match: Match): string | undefined {
  if (value === undefined || value === null) {
    if (match.required) return 'required';
    return match.eq === undefined ? undefined : `must be ${match.eq}`;
  }
  if (match.eq !== undefined && value !== match.eq) return `must be ${match.eq}`;
  if (match.ne !== undefined && value === match.ne) return `must not be ${match.ne}`;
  if (match.one_of && !match.one_of.includes(value as string)) {
    return `must be one of ${match.one_of.join(', ')}`;
  }
  if (match.not_one_of?.includes(value as string)) return `must not be one of ${match.not_one_of.join(', ')}`;
  if (match.gt !== undefined && !((value as number) > match.gt)) return `must be greater than ${match.gt}`;
  if (match.between) {
    const [low, high] = match.between;
    if ((value as number) < low || (value as number) > high) return `must be between ${low} and ${high}`;
  }
  const length = sizeOf(value);
  if (match.len_min !== undefined && length < match.len_min)
    return `must have at least ${match.len_min} entries`;
  if (match.len_max !== undefined && length > match.len_max)
    return `must have at most ${match.len_max} entries`;
  return;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

function isNonEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  return typeof value === 'string' || typeof value === 'object' ? sizeOf(value) > 0 : true;
}

function valueAt(record: unknown, path: string): unknown {
  let value = record;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** Kong does not check that the fields of a check exist, so that a misspelt rule would never fire. */
function assertMeaningful(schema: z.ZodObject, check: EntityCheck): void {
  const fields =
    'conditional' in check
      ? [check.conditional.if_field, check.conditional.then_field]
      : (Object.values(check)[0] as string[]);
  for (const field of fields) fieldAt(schema, field);
  if ('conditional' in check) {
    const { if_field, if_match, then_field } = check.conditional;
    for (const field of [if_field, then_field]) {
      // Kong 3.9 crashes on it while it reads the config (db/schema/init.lua, run_entity_check): it knows no `fields` then.
      if (unwrap(fieldAt(schema, field), field).core._zod.def.type === 'object')
        throw new Error(`conditional: ${field} is a record, which Kong cannot check`);
    }
    const condition = unwrap(fieldAt(schema, if_field), if_field);
    // In Kong null passes every validator but `eq` and `required`: such a rule would fire on an absent field.
    if (condition.optional && !condition.fallback && if_match.eq === undefined && !if_match.required) {
      throw new Error(`conditional: if_field ${if_field} may be absent, so if_match needs eq or required`);
    }
  }
}

function fieldAt(schema: z.ZodObject, path: string): z.core.$ZodType {
  let here: z.core.$ZodType = schema;
  for (const key of path.split('.')) {
    const { core } = unwrap(here, path);
    const shape = core._zod.def.type === 'object' ? core._zod.def.shape : {};
    if (!Object.hasOwn(shape, key)) throw new Error(`entity check: there is no field ${path}`);
    here = shape[key] as z.core.$ZodType;
  }
  return here;
}
