// Every route with a plugin of ours needs ai-proxy-ts, or the relay answers 500 (ai_proxy_missing).
import type { State, Use } from '../entities.ts';
import { error, type Issue, warning } from '../issue.ts';
import { INNERMOST, isOurs } from '../names.ts';
import { isConfigured, routesOf, runsOn, scopeText } from '../scope.ts';

export function innermost(state: State): Issue[] {
  return state.uses
    .filter((use) => isOurs(use.name) && use.name !== INNERMOST && !use.elsewhere)
    .flatMap((use) => check(use, state));
}

function check(use: Use, state: State): Issue[] {
  const { name, source, path, scope } = use;
  const routes = routesOf(use, state);
  const say = (finding: ReturnType<typeof error>): Issue[] => [source.issue(path, finding)];
  if (routes.length === 0) {
    if (isConfigured(INNERMOST, scope.service, state)) return [];
    return say(
      error(
        `${name} (${scopeText(use)}) has no ${INNERMOST} beside it`,
        `Enable ${INNERMOST} in the same place; without it requests are answered 500.`,
      ),
    );
  }
  const without = routes.filter((route) => runsOn(INNERMOST, route, state) === 'not');
  const list = without.map((route) => route.name).join(', ');
  if (without.length > 0 && (scope.consumer || scope.consumer_group)) {
    return say(
      warning(
        `${name} (${scopeText(use)}) also runs when that caller uses routes without ${INNERMOST}: ${list}`,
        'They answer 500 then. Set the plugin on the routes or services instead.',
      ),
    );
  }
  if (without.length > 0) {
    return say(
      error(
        `${name} (${scopeText(use)}) runs on routes without ${INNERMOST}: ${list}`,
        `Enable ${INNERMOST} there, or ${name} only where it is: they answer 500.`,
      ),
    );
  }
  const some = routes.filter((route) => runsOn(INNERMOST, route, state) === 'some' && !scope.consumer);
  if (some.length === 0) return [];
  return say(
    warning(
      `${INNERMOST} is set for single consumers on: ${some.map((route) => route.name).join(', ')}`,
      `All others get 500 there, because ${name} runs for them and ${INNERMOST} does not.`,
    ),
  );
}
