// A plugin may be configured only once in one place: Kong would refuse the second, or one would silently win.
import type { State, Use } from '../entities.ts';
import { error, type Issue } from '../issue.ts';
import { scopeText } from '../scope.ts';

export function twins({ uses }: State): Issue[] {
  const seen = new Map<string, Use>();
  const issues: Issue[] = [];
  for (const use of uses) {
    const { route, service, consumer, consumer_group: group } = use.scope;
    if (use.elsewhere) continue;
    const key = [use.name, ...[route, service, consumer, group].map((entity) => placeOf(entity))].join('|');
    const first = seen.get(key);
    if (!first) seen.set(key, use);
    else {
      const { file, line } = first.source.issue(first.path, error(''));
      const where = `${file}${line === undefined ? '' : `:${line}`}`;
      issues.push(
        use.source.issue(
          use.path,
          error(`${use.name} is configured twice (${scopeText(use)})`, `Also at ${where}.`),
        ),
      );
    }
  }
  return issues;
}

const placeOf = (entity: { source: { file: string }; path: readonly PropertyKey[] } | undefined): string =>
  entity ? `${entity.source.file}:${entity.path.join('.')}` : '';
