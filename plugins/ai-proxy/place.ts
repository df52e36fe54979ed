// Where a target's provider is called for a request. A client can fill in parts of the address that the config leaves to
// it, and never decides on the domain.
import { GatewayError } from '../../kong/relay/errors.ts';
import type { TargetConfig } from './config.ts';
import type { Endpoint, Place, PlaceOptions, Provider } from './providers/provider.ts';
import { isTemplate, type Template, type TemplateSource, template, urlParts } from './template.ts';

/** The place for one request. */
export interface At {
  /** Names it in the keys of shared state. */
  key: string;
  options: PlaceOptions;
  origin: string;
  /** What the endpoint's path comes after, without a slash at its end; with `upstream_url` the whole path. */
  path: string;
}

export interface PlaceReader {
  /** Something of the host comes from the request. */
  byClient: boolean;
  /** @throws GatewayError invalid_request when the request does not say what a template wants. */
  at(source: () => TemplateSource): At;
  /** The path with its query, for an endpoint that the provider has. */
  path(endpoint: Endpoint, place: Place, at: At, source: () => TemplateSource): string;
}

/** Parts of a host name: filled in only with what can be a label. */
const HOST_FIELDS = new Set<keyof PlaceOptions>([
  'azure_instance',
  'aws_region',
  'location_id',
  'workspace_instance_id',
]);

/** Templates make several of one target. */
const MAX_PLACES = 1_000;

/** @throws Error when the config does not say where the provider is, or lets a client say it. */
export function placeReader(config: TargetConfig, provider: Provider, providerName: string): PlaceReader {
  const { base_url, upstream_url, upstream_path } = config.model.options ?? {};
  const url = upstream_url ?? base_url;
  const given = placeOptions(config);
  const templates = templatesOf(given);
  const address = url === undefined ? undefined : urlTemplate(url);
  const path = upstream_path === undefined ? undefined : template(upstream_path);
  const known = new Map<string, At>();

  const read = (options: PlaceOptions, from: string | undefined): At => {
    const text =
      from ?? (typeof provider.baseUrl === 'function' ? provider.baseUrl(options) : provider.baseUrl);
    if (text === undefined) {
      throw new Error(
        `provider ${providerName} needs model.options.base_url, upstream_url or its own options`,
      );
    }
    const { origin, pathname, search } = new URL(text);
    const below = upstream_url === undefined ? pathname.replace(/\/+$/, '') : pathname + search;
    return { key: url === undefined ? JSON.stringify(options) : text, options, origin, path: below };
  };

  const filled = (source: () => TemplateSource): At => {
    const options = {
      ...given,
      ...Object.fromEntries(templates.map(([name, fill]) => [name, fill(source)])),
    };
    const from = address?.(source);
    const id = JSON.stringify([options, from]);
    let at = known.get(id);
    if (!at) {
      at = asAsked(() => read(options, from));
      if (known.size > MAX_PLACES) known.clear();
      known.set(id, at);
    }
    return at;
  };

  const byRequest = templates.length > 0 || isTemplate(url);
  // Said wrongly, it is better said now than at the first request.
  const fixed = byRequest ? undefined : read(given, url);
  const hostOf = url?.replace(/^(https?:\/\/[^/?#]*).*$/i, '$1');
  return {
    byClient: url === undefined ? templates.some(([name]) => HOST_FIELDS.has(name)) : isTemplate(hostOf),
    at: fixed ? () => fixed : filled,
    path(endpoint, place, at, source) {
      if (upstream_url !== undefined) return at.path;
      return at.path + (path ? path(source) : typeof endpoint === 'string' ? endpoint : endpoint(place));
    },
  };
}

/** Valid labels can still be no host: a wrong Punycode. */
function asAsked(read: () => At): At {
  try {
    return read();
  } catch (cause) {
    throw new GatewayError('invalid_request', { message: 'The request names no valid host.', cause });
  }
}

/**
 * A URL of the config. Below its domain, which it must say itself, labels of the host and all of the path may be templates.
 * @throws Error when a client could choose the domain, the port or the scheme
 */
function urlTemplate(url: string): Template {
  if (!isTemplate(url)) return () => url;
  const parts = urlParts(url);
  if (!parts) throw new Error(`${url}: a client cannot choose the address of a provider`);
  const { scheme, authority, rest } = parts;
  const [host, below] = [template(authority, 'host'), template(rest)];
  return (source) => scheme + host(source) + below(source);
}

function placeOptions({ model: { options = {} } }: TargetConfig): PlaceOptions {
  const { azure_instance, azure_deployment_id, azure_api_version, bedrock, gemini, databricks, dashscope } =
    options;
  return {
    azure_instance,
    azure_deployment_id,
    azure_api_version,
    aws_region: bedrock?.aws_region,
    location_id: gemini?.location_id,
    project_id: gemini?.project_id,
    api_endpoint: gemini?.api_endpoint,
    workspace_instance_id: databricks?.workspace_instance_id,
    international: dashscope?.international,
  };
}

function templatesOf(options: PlaceOptions): [keyof PlaceOptions, Template][] {
  return (Object.entries(options) as [keyof PlaceOptions, unknown][]).flatMap(
    ([name, value]): [keyof PlaceOptions, Template][] => {
      if (typeof value !== 'string' || !isTemplate(value)) return [];
      if (name === 'api_endpoint')
        throw new Error(`${value}: a client cannot choose the address of a provider`);
      return [[name, template(value, HOST_FIELDS.has(name) ? 'host' : 'name')]];
    },
  );
}
