// Everything that can be known without a Kong about the use of the suite's plugins in decK files.
import { DeckFileError } from '../gateway/index.ts';
import { auth } from './checks/auth.ts';
import { configs } from './checks/config.ts';
import { documents } from './checks/document.ts';
import { innermost } from './checks/innermost.ts';
import { names } from './checks/names.ts';
import { ordering } from './checks/ordering.ts';
import { secrets } from './checks/secrets.ts';
import { twins } from './checks/twins.ts';
import { vaults } from './checks/vaults.ts';
import { collect, type State } from './entities.ts';
import type { Issue } from './issue.ts';
import { readSource, type Source, unreadable } from './source.ts';

export type { Issue } from './issue.ts';

const CHECKS = {
  documents,
  references: (state: State) => state.issues,
  configs,
  innermost,
  twins,
  names,
  ordering,
  secrets,
  vaults,
  auth,
} as const;

/** Checks that are left out: `{ secrets: false }`. */
export type Without = Partial<Record<keyof typeof CHECKS, false>>;

/** The files make one state, as those given to `deck gateway sync` do. Sorted by file and line. */
export function validate(
  files: { file: string; text: string }[],
  env: NodeJS.ProcessEnv,
  without: Without = {},
): Issue[] {
  const sources: Source[] = [];
  const issues: Issue[] = [];
  for (const { file, text } of files) {
    try {
      sources.push(readSource(file, text, env));
    } catch (cause) {
      if (!(cause instanceof DeckFileError)) throw cause;
      issues.push(...unreadable(file, cause));
    }
  }
  const state = collect(sources);
  const order = new Map(files.map(({ file }, i) => [file, i]));
  const checks = Object.entries(CHECKS).filter(([name]) => without[name as keyof Without] !== false);
  return [...issues, ...checks.flatMap(([, check]) => check(state))].sort(
    (a, b) => order.get(a.file)! - order.get(b.file)! || (a.line ?? 0) - (b.line ?? 0),
  );
}
