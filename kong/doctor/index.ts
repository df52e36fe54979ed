// `kong-ai doctor`: everything around a Kong with these plugins, from where the command runs.
import type { ServeOptions } from '../serve/options.ts';
import { checkBuffering } from './buffering.ts';
import type { Finding } from './finding.ts';
import { checkKong, readSettings } from './kong.ts';
import { type KongAdmin, kongAdmin } from './kong-admin.ts';
import { checkProviders } from './providers.ts';
import { checkRedis } from './redis.ts';
import { checkRelay } from './relay.ts';
import { checkSocket } from './socket.ts';
import { readKong } from './state.ts';

export type { Finding } from './finding.ts';

export interface DoctorOptions {
  adminUrl: string;
  adminToken?: string;
  serve: ServeOptions;
}

/** Never throws: what cannot be looked at is a finding. */
export async function examine({ adminUrl, adminToken, serve }: DoctorOptions): Promise<Finding[]> {
  const admin: KongAdmin = kongAdmin(adminUrl, adminToken);
  const [socket, relay, kong] = await Promise.all([
    checkSocket(serve.socket),
    checkRelay(serve),
    checkKong(admin),
  ]);
  const { findings, configured, state } = await readKong(admin);
  const buffering = state ? checkBuffering(state, await readSettings(admin)) : [];
  const outside = await Promise.all([checkRedis(configured), checkProviders(configured)]);
  return [...socket, ...relay, ...kong, ...buffering, ...findings, ...outside.flat()];
}
