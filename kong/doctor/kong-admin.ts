// Kong's Admin API, as far as the doctor asks it.

const TIMEOUT_MS = 5000;
const MAX_PAGES = 100;

export interface KongAdmin {
  url: string;
  get(path: string): Promise<{ status: number; body: Json }>;
  /** All entities of a list, over its pages. */
  list(path: string): Promise<Json[]>;
}

export type Json = Record<string, unknown>;

/** @param token sent as Kong-Admin-Token (Kong Enterprise) and as a bearer token. */
export function kongAdmin(url: string, token: string | undefined): KongAdmin {
  const base = url.replace(/\/+$/, '');
  const headers: Record<string, string> = token
    ? { 'kong-admin-token': token, authorization: `Bearer ${token}` }
    : {};
  const get = async (path: string): Promise<{ status: number; body: Json }> => {
    const response = await fetch(`${base}${path}`, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body = await response.json().catch(() => ({}));
    return { status: response.status, body: body as Json };
  };
  return {
    url: base,
    get,
    async list(path) {
      const found: Json[] = [];
      let next: string | undefined = `${path}?size=1000`;
      for (let page = 0; next && page < MAX_PAGES; page++) {
        const { status, body } = await get(next);
        if (status !== 200) throw new Error(`GET ${path} answers ${status}`);
        found.push(...((body.data ?? []) as Json[]));
        next = typeof body.next === 'string' ? body.next : undefined;
      }
      return found;
    },
  };
}
