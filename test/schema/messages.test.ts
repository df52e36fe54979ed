// What a user reads about a wrong value: what is allowed, and never the value that was given.
import { expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, parseConfig } from '../../kong/schema/index.ts';

function said(schema: z.ZodType, value: unknown): string {
  try {
    parseConfig(z.object({ f: schema }), value === undefined ? {} : { f: value });
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('the value was accepted');
}

it.each<[schema: z.ZodType, value: unknown, message: string]>([
  [z.string(), undefined, 'required'],
  [z.enum(['a', 'b']), undefined, 'required'],
  [z.string(), 7, 'must be a string'],
  [z.number(), '7', 'must be a number'],
  [z.int(), 7.5, 'must be an integer'],
  [z.boolean(), 'yes', 'must be true or false'],
  [z.array(z.string()), 'a', 'must be an array'],
  [z.object({}), 'a', 'must be a record'],
  [z.record(z.string(), z.string()), 'a', 'must be a map'],
  [z.date(), 'x', 'must be date'],
  [z.array(z.string()), ['a', null], 'must be a string, not null'],
  [z.literal('a'), 'b', 'must be a'],
  [z.enum(['a', 'b']), 'c', 'must be one of a, b'],
  [z.string().min(1), '', 'must not be empty'],
  [z.string().min(2), 'a', 'must have at least 2 characters'],
  [z.string().length(1), 'ab', 'must have exactly 1 character'],
  [z.string().length(2), 'a', 'must have exactly 2 characters'],
  [z.string().max(1), 'ab', 'must have at most 1 character'],
  [z.array(z.string()).min(1), [], 'must have at least 1 entry'],
  [z.array(z.string()).max(2), ['a', 'b', 'c'], 'must have at most 2 entries'],
  [z.number().min(1), 0, 'must be at least 1'],
  [z.number().gt(1), 1, 'must be greater than 1'],
  [z.number().max(1), 2, 'must be at most 1'],
  [z.number().lt(1), 1, 'must be less than 1'],
  [z.number().multipleOf(5), 7, 'must be a multiple of 5'],
  [z.string().regex(/^a/), 'secret', 'is not in the expected form'],
  [z.string().startsWith('a'), 'secret', 'must start with a'],
  [z.string().endsWith('a'), 'secret', 'must end with a'],
  [z.string().includes('a!'), 'secret', 'must contain a!'],
  [z.email(), 'secret', 'must be a valid email'],
  [z.uuid(), 'secret', 'must be a valid uuid'],
  [z.record(z.string().min(2), z.string()), { a: 'x' }, 'must have at least 2 characters'],
  [z.union([z.string(), z.number()]), true, 'is not valid'],
  [z.string().refine(() => false, 'has words of its own'), 'secret', 'has words of its own'],
])('%#: of %j: %s', (schema, value, message) => {
  const text = said(schema, value);
  expect(text).toContain(message);
  expect(text).toMatch(/^config\.f/);
  expect(text).not.toContain('secret');
});
