// Reads a config field by field and remembers what was read: what is left over has no equivalent.

export type Json = Record<string, unknown>;

export interface Note {
  /** Field below the plugin's `config`; empty: the plugin itself. */
  field: string;
  /** `lost`: there is nothing like it. `changed`: it is said otherwise now. `todo`: somebody must decide. */
  kind: 'lost' | 'changed' | 'todo';
  message: string;
}

export class Reader {
  readonly notes: Note[] = [];
  private readonly config: Json;
  private readonly read = new Set<string>();

  constructor(config: Json) {
    this.config = config;
  }

  /** Undefined for what is absent or null. */
  take(field: string): unknown {
    this.read.add(field);
    let at: unknown = this.config;
    for (const key of field.split('.')) at = (at as Json | null | undefined)?.[key];
    return at ?? undefined;
  }

  list(field: string): unknown[] {
    const value = this.take(field);
    return Array.isArray(value) ? value : [];
  }

  note(kind: Note['kind'], field: string, message: string): void {
    this.notes.push({ kind, field, message });
  }

  /** Says of each of these why it is gone, when it is set to anything but `unless`. */
  drop(reasons: Readonly<Record<string, string>>, unless: readonly unknown[] = [false]): void {
    for (const [field, message] of Object.entries(reasons)) {
      const value = this.take(field);
      if (value !== undefined && !unless.includes(value)) this.note('lost', field, message);
    }
  }

  /** What nobody has read. */
  finish(): void {
    for (const field of this.unread(this.config, '')) this.note('lost', field, 'has no equivalent');
  }

  private unread(config: Json, path: string): string[] {
    return Object.entries(config).flatMap(([key, value]) => {
      const field = path + key;
      if (value === null || value === undefined || this.read.has(field)) return [];
      const inside = [...this.read].some((known) => known.startsWith(`${field}.`));
      return inside && isRecord(value) ? this.unread(value, `${field}.`) : [field];
    });
  }
}

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Without the fields that are undefined. */
export function defined<T extends Json>(fields: T): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

export const records = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isRecord) : []);
