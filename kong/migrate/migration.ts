// What the migration of one of Kong's plugins is.
import type { Json, Reader } from './reader.ts';

export interface Migrated {
  name: string;
  config: Json;
}

export interface Migration {
  from: string;
  /** The first takes the place of the old one; others are added beside it. */
  convert(reader: Reader): Migrated[];
}
