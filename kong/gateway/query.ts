// Query strings as Kong's plugins see them: names and values decoded, in order; a name without "=" has the value true.

export type QueryArgs = [name: string, value: string | true][];

export function parseQuery(query: string | undefined): QueryArgs {
  if (!query) return [];
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [decode(part), true] : [decode(part.slice(0, at)), decode(part.slice(at + 1))];
    });
}

export function formatQuery(args: QueryArgs): string {
  return args
    .map(([name, value]) => (value === true ? encode(name) : `${encode(name)}=${encode(value)}`))
    .join('&');
}

const encode = (text: string) => encodeURIComponent(text);

function decode(part: string): string {
  const spaced = part.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
