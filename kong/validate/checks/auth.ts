// A route to a model that anybody may call spends the operator's money.
import type { State } from '../entities.ts';
import { type Issue, warning } from '../issue.ts';
import { AUTH_PLUGINS, INNERMOST } from '../names.ts';
import { runsOn } from '../scope.ts';

export function auth(state: State): Issue[] {
  return state.routes
    .filter((route) => runsOn(INNERMOST, route, state) !== 'not')
    .filter((route) => !AUTH_PLUGINS.some((plugin) => runsOn(plugin, route, state) !== 'not'))
    .map(({ source, path, name }) =>
      source.issue(
        path,
        warning(
          `route '${name}' has ${INNERMOST} and no authentication: anybody may use the provider's key`,
          'Enable key-auth or another of Kong’s auth plugins on the route or its service.',
        ),
      ),
    );
}
