// Signed tokens for the headers that travel from the plugin server through Kong to the relay:
// `v1.<payload>.<minute>.<mac>`. Only their maker's secret makes one, and none outlives its minutes.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const VERSION = 'v1';
/** 128 bits: nobody guesses it, and six of them on a request stay short. */
const MAC_BYTES = 16;
export const MINUTE_MS = 60_000;
/**
 * Kong reads a request's body after the access phase (`request_buffering`), so between signing and
 * arrival lies the slowest upload that `client_body_timeout` still admits.
 */
export const LIFETIME_MINUTES = 10;
/** Two machines' clocks are never this far apart in one pod or host; the margin costs nothing. */
const SKEW_MINUTES = 1;

export type Verdict =
  | { ok: true; payload: string; minute: number }
  | { ok: false; reason: 'forged' | 'expired' };

export function newSecret(): Buffer {
  return randomBytes(32);
}

export const minuteOf = (now: number): number => Math.floor(now / MINUTE_MS);

/** @param payload characters of a header value without commas or dots at its ends; dots inside are fine. */
export function sign(secret: Buffer, purpose: string, payload: string, minute: number): string {
  const signed = `${VERSION}.${payload}.${minute}`;
  return `${signed}.${mac(secret, purpose, signed)}`;
}

export function verify(secret: Buffer, purpose: string, token: string, now: number): Verdict {
  const end = token.lastIndexOf('.');
  const signed = token.slice(0, end);
  // As text: decoding would pass over what is no base64, and another value behind a comma with it.
  const given = Buffer.from(token.slice(end + 1));
  const expected = Buffer.from(mac(secret, purpose, signed));
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    return { ok: false, reason: 'forged' };
  const dot = signed.lastIndexOf('.');
  const minute = Number(signed.slice(dot + 1));
  return isCurrent(minute, now)
    ? { ok: true, payload: signed.slice(VERSION.length + 1, dot), minute }
    : { ok: false, reason: 'expired' };
}

export function isCurrent(minute: number, now: number): boolean {
  const age = minuteOf(now) - minute;
  return age <= LIFETIME_MINUTES && age >= -SKEW_MINUTES;
}

function mac(secret: Buffer, purpose: string, signed: string): string {
  const digest = createHmac('sha256', secret).update(`${purpose}\n${signed}`).digest();
  return digest.subarray(0, MAC_BYTES).toString('base64url');
}
