// A target of the config, resolved: which URL is called, with which headers, in which format.
import { GatewayError } from '../../kong/relay/errors.ts';
import type { TargetConfig } from './config.ts';
import { type Provider, providerOf } from './providers.ts';

export interface Target {
  name: string;
  provider: Provider;
  providerName: string;
  /** Undefined: the model that the client names. */
  model: string | undefined;
  url: URL;
  headers: Record<string, string>;
  maxTokens: number | undefined;
}

/** @throws Error when the target does not say where it is. */
export function resolveTarget(config: TargetConfig): Target {
  const { provider: providerName, name: model, options } = config.model;
  const provider = providerOf(providerName);
  const base = options?.base_url ?? provider.baseUrl;
  const url =
    options?.upstream_url ?? (base === undefined ? undefined : base.replace(/\/+$/, '') + provider.chatPath);
  if (url === undefined)
    throw new Error(`provider ${providerName} needs model.options.base_url or upstream_url`);
  return {
    name: config.name ?? [providerName, model].filter(Boolean).join('/'),
    provider,
    providerName,
    model,
    url: new URL(url),
    headers: { ...provider.headers, ...authHeaders(config) },
    maxTokens: options?.max_tokens,
  };
}

function authHeaders({ auth }: TargetConfig): Record<string, string> {
  return auth?.header_name && auth.header_value
    ? { [auth.header_name.toLowerCase()]: auth.header_value }
    : {};
}

/** @throws GatewayError model_not_found, invalid_request */
export function chooseModel(
  target: Target,
  requested: string | undefined,
  allowed: ReadonlySet<string> | undefined,
): string {
  if (requested !== undefined && allowed && !allowed.has(requested))
    throw new GatewayError('model_not_found', { param: 'model' });
  const model = target.model ?? requested;
  if (model === undefined)
    throw new GatewayError('invalid_request', { message: 'model is required.', param: 'model' });
  return model;
}
