// What the formats share to find text in bodies that may not be as documented.
import type { Role, TextKind, TextSlot } from './format.ts';

export type Bag = Record<string, unknown>;

export function isObject(value: unknown): value is Bag {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The objects of what should be an array of objects. */
export function objects(value: unknown): Bag[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A slot on `holder[field]`, which is a string now. */
export function textSlot(holder: Bag, field: string, role: Role, kind: TextKind, turn: number): TextSlot {
  return {
    role,
    kind,
    turn,
    get text() {
      return holder[field] as string;
    },
    set text(value: string) {
      holder[field] = value;
    },
  };
}
