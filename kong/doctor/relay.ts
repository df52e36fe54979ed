// Does the relay answer, and does it refuse what Kong has not declared? Is the admin listener ready?
import type { ServeOptions } from '../serve/options.ts';
import { type Finding, fail, ok, reason, warn } from './finding.ts';

const TIMEOUT_MS = 3000;

type Where = Pick<ServeOptions, 'relayHost' | 'relayPort' | 'adminHost' | 'adminPort'>;

export async function checkRelay(where: Where): Promise<Finding[]> {
  return [await relay(where), await admin(where)];
}

async function relay({ relayHost, relayPort }: Where): Promise<Finding> {
  const check = 'relay';
  const url = `http://${hostOf(relayHost)}:${relayPort}`;
  const started = 'Is `kong-ai start` running with this KONG_AI_RELAY_HOST and KONG_AI_RELAY_PORT?';
  try {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { error } = (await response.json()) as { error?: { code?: string } };
    if (error?.code === 'plan_missing')
      return ok(check, `${url} answers, and refuses what Kong has not declared`);
    return fail(
      check,
      `${url} answers ${response.status}, and not as a relay does`,
      'Another program has the port.',
    );
  } catch (error) {
    return fail(check, `${url}: ${reason(error)}`, started);
  }
}

async function admin({ adminHost, adminPort }: Where): Promise<Finding> {
  const check = 'admin listener';
  const url = `http://${hostOf(adminHost)}:${adminPort}/readyz`;
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (status === 200) return ok(check, `${url} says ready`);
    return warn(
      check,
      `${url} answers ${status}`,
      'It is starting or draining. If it stays so, see its log.',
    );
  } catch (error) {
    return fail(
      check,
      `${url}: ${reason(error)}`,
      'Set KONG_AI_ADMIN_HOST and KONG_AI_ADMIN_PORT as for the server.',
    );
  }
}

/** What one can call of an address that is listened on. */
function hostOf(listen: string): string {
  if (listen === '0.0.0.0' || listen === '::') return '127.0.0.1';
  return listen.includes(':') ? `[${listen}]` : listen;
}
