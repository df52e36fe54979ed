// On which routes a use of a plugin runs (Kong: kong/runloop/plugins_iterator.lua).
import type { Entity, State, Use } from './entities.ts';

/** Consumers do not count: which one calls is known only then. */
export function routesOf({ scope: { route, service } }: Use, { routes }: State): Entity[] {
  if (route) return [route];
  return service ? routes.filter((candidate) => candidate.service === service) : routes;
}

/** Whether the plugin runs on the route, for every caller of it (`all`), for some, or not. */
export function runsOn(name: string, route: Entity, state: State): 'all' | 'some' | 'not' {
  const uses = state.uses.filter(
    (use) => use.name === name && !use.elsewhere && routesOf(use, state).includes(route),
  );
  if (uses.some(({ scope }) => !scope.consumer && !scope.consumer_group)) return 'all';
  return uses.length > 0 ? 'some' : 'not';
}

/** The same for a service that has no routes in these files, as far as can be known. */
export function isConfigured(name: string, service: Entity | undefined, { uses }: State): boolean {
  return uses.some(
    (use) =>
      use.name === name &&
      (use.elsewhere || (!use.scope.route && (!use.scope.service || use.scope.service === service))),
  );
}

export function scopeText({ scope: { route, service, consumer, consumer_group: group } }: Use): string {
  const parts = [
    route && `route '${route.name}'`,
    service && `service '${service.name}'`,
    consumer && `consumer '${consumer.name}'`,
    group && `consumer group '${group.name}'`,
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(' and ') : 'global';
}
