// Which plugins are the suite's, and which are Kong's own for AI.
import { PLUGINS } from '../registry.ts';

export const OURS: readonly string[] = PLUGINS.map(({ Name }) => Name);
export const INNERMOST: string = PLUGINS.find(({ definition }) => definition.innermost)!.Name;

export const isOurs = (name: string): boolean => OURS.includes(name);

/** Plugins that Kong documents under these names and that sign the caller in. */
export const AUTH_PLUGINS: readonly string[] = [
  'key-auth',
  'basic-auth',
  'hmac-auth',
  'jwt',
  'ldap-auth',
  'oauth2',
  'session',
  'key-auth-enc',
  'jwt-signer',
  'ldap-auth-advanced',
  'mtls-auth',
  'oauth2-introspection',
  'openid-connect',
];
