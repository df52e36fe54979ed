// Ordering and phases: what Kong would not do, or would do otherwise than is meant.
import type { State } from '../entities.ts';
import { type Finding, type Issue, warning } from '../issue.ts';
import { INNERMOST, isOurs } from '../names.ts';
import { type Json, record } from '../source.ts';

/** Comments that the relay sends on a silent stream (KONG_AI_HEARTBEAT_SECONDS). */
const HEARTBEAT_MS = 15_000;

export function ordering(state: State): Issue[] {
  return [...dynamicOrder(state), ...protocols(state), ...groups(state), ...timeouts(state)];
}

function dynamicOrder({ uses }: State): Issue[] {
  return uses
    .filter(({ name, data }) => isOurs(name) && data.ordering !== undefined)
    .map(({ source, path, name }) =>
      source.issue(
        [...path, 'ordering'],
        warning(
          `the free Kong knows no ordering: ${name} runs by its priority`,
          'cost-log, token-rate-limit, prompt-guard, pii-redact, semantic-cache, ai-proxy-ts is the order.',
        ),
      ),
    );
}

function protocols({ uses }: State): Issue[] {
  return uses.flatMap(({ name, data, source, path }) => {
    if (!isOurs(name) || !Array.isArray(data.protocols)) return [];
    const other = data.protocols.filter((protocol) => protocol !== 'http' && protocol !== 'https');
    if (other.length === 0) return [];
    const found = warning(`${name} takes only http and https`, `Kong refuses ${other.join(', ')} for it.`);
    return [source.issue([...path, 'protocols'], found)];
  });
}

function groups({ uses }: State): Issue[] {
  return uses
    .filter(({ name, scope }) => isOurs(name) && scope.consumer_group)
    .map(({ name, source, path }) =>
      source.issue(
        path,
        warning(
          `the free Kong does not run ${name} by consumer group`,
          'Tag the consumers, and use the tags as groups in the config (consumer_group, consumer_groups).',
        ),
      ),
    );
}

/** Kong's read_timeout bounds the gap between two bytes of an answer. */
function timeouts({ uses, routes }: State): Issue[] {
  const services = new Set(
    uses
      .filter(({ name }) => name === INNERMOST)
      .flatMap(({ scope: { service, route } }) => service ?? route?.service ?? routes.map((r) => r.service))
      .filter((service) => service !== undefined),
  );
  return [...services].flatMap(({ data, source, path, name }) => {
    const found = shortTimeout(data, record(record(source.data._info).defaults), name);
    return found ? [source.issue([...path, 'read_timeout'], found)] : [];
  });
}

function shortTimeout(service: Json, defaults: Json, name: string): Finding | undefined {
  const timeout = service.read_timeout ?? record(defaults.service).read_timeout;
  if (typeof timeout !== 'number' || timeout > HEARTBEAT_MS) return;
  return warning(
    `read_timeout of service '${name}' is ${timeout} ms: Kong ends answers that are silent for so long`,
    `Keep it above ${HEARTBEAT_MS} ms, the pause between two heartbeats of a stream; whole answers take longer.`,
  );
}
