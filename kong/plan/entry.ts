// A plan entry: one plugin's declaration that it applies to this request, as a request header.
//
// Each plugin has a header name of its own. Kong's add_header reads at most `lua_max_req_headers` (100) headers
// back and then replaces them, so entries that shared one name could be lost behind a hundred client headers,
// and a guard with them. A name of its own cannot be lost, and a forged value in front of it still shows.
import { createHash } from 'node:crypto';
import { sign, type Verdict, verify } from './signature.ts';

export const PLAN_HEADER_PREFIX = 'x-ai-plan-';

/** What the relay needs to find the stage: whose state it has, and which config it runs with. */
export interface PlanEntry {
  plugin: string;
  /** The id of the plugin entity in Kong: counters, caches and breakers belong to it. */
  pluginId: string;
  /** Names the config in the config store; the config itself, which holds secrets, never is in a header. */
  configHash: string;
}

export const planHeader = (plugin: string): string => PLAN_HEADER_PREFIX + plugin;

export function signEntry(secret: Buffer, entry: PlanEntry, minute: number): string {
  return sign(secret, planHeader(entry.plugin), `${entry.pluginId}.${entry.configHash}`, minute);
}

export function verifyEntry(
  secret: Buffer,
  plugin: string,
  token: string,
  now: number,
): { ok: true; entry: PlanEntry; minute: number } | Extract<Verdict, { ok: false }> {
  const verdict = verify(secret, planHeader(plugin), token, now);
  if (!verdict.ok) return verdict;
  const dot = verdict.payload.lastIndexOf('.');
  const entry = {
    plugin,
    pluginId: verdict.payload.slice(0, dot),
    configHash: verdict.payload.slice(dot + 1),
  };
  return { ok: true, entry, minute: verdict.minute };
}

/** The same for the same entries, whatever their order. @param entries pairs of plugin name and token */
export function planDigest(entries: readonly (readonly [plugin: string, token: string])[]): string {
  const lines = entries.map(([plugin, token]) => `${plugin} ${token}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('base64url').slice(0, 22);
}
