// The names of a format's fields, and keys that differ from one of them in case only. Some readers take such a key for
// the field, and of several the last one (Go's encoding/json: https://pkg.go.dev/encoding/json#Unmarshal): what stages
// do not find under its name would reach a model all the same.
import { isObject } from './slots.ts';

export class Fields {
  /** null: a value, or an object whose keys are the client's own, as of metadata, arguments and JSON Schema. */
  private readonly nested: Map<string, Fields | null>;
  private byFolded: Map<string, string> | undefined;

  constructor(nested: Map<string, Fields | null>) {
    this.nested = nested;
  }

  /** For fields that hold what they are in. */
  add(name: string, nested: Fields): this {
    this.nested.set(name, nested);
    return this;
  }

  /** Undefined when there is no such field. */
  get(name: string): Fields | null | undefined {
    return this.nested.get(name);
  }

  get names(): string[] {
    return [...this.nested.keys()];
  }

  /** The field that `key` is with its case left out of account. */
  like(key: string): string | undefined {
    this.byFolded ??= new Map(this.names.map((name) => [folded(name), name]));
    return this.byFolded.get(folded(key));
  }
}

/** @param values names, with spaces between them, of fields that have no fields of their own */
export function fields(values = '', nested: Readonly<Record<string, Fields>> = {}): Fields {
  const names = values.match(/\S+/g) ?? [];
  return new Fields(new Map([...names.map((name) => [name, null] as const), ...Object.entries(nested)]));
}

/**
 * Up and down again: Unicode's full case folding where names are ASCII, which has the simple one that Go folds by, and
 * with it ſ (U+017F) and K (U+212A).
 */
const folded = (name: string): string => name.toUpperCase().toLowerCase();

/**
 * The first field for which an object of `value`, where the format has such objects, has a key in another case: its
 * path. Lists are no level of their own: what holds for an object holds for each of a list.
 */
export function inOtherCase(value: unknown, known: Fields): string | undefined {
  const path = search(value, known);
  // Without the dot before the first name.
  return path?.slice(1);
}

/** By recursion: a body is nested MAX_JSON_DEPTH levels at most. */
function search(value: unknown, known: Fields): string | undefined {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) {
      const found = search(value[i], known);
      if (found !== undefined) return `[${i}]${found}`;
    }
  } else if (isObject(value)) {
    for (const key in value) {
      const nested = known.get(key);
      if (nested === undefined) {
        const like = known.like(key);
        if (like !== undefined) return `.${like}`;
      } else if (nested !== null) {
        const found = search(value[key], nested);
        if (found !== undefined) return `.${key}${found}`;
      }
    }
  }
  return undefined;
}
