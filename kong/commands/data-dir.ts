// Where `kong-ai dev` keeps its data when nobody says where, and so where a report looks too.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Record<string, string | undefined>;

/** Of the user's own: who tries it has no /var/lib/kong-ai. */
export function ownDataDir(env: Environment): string {
  return join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'kong-ai');
}

/** The spool that a report reads: KONG_AI_DATA_DIR's, else that of `kong-ai start`, else that of `kong-ai dev`. */
export function spoolToReport(env: Environment, started = '/var/lib/kong-ai'): string {
  const spoolIn = (dataDir: string): string => join(dataDir, 'cost-log');
  if (env.KONG_AI_DATA_DIR) return spoolIn(env.KONG_AI_DATA_DIR);
  return [started, ownDataDir(env)].map(spoolIn).find(existsSync) ?? spoolIn(started);
}
