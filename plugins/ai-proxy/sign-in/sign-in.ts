// How a request gets its credentials.

import type { Outgoing } from '../call.ts';
import type { AuthConfig } from '../config.ts';
import type { Key, Keyring } from '../keys.ts';

/** What a request carries of a client's own, for `allow_override`. */
export interface ClientCredentials {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  query: URLSearchParams;
  body: Readonly<Record<string, unknown>>;
}

export interface SignIn {
  /** The keys that take turns; none for credentials that are fetched or signed. */
  readonly keyring: Keyring | undefined;
  /** The client's own key, when the target lets it override. It is no key of the ring: it never rests. */
  own?(client: ClientCredentials): string | undefined;
  /** Fields that the body must have. */
  bodyFields?(key: string): Record<string, string>;
  /** Adds the credentials. @throws GatewayError provider_auth when there are none to be had. */
  apply(outgoing: Outgoing, key: Key | undefined): Outgoing | Promise<Outgoing>;
  /** The provider refused what was fetched: fetch it anew. */
  refused?(): void;
}

export const NO_SIGN_IN: SignIn = { keyring: undefined, apply: (outgoing) => outgoing };

export type { AuthConfig };
