// Where a target's provider is called for a request. Nothing that a client sends decides on the host.
import type { TargetConfig } from './config.ts';
import type { Endpoint, Place, PlaceOptions, Provider } from './providers/provider.ts';
import { isTemplate, type Template, type TemplateSource, template } from './template.ts';

export interface Base {
  origin: string;
  /** Without a slash at its end. */
  path: string;
}

export interface PlaceReader {
  /** Names the place in the keys of shared state. */
  key: string;
  options(source: () => TemplateSource): PlaceOptions;
  base(options: PlaceOptions): Base;
  /** The path with its query, for an endpoint that the provider has. */
  path(endpoint: Endpoint, place: Place, base: Base, source: () => TemplateSource): string;
}

/** Parts of a host name: filled in only with what can be a label. */
const HOST_FIELDS = new Set<keyof PlaceOptions>([
  'azure_instance',
  'aws_region',
  'location_id',
  'workspace_instance_id',
]);

/** @throws Error when the config does not say where the provider is, or lets a client say it. */
export function placeReader(config: TargetConfig, provider: Provider, providerName: string): PlaceReader {
  const { base_url, upstream_url, upstream_path } = config.model.options ?? {};
  for (const url of [base_url, upstream_url]) {
    if (isTemplate(url)) throw new Error(`${url}: a client cannot choose the address of a provider`);
  }
  const given = placeOptions(config);
  const templates = templatesOf(given);
  const path = upstream_path === undefined ? undefined : template(upstream_path);
  const whole = upstream_url === undefined ? undefined : new URL(upstream_url);
  const baseOf = baseReader(base_url, provider, providerName);
  // Said wrongly, it is better said now than at the first request.
  if (!whole && templates.length === 0) baseOf(given);
  return {
    key: upstream_url ?? base_url ?? JSON.stringify(given),
    options(source) {
      if (templates.length === 0) return given;
      return { ...given, ...Object.fromEntries(templates.map(([name, fill]) => [name, fill(source)])) };
    },
    base: whole ? () => ({ origin: whole.origin, path: '' }) : baseOf,
    path(endpoint, place, base, source) {
      if (whole) return whole.pathname + whole.search;
      const below = path ? path(source) : typeof endpoint === 'string' ? endpoint : endpoint(place);
      return base.path + below;
    },
  };
}

function baseReader(
  baseUrl: string | undefined,
  provider: Provider,
  providerName: string,
): PlaceReader['base'] {
  const known = new Map<string, Base>();
  return (options) => {
    const from =
      baseUrl ?? (typeof provider.baseUrl === 'function' ? provider.baseUrl(options) : provider.baseUrl);
    if (from === undefined) {
      throw new Error(
        `provider ${providerName} needs model.options.base_url, upstream_url or its own options`,
      );
    }
    let base = known.get(from);
    if (!base) {
      const url = new URL(from);
      base = { origin: url.origin, path: url.pathname.replace(/\/+$/, '') };
      if (known.size > MAX_BASES) known.clear();
      known.set(from, base);
    }
    return base;
  };
}

/** Templates make several of one target. */
const MAX_BASES = 1_000;

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
