// The plugins that the embedded gateway implements itself. Every other one is the plugin server's.
import { acl } from './acl.ts';
import { correlationId } from './correlation-id.ts';
import { cors } from './cors.ts';
import { keyAuth } from './key-auth.ts';
import type { NativePlugin } from './native.ts';
import { rateLimiting } from './rate-limiting.ts';
import { requestTermination } from './request-termination.ts';
import { requestTransformer } from './request-transformer.ts';

const PLUGINS = [acl, correlationId, cors, keyAuth, rateLimiting, requestTermination, requestTransformer];

const BY_NAME = new Map(PLUGINS.map((plugin) => [plugin.name, plugin as NativePlugin]));

export const nativePluginNames = [...BY_NAME.keys()];

export function nativePlugin(name: string): NativePlugin | undefined {
  return BY_NAME.get(name);
}
