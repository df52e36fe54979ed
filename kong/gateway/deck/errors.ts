// What is wrong with a decK file: every issue with its place, so that it can be mended in one go.

/** `path` is the place in the document (`services[0].routes[1].paths[0]`); `line` counts from 1. */
export interface DeckIssue {
  path: string;
  line?: number;
  message: string;
}

/** A decK file that cannot be used. The message lists every issue, one per line. */
export class DeckFileError extends Error {
  override name = 'DeckFileError';
  readonly issues: DeckIssue[];

  constructor(issues: DeckIssue[]) {
    super(issues.map(describe).join('\n'));
    this.issues = issues;
  }
}

function describe({ path, line, message }: DeckIssue): string {
  const place = [path, line === undefined ? '' : `line ${line}`].filter((part) => part !== '').join(', ');
  return place === '' ? message : `${place}: ${message}`;
}

/** Keys and indexes as one reads them: `services[0].name`. */
export function formatPath(path: readonly PropertyKey[]): string {
  let out = '';
  for (const key of path) {
    if (typeof key === 'number') out += `[${key}]`;
    else out += out === '' ? String(key) : `.${String(key)}`;
  }
  return out;
}
