// Pieces that the config schemas of native plugins share.
import { z } from 'zod';

export const headerName = z
  .string()
  .regex(/^[A-Za-z0-9_-]+$/, 'is not a valid header name: use letters, digits, "_" and "-"');

/** A field that Kong has and this gateway refuses unless it is off. */
export function onlyInKong(field: string): z.ZodType<undefined> {
  return z.undefined({
    error: `the embedded gateway does not support '${field}'; use Kong`,
  }) as z.ZodType<undefined>;
}

export function mustBeOff(field: string): z.ZodType<boolean> {
  return z
    .boolean()
    .default(false)
    .refine((on) => !on, `the embedded gateway does not support '${field}'; use Kong`);
}
