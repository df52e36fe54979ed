// Paths as Kong's router sees and sends them (kong/tools/uri.lua, kong/router/utils.lua).
// Strings are in wire form: one character per byte.
import type { Service } from '../deck/state.ts';

const RESERVED = "!*'();:@&=+$,/?%#[]";
const UNSAFE = /[^!#$&'()*+,/:;=?@[\]A-Za-z\d\-_.~%]/g;

/** Decodes what is needlessly encoded, resolves dot segments and merges slashes, so that no spelling evades a route. */
export function normalizePath(path: string): string {
  const decoded = path.replace(/%([\da-f]{2})/gi, (whole, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return RESERVED.includes(character) ? whole.toUpperCase() : character;
  });
  if (!decoded.includes('//') && !decoded.includes('/.')) return decoded;

  const segments = decoded.split('/');
  const kept: string[] = [];
  for (const [i, segment] of segments.entries()) {
    const last = i === segments.length - 1;
    if (segment === '..') kept.pop();
    const dots = segment === '.' || segment === '..';
    if ((segment === '' || dots) && !last) continue;
    kept.push(dots ? '' : segment);
  }
  return `/${kept.join('/')}`;
}

export function escapePath(path: string): string {
  return path.replace(
    UNSAFE,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** Joins the service's path and the request's, without the matched prefix when the route strips it (path_handling v0). */
export function upstreamPath(
  service: Service | undefined,
  path: string,
  stripped: string | undefined,
): string {
  const base = service?.path ?? '/';
  const baseEndsInSlash = base.endsWith('/');
  const trimmed = baseEndsInSlash ? base.slice(0, -1) : base;
  if (stripped === undefined) return path === '/' && !baseEndsInSlash ? base : trimmed + path;

  const rest = withoutLeadingDots(path.slice(stripped.length));
  if (rest !== '') return rest.startsWith('/') ? trimmed + rest : `${trimmed}/${rest}`;
  if (base === '/') return '/';
  return path.length > 1 && path.endsWith('/') ? `${trimmed}/` : trimmed;
}

/** A stripped prefix may end inside a segment; what remains must not climb. */
function withoutLeadingDots(rest: string): string {
  if (rest === '.' || rest === '..') return '';
  if (rest.startsWith('./')) return rest.slice(2);
  return rest.startsWith('../') ? rest.slice(3) : rest;
}
