// What a client says about caching. https://www.rfc-editor.org/rfc/rfc9111#section-5.2.1

export interface Directives {
  /** Neither look up nor keep. */
  noStore: boolean;
  /** Ask the provider, and keep the new answer. */
  noCache: boolean;
  /** Seconds that an answer may be old. */
  maxAge: number | undefined;
  onlyIfCached: boolean;
}

export const NO_DIRECTIVES: Directives = {
  noStore: false,
  noCache: false,
  maxAge: undefined,
  onlyIfCached: false,
};

export function readDirectives(header: string | undefined): Directives {
  if (header === undefined) return NO_DIRECTIVES;
  const found = new Map(
    header.split(',').map((part): [string, string] => {
      const [name = '', value = ''] = part.split('=');
      return [name.trim().toLowerCase(), value.trim().replaceAll('"', '')];
    }),
  );
  const age = found.get('max-age');
  return {
    noStore: found.has('no-store'),
    noCache: found.has('no-cache'),
    // What is no number of seconds makes the answer stale (RFC 9111, section 4.2.1).
    maxAge: age === undefined ? undefined : /^\d+$/.test(age) ? Number(age) : 0,
    onlyIfCached: found.has('only-if-cached'),
  };
}
