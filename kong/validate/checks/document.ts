// The file itself: is it decK's?
import type { State } from '../entities.ts';
import { error, type Issue } from '../issue.ts';

export function documents({ sources }: State): Issue[] {
  return sources.flatMap(({ data, issue }) => {
    if (data._format_version === '3.0') return [];
    const hint =
      'A file of format 1.1 is converted by `deck file convert --from kong-gateway-2.x --to kong-gateway-3.x`.';
    return [issue(['_format_version'], error('_format_version must be "3.0" (in quotes)', hint))];
  });
}
