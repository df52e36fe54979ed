// Do answers pass Kong as they come? A route's own buffering flags, and what Kong's nginx is told beside them.
//
// Seen on Kong 3.9.1: with `response_buffering` on, which is Kong's default, event streams pass chunk by chunk all the
// same: the relay sends `X-Accel-Buffering: no`. Plugins of Kong that hold answers back are found by kong/validate.

import type { State } from '../validate/entities.ts';
import { INNERMOST } from '../validate/names.ts';
import { runsOn } from '../validate/scope.ts';
import { type Finding, ok, warn } from './finding.ts';
import type { Json } from './kong-admin.ts';

const CHECK = 'Kong: route buffering';

/** @param settings Kong's configuration, as `GET /` tells it */
export function checkBuffering(state: State, settings: Json): Finding[] {
  const routes = state.routes.filter((route) => runsOn(INNERMOST, route, state) !== 'not');
  if (routes.length === 0) return [];
  const ignored = ignoresAccelBuffering(settings);
  const found = routes.flatMap(({ name, data }) => [
    ...(data.request_buffering === false ? [unbufferedRequest(name)] : []),
    ...(ignored && data.response_buffering !== false ? [bufferedResponse(name, ignored)] : []),
  ]);
  if (found.length > 0) return found;
  return [
    ok(
      CHECK,
      `${routes.length} ${routes.length === 1 ? 'route passes' : 'routes pass'} streams as they come`,
    ),
  ];
}

/** The setting by which nginx is told not to heed the relay's header. */
const ignoresAccelBuffering = (settings: Json): string | undefined =>
  Object.keys(settings).find(
    (name) =>
      /^nginx_\w+_proxy_ignore_headers$/.test(name) && /x-accel-buffering/i.test(String(settings[name])),
  );

function unbufferedRequest(route: string): Finding {
  const advice =
    'Set it to true, Kong’s default. The relay can begin only with the whole body, and a client that sends slowly ' +
    'holds a request of the relay instead of one of nginx.';
  return warn(CHECK, `route '${route}' has request_buffering off`, advice);
}

function bufferedResponse(route: string, setting: string): Finding {
  const advice =
    `Set response_buffering to false on the route, or take X-Accel-Buffering out of ${setting}: else nginx reads ahead ` +
    'of a slow client, onto its disk, and the provider is paid for what nobody reads.';
  return warn(
    CHECK,
    `route '${route}' has response_buffering on, and ${setting} overrules the relay`,
    advice,
  );
}
