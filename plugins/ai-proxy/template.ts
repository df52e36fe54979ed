// `$(headers.x)`, `$(query_params.x)` and `$(uri_captures.x)` in the names of models and places, as Kong's ai-proxy has
// them: filled in from the request, and checked, because what a client sends becomes part of a URL.
import { GatewayError } from '../../kong/relay/errors.ts';

export interface TemplateSource {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  query: URLSearchParams;
  uriCaptures: Readonly<Record<string, string>> | undefined;
}

/** Gives the text for a request. @throws GatewayError invalid_request when a value is missing or not a name. */
export type Template = (source: () => TemplateSource) => string;

const PLACEHOLDER = /\$\(\s*(headers|query_params|uri_captures)[.](\w[\w-]*)\s*\)/g;

/** Names of models as all providers write them. */
const MODEL_VALUE = /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,255}$/;
/** A label of a host name. */
const HOST_VALUE = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** @throws Error for a placeholder that is none of the three. */
export function template(text: string, kind: 'name' | 'host' = 'name'): Template {
  const parts = split(text);
  if (parts.length === 1 && typeof parts[0] === 'string') return () => text;
  const valid = kind === 'host' ? HOST_VALUE : MODEL_VALUE;
  return (source) =>
    parts.map((part) => (typeof part === 'string' ? part : valueFrom(part, source(), valid))).join('');
}

export const isTemplate = (text: string | undefined): boolean => text?.includes('$(') ?? false;

/** A domain of two labels at least that no template has a part in; the last label makes it a name, not an address. */
const FIXED_DOMAIN = /^[^@]*\)[a-z0-9-]*(\.[a-z0-9-]+)*\.[a-z0-9-]+\.[a-z][a-z0-9-]*(:\d+)?$/i;

/** A URL's parts, each of which may be a template; undefined when a client could choose scheme, domain or port. */
export function urlParts(url: string): { scheme: string; authority: string; rest: string } | undefined {
  const [, scheme, authority, rest] = /^(https?:\/\/)([^/?#]*)(.*)$/is.exec(url) ?? [];
  if (scheme === undefined || authority === undefined || rest === undefined) return undefined;
  if (isTemplate(authority) && !FIXED_DOMAIN.test(authority)) return undefined;
  return { scheme, authority, rest };
}

/** Names of the route's captures that the text has. */
export const capturesIn = (text: string): string[] => namesIn(text, 'uri_captures');

/** Names that the placeholders of one kind have. */
export function namesIn(text: string, kind: Placeholder['from']): string[] {
  return [...text.matchAll(PLACEHOLDER)].flatMap(([, from, name]) => (from === kind ? [name!] : []));
}

interface Placeholder {
  from: 'headers' | 'query_params' | 'uri_captures';
  name: string;
}

function split(text: string): (string | Placeholder)[] {
  const parts: (string | Placeholder)[] = [];
  let at = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    if (match.index > at) parts.push(text.slice(at, match.index));
    parts.push({ from: match[1] as Placeholder['from'], name: match[2]! });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push(text.slice(at));
  if (parts.some((part) => typeof part === 'string' && part.includes('$('))) {
    throw new Error(
      `${text}: a placeholder is $(headers.NAME), $(query_params.NAME) or $(uri_captures.NAME)`,
    );
  }
  return parts;
}

function valueFrom({ from, name }: Placeholder, source: TemplateSource, valid: RegExp): string {
  const value = read(from, name, source);
  if (value === undefined || !valid.test(value) || value.includes('..')) {
    const message = value === undefined ? `${from}.${name} is missing.` : `${from}.${name} is not a name.`;
    throw new GatewayError('invalid_request', { message });
  }
  return value;
}

function read(from: Placeholder['from'], name: string, source: TemplateSource): string | undefined {
  if (from === 'query_params') return source.query.get(name) ?? undefined;
  if (from === 'uri_captures') return source.uriCaptures?.[name];
  const value = source.headers[name.toLowerCase()];
  return Array.isArray(value) ? value[0] : value;
}
