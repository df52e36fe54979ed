// A word of `kong-ai` in the test's own process: what a shell would see of it.
import { type Command, CommanderError } from 'commander';
import { onTestFinished, vi } from 'vitest';

export interface Ran {
  /** The exit code that `kong-ai` would end with. */
  status: number;
  stdout: string;
  stderr: string;
}

/** Sets nothing of the environment: use `vi.stubEnv` for that. */
export async function runCommand(command: Command, ...args: string[]): Promise<Ran> {
  const ran: Ran = { status: 0, stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((chunk) => {
      ran[stream] += String(chunk);
      return true;
    }),
  );
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    throwInsteadOfExit(command);
    await command.parseAsync(args, { from: 'user' });
    ran.status = Number(process.exitCode ?? 0);
  } catch (error) {
    // As kong/cli.ts does; commander has written its own errors already.
    if (!(error instanceof CommanderError)) ran.stderr += `kong-ai: ${(error as Error).message}\n`;
    ran.status = error instanceof CommanderError ? error.exitCode : 1;
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
  return ran;
}

function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const inner of command.commands) throwInsteadOfExit(inner);
}

/** What `process.exit` was called with, instead of ending the tests. */
export function exitCodes(): unknown[] {
  const codes: unknown[] = [];
  const spy = vi.spyOn(process, 'exit').mockImplementation((code) => {
    codes.push(code);
    return undefined as never;
  });
  onTestFinished(() => spy.mockRestore());
  return codes;
}

/** Runs what starts a server, and gives the signal handler that it has set, which is taken away after the test. */
export async function signalHandlerOf<T>(start: () => T | Promise<T>): Promise<{ stop(): void; result: T }> {
  const before = new Set(process.listeners('SIGTERM'));
  const result = await start();
  const [handler] = process.listeners('SIGTERM').filter((listener) => !before.has(listener));
  if (!handler) throw new Error('no handler of SIGTERM was set');
  onTestFinished(() => void process.off('SIGTERM', handler).off('SIGINT', handler));
  return { stop: () => handler('SIGTERM'), result };
}
