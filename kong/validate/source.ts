// One decK file, read for checking: whatever Kong's entities are, and whether or not its variables are set here.
import { LineCounter, parseDocument } from 'yaml';
import { substituteEnv } from '../gateway/deck/env.ts';
import { DeckFileError, formatPath } from '../gateway/deck/errors.ts';
import { withoutNulls } from '../gateway/deck/nulls.ts';
import { place } from '../gateway/deck/place.ts';
import type { Finding, Issue } from './issue.ts';
import { error } from './issue.ts';

export type Path = readonly PropertyKey[];
export type Json = Record<string, unknown>;

/** Stands where `${{ env "DECK_X" }}` stood. */
const MARK = 'value-of-the-environment';

export interface Source {
  file: string;
  /** With the values of the environment; `isUnknown` tells those that are not set here. */
  data: Json;
  /** The same without any of them: what the file itself says. */
  written: Json;
  issue(path: Path, finding: Finding): Issue;
}

/** Whether the environment fills in the value, or a part of it, and did not here. */
export const isUnknown = (value: unknown): boolean =>
  value !== undefined && JSON.stringify(value).includes(MARK);

/** @throws DeckFileError for a file that is no YAML, with its lines */
export function readSource(file: string, text: string, env: NodeJS.ProcessEnv): Source {
  const lines = new LineCounter();
  const doc = parseDocument(
    substituteEnv(text, {}, () => MARK),
    { lineCounter: lines },
  );
  if (doc.errors.length > 0) {
    throw new DeckFileError(
      doc.errors.map(({ message, pos }) => ({
        path: '',
        line: lines.linePos(pos[0]).line,
        message: message.split('\n')[0] ?? 'is not YAML',
      })),
    );
  }
  const filled = parseDocument(substituteEnv(text, env, () => MARK));
  if (filled.errors.length > 0) {
    throw new DeckFileError([{ path: '', message: 'a variable of the environment breaks the YAML' }]);
  }
  return {
    file,
    data: record(withoutNulls(filled.toJS())),
    written: record(withoutNulls(doc.toJS())),
    issue: (path, finding) => ({ file, ...place(doc, lines, path), ...finding }),
  };
}

/** Issues of a file that could not be read at all. */
export function unreadable(file: string, cause: DeckFileError): Issue[] {
  return cause.issues.map(({ path, line, message }) => ({
    file,
    path,
    ...(line === undefined ? {} : { line }),
    ...error(message),
  }));
}

export function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** The records of a list, with their places in it. */
export function records(value: unknown): [number, Json][] {
  return Array.isArray(value) ? value.map((item, i): [number, Json] => [i, record(item)]) : [];
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => (at as Json | undefined)?.[key as string], value);
}

export { formatPath };
