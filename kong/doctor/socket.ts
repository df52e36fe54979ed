// Does the plugin server answer on its socket, and with the plugins of this version?
import { lstatSync } from 'node:fs';
import { PluginServerClient } from '../gateway/plugin-server/client.ts';
import { PLUGINS } from '../registry.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

const CHECK = 'plugin server';
const GROUP_WRITE = 0o020;

export async function checkSocket(path: string): Promise<Finding[]> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found)
    return [fail(CHECK, `there is no socket ${path}`, 'Start `kong-ai start`, or set KONG_AI_SOCKET.')];
  if (!found.isSocket()) return [fail(CHECK, `${path} is not a socket`, 'Remove it, or set KONG_AI_SOCKET.')];
  const client = new PluginServerClient(path);
  try {
    const served = await client.plugins(0);
    return [...compare(served), ...mode(path, found.mode)];
  } catch (error) {
    const advice = 'Is `kong-ai start` running? May this user open the socket (KONG_AI_SOCKET_MODE)?';
    return [fail(CHECK, `nobody answers on ${path}: ${(error as Error).message}`, advice)];
  } finally {
    client.close();
  }
}

function compare(served: ReadonlyMap<string, { version?: string }>): Finding[] {
  const missing = PLUGINS.filter(({ Name }) => !served.has(Name)).map(({ Name }) => Name);
  const advice = 'Restart the plugin server with the version that is installed here.';
  if (missing.length > 0) return [fail(CHECK, `it does not serve ${missing.join(', ')}`, advice)];
  const other = PLUGINS.filter(({ Name, Version }) => served.get(Name)?.version !== Version);
  if (other.length > 0) {
    const list = other.map(({ Name, Version }) => `${Name} ${served.get(Name)?.version} (here ${Version})`);
    return [warn(CHECK, `it serves other versions: ${list.join(', ')}`, advice)];
  }
  return [ok(CHECK, `serves ${served.size} plugins`)];
}

function mode(path: string, bits: number): Finding[] {
  if (bits & GROUP_WRITE) return [];
  const advice =
    'Kong’s workers are often another user: set KONG_AI_SOCKET_MODE to 0660, with a group in common.';
  return [warn(CHECK, `only its owner may write to ${path}`, advice)];
}
