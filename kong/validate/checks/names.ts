// Names of plugins that are probably meant to be ours, and Kong's own AI plugins beside ours.
import { nearest } from '../../schema/nearest.ts';
import type { State, Use } from '../entities.ts';
import { error, type Issue, warning } from '../issue.ts';
import { AUTH_PLUGINS, INNERMOST, isOurs, OURS } from '../names.ts';
import { routesOf } from '../scope.ts';
import type { Json } from '../source.ts';

/** Kong's, that call a model or read what one says, and that ours take the place of. */
const REPLACED: Readonly<Record<string, string>> = {
  'ai-proxy': 'ai-proxy-ts',
  'ai-proxy-advanced': 'ai-proxy-ts',
  'ai-prompt-guard': 'prompt-guard',
  'ai-semantic-prompt-guard': 'prompt-guard',
  'ai-semantic-response-guard': 'prompt-guard',
  'ai-sanitizer': 'pii-redact',
  'ai-rate-limiting-advanced': 'token-rate-limit',
  'ai-semantic-cache': 'semantic-cache',
};

/** Kong's, that hold an answer back until it is whole, as measured on 3.9.1. */
const BUFFERING: Readonly<Record<string, (config: Json) => boolean>> = {
  // Buffered proxying (kong/llm/plugin/shared-filters/enable-buffering.lua).
  'ai-request-transformer': () => true,
  'ai-response-transformer': () => true,
  'proxy-cache': cachesStreams,
  'proxy-cache-advanced': cachesStreams,
};

/** By default it caches GET and HEAD, and neither is how a model is asked. */
function cachesStreams({ request_method: methods, content_type: types }: Json): boolean {
  const has = (list: unknown, part: string): boolean =>
    Array.isArray(list) && list.some((item) => String(item).includes(part));
  return has(methods, 'POST') && has(types, 'text/event-stream');
}

/** Kong's, whose names are near to ours and that nobody means instead. */
const KNOWN = new Set([
  ...OURS,
  ...AUTH_PLUGINS,
  ...Object.keys(REPLACED),
  ...Object.keys(BUFFERING),
  'rate-limiting',
]);

export function names(state: State): Issue[] {
  return state.uses.flatMap((use) => {
    if (isOurs(use.name)) return [];
    const found = besideOurs(use, state) ?? misspelt(use);
    return found ? [use.source.issue([...use.path, 'name'], found)] : [];
  });
}

function misspelt({ name }: Use) {
  if (KNOWN.has(name)) return;
  const meant = nearest(name, OURS);
  return meant && warning(`there is no plugin '${name}' in this suite or in Kong`, `Is ${meant} meant?`);
}

function besideOurs(use: Use, state: State) {
  const { name } = use;
  const ours = REPLACED[name];
  if (ours === undefined && !BUFFERING[name]?.(use.config)) return;
  const routes = routesOf(use, state);
  const meets = state.uses.some(
    (other) => isOurs(other.name) && routesOf(other, state).some((route) => routes.includes(route)),
  );
  if (!meets) return;
  if (ours === undefined)
    return warning(
      `${name} holds answers back until they are whole, on routes of ${INNERMOST}`,
      'No stream gets through it. Remove it from these routes.',
    );
  const hint = `\`kong-ai migrate\` makes ${ours} of it.`;
  return name.startsWith('ai-proxy')
    ? error(`${name} and plugins of this suite are on the same routes: both would call a provider`, hint)
    : warning(`${name} reads Kong's own ai-proxy, which ${INNERMOST} takes the place of here`, hint);
}
