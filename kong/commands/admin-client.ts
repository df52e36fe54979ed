// How commands ask the admin listener of a node.
import type { Command } from 'commander';
import { readOptions } from '../serve/options.ts';

export interface AdminOptions {
  admin?: string;
  token?: string;
}

const TIMEOUT_MS = 10_000;

export function withAdmin(command: Command): Command {
  return command
    .option('--admin <url>', 'admin listener of the node (default: as KONG_AI_ADMIN_HOST and _PORT say)')
    .option('--token <token>', 'its bearer token (default: KONG_AI_ADMIN_TOKEN)');
}

/** @throws Error that says what the admin listener answered, or that it did not */
export async function askAdmin(
  method: string,
  path: string,
  params: Record<string, string>,
  options: AdminOptions,
): Promise<unknown> {
  const env = readOptions(process.env);
  const url = new URL(path, options.admin ?? `http://${env.adminHost}:${env.adminPort}`);
  url.search = new URLSearchParams(params).toString();
  const token = options.token ?? env.adminToken;
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { method, headers, signal }).catch((cause: unknown) => {
    throw new Error(`no admin listener at ${url.origin}`, { cause });
  });
  const body = (await response.json().catch(() => undefined)) as { message?: string } | undefined;
  if (!response.ok)
    throw new Error(`${url.origin} answered ${response.status}: ${body?.message ?? 'no reason'}`);
  if (body === undefined) throw new Error(`${url.origin} does not answer as an admin listener does`);
  return body;
}
