// What the checks on a zod type bound: the size of a number, the length of a string or an array.
import type { z } from 'zod';

export interface Bounds {
  integer: boolean;
  /** Included ends. */
  min: number;
  max: number;
  /** Excluded ends. */
  above: number;
  below: number;
  length?: number;
  minLength?: number;
  maxLength?: number;
  prefix?: string;
  uuid: boolean;
}

/** Of all kinds of checks together: each has those that `narrow` reads of it. */
type CheckDef = {
  check?: string;
  value: number;
  inclusive: boolean;
  minimum: number;
  maximum: number;
  length: number;
  format: string;
  prefix: string;
};

const INTEGERS: Record<string, readonly [number, number] | undefined> = {
  safeint: [-Infinity, Infinity],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
};

/** The strictest of each; what is unbounded is infinite or absent. A safe integer's own bounds do not count. */
export function boundsOf(core: z.core.$ZodType): Bounds {
  const bounds: Bounds = {
    integer: false,
    min: -Infinity,
    max: Infinity,
    above: -Infinity,
    below: Infinity,
    uuid: false,
  };
  // z.int(), z.url() and the like are type and check in one.
  for (const { _zod } of [core, ...(core._zod.def.checks ?? [])])
    narrow(bounds, _zod.def as unknown as CheckDef);
  return bounds;
}

function narrow(bounds: Bounds, def: CheckDef): void {
  const { value, inclusive } = def;
  switch (def.check) {
    case 'greater_than':
      if (inclusive) bounds.min = Math.max(bounds.min, value);
      else bounds.above = Math.max(bounds.above, value);
      return;
    case 'less_than':
      if (inclusive) bounds.max = Math.min(bounds.max, value);
      else bounds.below = Math.min(bounds.below, value);
      return;
    case 'number_format': {
      const range = INTEGERS[def.format];
      if (!range) return;
      bounds.integer = true;
      bounds.min = Math.max(bounds.min, range[0]);
      bounds.max = Math.min(bounds.max, range[1]);
      return;
    }
    case 'min_length':
      bounds.minLength = Math.max(bounds.minLength ?? 0, def.minimum);
      return;
    case 'max_length':
      bounds.maxLength = Math.min(bounds.maxLength ?? Infinity, def.maximum);
      return;
    case 'length_equals':
      bounds.length = def.length;
      return;
    case 'string_format':
      if (def.format === 'starts_with') bounds.prefix = def.prefix;
      if (def.format === 'uuid' || def.format === 'guid') bounds.uuid = true;
      return;
  }
}
