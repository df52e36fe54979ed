// What of a request, besides its body, decides which target answers it: for a cache, which must keep such requests apart.
import type { Identity } from '../../kong/plan/identity.ts';
import type { InboundRequest } from '../../kong/relay/request.ts';
import type { AiProxyConfig } from './config.ts';
import { capturesIn, namesIn } from './template.ts';

export function variesBy({
  targets,
}: AiProxyConfig): (identity: Identity, request: InboundRequest) => string {
  const templates = JSON.stringify(targets);
  const matched = targets.flatMap(({ match }) => Object.keys(match?.headers ?? {}));
  const headers = [...new Set([...matched, ...namesIn(templates, 'headers')])].map((name) =>
    name.toLowerCase(),
  );
  const query = namesIn(templates, 'query_params');
  const captures = capturesIn(templates);
  const byConsumer = targets.some(({ match }) => match?.consumers || match?.consumer_groups);
  return ({ consumer, uriCaptures }, request) =>
    JSON.stringify([
      headers.map((name) => request.headers[name] ?? null),
      query.map((name) => request.query.getAll(name)),
      captures.map((name) => uriCaptures?.[name] ?? null),
      byConsumer ? [consumer?.id ?? null, consumer?.tags ?? []] : null,
    ]);
}
