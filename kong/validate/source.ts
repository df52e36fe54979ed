// One decK file, read for checking: whatever Kong's entities are, and whether or not its variables are set here.
import { substituteEnv } from '../gateway/deck/env.ts';
import { DeckFileError } from '../gateway/deck/errors.ts';
import { withoutNulls } from '../gateway/deck/nulls.ts';
import { place } from '../gateway/deck/place.ts';
import { parseYaml, plainYaml, type Yaml } from '../gateway/deck/yaml.ts';
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
  const yaml = parseYaml(substituteEnv(text, {}, () => MARK));
  return {
    file,
    data: record(withoutNulls(plainYaml(withEnv(text, env)))),
    written: record(withoutNulls(plainYaml(yaml))),
    issue: (path, finding) => ({ file, ...place(yaml.doc, yaml.lines, path), ...finding }),
  };
}

function withEnv(text: string, env: NodeJS.ProcessEnv): Yaml {
  try {
    return parseYaml(substituteEnv(text, env, () => MARK));
  } catch {
    throw new DeckFileError([{ path: '', message: 'a variable of the environment breaks the YAML' }]);
  }
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
