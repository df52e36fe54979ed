// Signing in with a key: in a header, in the query or in the body.
import { secretRef } from '../../../kong/relay/secret-ref.ts';
import type { Outgoing } from '../call.ts';
import type { AuthConfig } from '../config.ts';
import { Keyring } from '../keys.ts';
import type { Provider } from '../providers/provider.ts';
import type { ClientCredentials, SignIn } from './sign-in.ts';

/** Undefined when the config has no key. @throws Error when the provider has no way of its own to send `keys`. */
export function keySignIn(auth: AuthConfig, provider: Provider): SignIn | undefined {
  const { keys, header_name, header_value, param_name, param_value, param_location } = auth;
  if (header_value !== undefined) return inHeader(auth, header_name!.toLowerCase(), '', [header_value]);
  if (keys && header_name !== undefined) return inHeader(auth, header_name.toLowerCase(), '', keys);
  if (keys) {
    if (!provider.key) throw new Error('auth.keys needs header_name: the provider has no header of its own');
    return inHeader(auth, provider.key.header, provider.key.prefix, keys);
  }
  if (param_value === undefined) return undefined;
  return param_location === 'body'
    ? inBody(auth, param_name!, param_value)
    : inQuery(auth, param_name!, param_value);
}

function inHeader(auth: AuthConfig, name: string, prefix: string, values: readonly string[]): SignIn {
  // One header object per key, not per request.
  return {
    keyring: new Keyring(values.map((value) => secretRef(value))),
    ...override(auth, ({ headers }) => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    }),
    apply: (outgoing, key) => {
      if (!key) return outgoing;
      outgoing.headers[name] = key.digest === CLIENTS ? key.value : prefix + key.value;
      return outgoing;
    },
  };
}

function inQuery(auth: AuthConfig, name: string, value: string): SignIn {
  return {
    keyring: new Keyring([secretRef(value)]),
    ...override(auth, ({ query }) => query.get(name) ?? undefined),
    apply: (outgoing, key) => (key ? { ...outgoing, path: withParam(outgoing, name, key.value) } : outgoing),
  };
}

function inBody(auth: AuthConfig, name: string, value: string): SignIn {
  return {
    keyring: new Keyring([secretRef(value)]),
    ...override(auth, ({ body }) => {
      const own = body[name];
      return typeof own === 'string' ? own : undefined;
    }),
    bodyFields: (key) => ({ [name]: key }),
    apply: (outgoing) => outgoing,
  };
}

function withParam({ path }: Outgoing, name: string, value: string): string {
  const separator = path.includes('?') ? '&' : '?';
  return `${path}${separator}${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
}

function override(
  auth: AuthConfig,
  own: (client: ClientCredentials) => string | undefined,
): Pick<SignIn, 'own'> {
  return auth.allow_override ? { own: (client) => own(client) || undefined } : {};
}

/** Stands in place of a digest for a key that the client brought. */
export const CLIENTS = 'client';
