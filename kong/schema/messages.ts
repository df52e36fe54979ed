// One short sentence per zod issue, which says what is allowed and never what was given.
import type { z } from 'zod';

const NOUNS: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  array: 'an array',
  object: 'a record',
  record: 'a map',
};

/** An error map for zod; a message that a schema brings itself goes first. */
export function sentence(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value'))
    return 'required';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${NOUNS[issue.expected] ?? issue.expected}${issue.input === null ? ', not null' : ''}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return tooBig(issue);
    case 'invalid_format':
      if (issue.format === 'regex') return 'is not in the expected form';
      if (issue.format === 'starts_with') return `must start with ${issue.prefix}`;
      if (issue.format === 'ends_with') return `must end with ${issue.suffix}`;
      if (issue.format === 'includes') return `must contain ${issue.includes}`;
      return `must be a valid ${issue.format.replaceAll('_', ' ')}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_key':
      return `has a key that is not allowed: ${(issue.issues as { message: string }[]).map((i) => i.message).join(', ')}`;
    case 'unrecognized_keys':
      return `unknown ${issue.keys.length > 1 ? 'fields' : 'field'} ${issue.keys.join(', ')}`;
    default:
      return 'is not valid';
  }
}

type TooSmall = Extract<z.core.$ZodRawIssue, { code: 'too_small' }>;
type TooBig = Extract<z.core.$ZodRawIssue, { code: 'too_big' }>;

function tooSmall({ origin, minimum, inclusive, exact }: TooSmall): string {
  if (origin === 'string' && minimum === 1) return 'must not be empty';
  const size = sizeText(origin, minimum);
  if (size) return `must have ${exact ? 'exactly' : 'at least'} ${size}`;
  return inclusive ? `must be at least ${minimum}` : `must be greater than ${minimum}`;
}

function tooBig({ origin, maximum, inclusive, exact }: TooBig): string {
  const size = sizeText(origin, maximum);
  if (size) return `must have ${exact ? 'exactly' : 'at most'} ${size}`;
  return inclusive ? `must be at most ${maximum}` : `must be less than ${maximum}`;
}

/** `2 entries`; undefined for what has no size but a value. */
function sizeText(origin: string, size: number | bigint): string | undefined {
  if (origin === 'string') return `${size} ${size === 1 ? 'character' : 'characters'}`;
  if (origin === 'array') return `${size} ${size === 1 ? 'entry' : 'entries'}`;
  return;
}
