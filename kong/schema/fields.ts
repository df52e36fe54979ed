// The kinds of field that every plugin has, with the limits and attributes that Kong's own plugins give them.
import { z } from 'zod';
import { kong } from './attributes.ts';

/** Kong's and nginx's largest timeout: 2^31 - 2 ms. */
const MAX_TIMEOUT_MS = 2_147_483_646;

/** A string that is not empty. */
export const text = () => z.string().min(1);

/** Kong hands out an empty string for a vault reference that it cannot resolve (Kong: kong/pdk/vault.lua). */
const EMPTY_SECRET = 'must not be empty; a vault reference that Kong cannot resolve arrives empty';

/** A key or password: it may be a vault reference, is encrypted where Kong can, and is never echoed. */
export const secret = () =>
  kong(z.string().min(1, { error: EMPTY_SECRET }), { referenceable: true, encrypted: true });

/** A network timeout or interval in milliseconds. */
export const ms = () => z.int().min(1).max(MAX_TIMEOUT_MS);

/** A window or time to live in whole seconds. */
export const seconds = () => z.int().min(1);

export const port = () => z.int().min(0).max(65_535);

/** An absolute URL over HTTP. */
export const httpUrl = () => z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

/** A header's name (RFC 9110, section 5.1: a token). */
export const headerName = () =>
  text().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: 'must be the name of an HTTP header' });

/** US dollars, of a price per 1M tokens. */
export const price = () => z.number().min(0);

/** Values whose order means nothing; one given twice counts once. */
export const set = <E extends z.ZodType>(elements: E) => kong(z.array(elements), { set: true });

/** A map from names to values. What parseConfig returns for it has no prototype: any name can be looked up. */
export const map = <V extends z.ZodType>(values: V) => z.record(text(), values);
