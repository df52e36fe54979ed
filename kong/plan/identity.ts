// Who is calling, as Kong knows it: read through the PDK by ai-proxy-ts, signed, and checked by the relay.
import { sign, type Verdict, verify } from './signature.ts';

export const IDENTITY_HEADER = 'x-ai-identity';

export interface Consumer {
  id: string;
  username?: string;
  customId?: string;
  tags?: string[];
}

export interface Named {
  id: string;
  name?: string;
  tags?: string[];
}

export interface Identity {
  consumer?: Consumer;
  /** The credential's id, never its key. */
  credential?: string;
  route?: Named;
  service?: Named;
  /**
   * The client's address as Kong sees it (trusted_ips and real_ip_header applied). Not signed: the relay takes it from
   * the X-Real-IP that Kong's nginx sets on every request, whatever the client or a plugin had put there.
   */
  ip?: string;
  /** Named captures of the route's regular expression; read only when a config asks for them. */
  uriCaptures?: Record<string, string>;
}

/**
 * The identity together with the plan that was there when it was made. Kong removes what a client names in its
 * `Connection` header after the plugins have run, so an entry can be gone when the request arrives: what is left must
 * be exactly what was declared.
 */
export interface Attestation {
  identity: Identity;
  /** Of all plan entries, by `planDigest`. */
  plan: string;
}

export function signIdentity(secret: Buffer, attestation: Attestation, minute: number): string {
  const json = Buffer.from(JSON.stringify(attestation)).toString('base64url');
  return sign(secret, IDENTITY_HEADER, json, minute);
}

export function verifyIdentity(
  secret: Buffer,
  token: string,
  now: number,
): ({ ok: true; minute: number } & Attestation) | Extract<Verdict, { ok: false }> {
  const verdict = verify(secret, IDENTITY_HEADER, token, now);
  if (!verdict.ok) return verdict;
  const attestation = JSON.parse(Buffer.from(verdict.payload, 'base64url').toString('utf8')) as Attestation;
  return { ok: true, ...attestation, minute: verdict.minute };
}
