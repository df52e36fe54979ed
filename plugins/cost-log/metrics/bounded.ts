// Values of a label, of which there are never more than a bound: clients name models, and every series costs memory.

import { getOrMake } from '../get-or-make.ts';

export const OTHER = 'other';

export class BoundedValues {
  private readonly max: number;
  private readonly seen = new Map<string, Set<string>>();

  constructor(max: number) {
    this.max = max;
  }

  /** The value itself while there is room for it under the label. */
  of(label: string, value: string): string {
    if (value === '') return value;
    const values = getOrMake(this.seen, label, () => new Set<string>());
    if (values.has(value)) return value;
    if (values.size >= this.max) return OTHER;
    values.add(value);
    return value;
  }
}
