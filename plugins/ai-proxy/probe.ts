// For `kong-ai doctor`: is each target's provider reachable from here, and does it take the key? Asks for the list of
// models, which costs nothing.
import type { Probe } from '../../kong/relay/plugin.ts';
import { SecretError } from '../../kong/relay/secret-ref.ts';
import type { Outgoing } from './call.ts';
import type { AiProxyConfig } from './config.ts';
import { type Key, KeyRests, type Keyring } from './keys.ts';
import { placeReader } from './place.ts';
import { providerOf } from './providers/index.ts';
import { signInOf } from './sign-in/index.ts';
import { isTemplate } from './template.ts';

const TIMEOUT_MS = 5000;

export function probeTargets({ targets }: AiProxyConfig): Promise<Probe[]> {
  return Promise.all(
    targets.map(async (target) => {
      const what = target.name ?? [target.model.provider, target.model.name].filter(Boolean).join('/');
      try {
        return { what, ...(await probe(target)) };
      } catch (error) {
        // The relay's environment may have what this one has not.
        const status = error instanceof SecretError ? ('warn' as const) : ('fail' as const);
        return { what, status, message: (error as Error).message };
      }
    }),
  );
}

type Result = Omit<Probe, 'what'>;

async function probe(target: AiProxyConfig['targets'][number]): Promise<Result> {
  const text = JSON.stringify([target.model.options, target.auth]);
  if (text.includes('{vault://'))
    return { status: 'skip', message: 'its settings are vault references, which only Kong resolves' };
  if (isTemplate(text)) return { status: 'skip', message: 'its settings depend on the request' };
  const provider = providerOf(target.model.provider);
  const place = placeReader(target, provider, target.model.provider);
  const { origin, path } = place.at(() => {
    throw new Error('no request');
  });
  const signIn = signInOf(target, provider);
  const ask = async (key: Key | undefined): Promise<Result> => {
    const headers = { ...provider.headers };
    const signed = await signIn.apply(
      { origin, path: `${path}/models`, method: 'GET', headers, body: undefined },
      key,
    );
    return judge(await call(signed), signed.origin);
  };
  if (!signIn.keyring) return ask(undefined);
  const results = await Promise.all(allKeys(signIn.keyring).map(ask));
  // One key that is refused is news, whatever the others say.
  return results.find(({ status }) => status === 'fail') ?? results[0]!;
}

function allKeys(keyring: Keyring): Key[] {
  const rests = new KeyRests();
  const seen = new Set<string>();
  for (const keys: Key[] = []; ; ) {
    const key = keyring.take(rests, seen, 0);
    if (!('value' in key)) return keys;
    seen.add(key.digest);
    keys.push(key);
  }
}

async function call({ origin, path, headers }: Outgoing): Promise<number | string> {
  try {
    const response = await fetch(origin + path, {
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    return (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).name;
  }
}

function judge(answer: number | string, origin: string): Result {
  if (typeof answer === 'string') return { status: 'fail', message: `${origin}: ${answer}` };
  if (answer === 401 || answer === 403)
    return { status: 'fail', message: `${origin} refuses the key (${answer})` };
  if (answer >= 500) return { status: 'warn', message: `${origin} answers ${answer}` };
  if (answer < 300) return { status: 'ok', message: `${origin} takes the key` };
  return {
    status: 'ok',
    message: `${origin} is reachable (it answers ${answer} to a request for its models)`,
  };
}
