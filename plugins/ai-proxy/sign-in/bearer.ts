// A fetched token in the authorization header.
import type { Outgoing } from '../call.ts';
import { type Expiring, Fetched } from './fetched.ts';
import type { SignIn } from './sign-in.ts';

export function bearer(load: () => Promise<Expiring<string>>): SignIn {
  const token = new Fetched(load);
  const add = (outgoing: Outgoing, value: string): Outgoing => {
    outgoing.headers.authorization = `Bearer ${value}`;
    return outgoing;
  };
  return {
    keyring: undefined,
    apply(outgoing) {
      const value = token.get();
      return typeof value === 'string'
        ? add(outgoing, value)
        : value.then((fetched) => add(outgoing, fetched));
    },
    refused: () => token.drop(),
  };
}

/** As OAuth answers: `access_token`, and `expires_in` seconds. */
export function tokenOf(answer: Record<string, unknown>): Expiring<string> {
  const { access_token: value, expires_in } = answer;
  if (typeof value !== 'string') throw new Error('the token service answered without a token');
  return { value, expiresAt: Date.now() + (Number(expires_in) || 300) * 1000 };
}
