// Values of the config's dictionaries, from lists and from files that are read again when they have changed.
import { readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PiiRedactConfig } from '../config.ts';
import type { Recogniser } from '../detect/types.ts';
import { typeByName } from '../entities.ts';
import { RUN, ValueIndex } from '../value-index.ts';

export type DictionaryConfig = NonNullable<PiiRedactConfig['dictionaries']>[number];

/** A file is looked at this often at most. */
const CHECK_MS = 1_000;
/** Values that are taken in before others get their turn: about a millisecond of work. */
const VALUES_AT_ONCE = 1_000;

export class Dictionary {
  private readonly config: DictionaryConfig;
  private readonly field: string;
  private index: ValueIndex<true>;
  private version: string | undefined;
  private checkedAt = Number.NEGATIVE_INFINITY;
  private checking: Promise<void> | undefined;

  /** @throws Error that names the field: a file that cannot be read */
  constructor(config: DictionaryConfig, field: string) {
    this.config = config;
    this.field = `${field}.file`;
    this.index = this.newIndex();
    try {
      if (config.file !== undefined)
        for (const value of linesOf(readFileSync(config.file, 'utf8'))) this.add(value);
    } catch (error) {
      throw new Error(`${this.field}: cannot be read (${codeOf(error)})`);
    }
  }

  readonly recognise: Recogniser = (scan, report) => {
    const { entity, case_sensitive: exact, score } = this.config;
    if (this.index.size === 0) return;
    const type = typeByName(entity) ?? entity;
    const text = exact ? scan.text : scan.lower;
    for (const match of scan.matches(RUN)) {
      const start = match.index;
      const found = this.index.at(text, start, text.slice(start, start + match[0].length));
      if (found && scan.bounded(start, start + found.value.length))
        report(type, start, start + found.value.length, score);
    }
  };

  /**
   * Resolves when the values are those of the file as it is now, or was a second ago. While it cannot be read the last
   * values stay, and `failed` is told once.
   */
  async refresh(failed: (field: string, code: string) => void, now: () => number = Date.now): Promise<void> {
    if (this.config.file === undefined) return;
    if (now() - this.checkedAt >= CHECK_MS) {
      this.checkedAt = now();
      this.checking = this.check(this.config.file, failed).finally(() => {
        this.checking = undefined;
      });
    }
    await this.checking;
  }

  private async check(file: string, failed: (field: string, code: string) => void): Promise<void> {
    try {
      // Through links: Kubernetes swaps one, and the file behind it is another inode then.
      const { mtimeMs, ino, size } = await stat(file);
      const found = `${ino}/${mtimeMs}/${size}`;
      if (found === this.version) return;
      await this.read(file);
      this.version = found;
    } catch (error) {
      if (this.version !== UNREADABLE) failed(this.field, codeOf(error));
      this.version = UNREADABLE;
    }
  }

  private async read(file: string): Promise<void> {
    const index = this.newIndex();
    let count = 0;
    for (const value of linesOf(await readFile(file, 'utf8'))) {
      this.add(value, index);
      if (++count % VALUES_AT_ONCE === 0) await nextTurn();
    }
    this.index = index;
  }

  private newIndex(): ValueIndex<true> {
    const index = new ValueIndex<true>();
    for (const value of this.config.values ?? []) this.add(value, index);
    return index;
  }

  private add(value: string, index = this.index): void {
    index.add(this.config.case_sensitive ? value : value.toLowerCase(), true);
  }
}

const UNREADABLE = 'unreadable';

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown';

/** One value a line; lines that begin with # are comments. */
function* linesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end).trim();
    if (line !== '' && !line.startsWith('#')) yield line;
    if (end < 0) return;
    at = end + 1;
  }
}
