// Runs an access program on a PDK object, as a plugin class gets one from kong-pdk.
import type { AccessProgram, PdkCall } from './program.ts';
import { minuteOf } from './signature.ts';

/** kong-pdk's types name every method, but as `any`-like bags; the path below is checked by the PDK itself. */
export type KongPdk = object;

export async function runProgram(program: AccessProgram, kong: KongPdk): Promise<void> {
  const results: unknown[] = [];
  for (const read of [...program.steadyReads, ...program.reads]) results.push(await call(kong, read));
  for (const write of program.writes(results, minuteOf(Date.now()))) await call(kong, write);
}

/** `kong.service.request.add_header` is `kong.service.request.addHeader` there. */
function call(kong: KongPdk, { method, args }: PdkCall): Promise<unknown> {
  const [, ...path] = method.split('.').map(camelCase);
  let target = kong as Record<string, unknown>;
  for (const name of path.slice(0, -1)) target = target[name] as Record<string, unknown>;
  return (target[path.at(-1)!] as (...args: unknown[]) => Promise<unknown>)(...args);
}

const camelCase = (name: string): string =>
  name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
