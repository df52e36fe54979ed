// `kong-ai dev` and `kong-ai start`: what they tell, and that nothing is left when they end.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { devCommand } from '../../kong/commands/dev.ts';
import { startCommand } from '../../kong/commands/start.ts';
import { packagePath } from '../../kong/root.ts';
import { exitCodes, runCommand, signalHandlerOf } from '../support/command.ts';
import { ask } from '../support/gateway.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kong-ai-dev-'));
  vi.stubEnv('KONG_AI_SOCKET', join(folder, 's.sock'));
  vi.stubEnv('KONG_AI_DATA_DIR', folder);
  vi.stubEnv('KONG_AI_LOG_LEVEL', 'silent');
  for (const name of ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'OLLAMA_HOST']) vi.stubEnv(name, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** What starts and ends whole servers may take its time on a busy machine. */
const PATIENT = { timeout: 10_000 };
const QUICKSTART = packagePath('decK', 'quickstart.yaml');

describe('kong-ai dev', () => {
  it('serves a decK file with the demo model, and tells where', async () => {
    const codes = exitCodes();
    const { stop, result } = await signalHandlerOf(() => runCommand(devCommand(), QUICKSTART, '--port', '0'));
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(result.stdout).toContain('a built-in DEMO model answers');
    const port = Number(/gateway {2}http:\/\/127\.0\.0\.1:(\d+) /.exec(result.stdout)![1]);
    const admin = /admin {4}(\S+)/.exec(result.stdout)![1]!;
    const path = new URL(/curl -N (\S+)/.exec(result.stdout)![1]!).pathname;
    const answer = await ask({ port }, path, {
      method: 'POST',
      headers: { apikey: 'demo-key', 'content-type': 'application/json' },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'What is Kong?' }] }),
    });
    expect([answer.status, answer.body]).toEqual([200, expect.stringContaining('What is Kong?')]);
    expect(await (await fetch(admin)).text()).toContain('kong_ai_');

    stop();
    await expect.poll(() => codes, PATIENT).toEqual([0]);
    expect(existsSync(join(folder, 's.sock'))).toBe(false);
    await expect(ask({ port }, '/')).rejects.toThrow('ECONNREFUSED');
    await expect(fetch(admin)).rejects.toThrow();
  });

  it('tells why a changed file cannot be used, and goes on with the old one', async () => {
    const codes = exitCodes();
    const file = join(folder, 'kong.yaml');
    writeFileSync(file, '_format_version: "3.0"\nroutes: [{name: r, paths: [/here]}]\n');
    const { stop, result } = await signalHandlerOf(() => runCommand(devCommand(), file, '--port', '0'));
    const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      writeFileSync(file, '_format_version: "3.0"\nroutes: [{name: r, paths: [here]}]\n');
      await expect
        .poll(() => stdout.mock.calls.join(), PATIENT)
        .toMatch(/the old configuration stays; .*routes\[0\]\.paths\[0\], line 2: should start with: \//);
    } finally {
      stdout.mockRestore();
    }
    const port = Number(/127\.0\.0\.1:(\d+) /.exec(result.stdout)![1]);
    expect((await ask({ port }, '/here')).status).toBe(503);
    stop();
    await expect.poll(() => codes, PATIENT).toEqual([0]);
  });

  it('ends when its file cannot be read: nothing that has started keeps the process', () => {
    const cli = packagePath('dist', 'kong', 'cli.js');
    const { status, stderr } = spawnSync(process.execPath, [cli, 'dev', join(folder, 'none.yaml')], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect([status, stderr]).toEqual([1, expect.stringContaining('ENOENT')]);
    expect(existsSync(join(folder, 's.sock'))).toBe(false);
  });
});

describe('kong-ai start', () => {
  it.each([
    ['KONG_AI_SOCKET', 's.sock', []],
    ['--socket', 't.sock', ['--socket']],
  ])('listens on the socket that %s names, until a signal', async (_by, name, option) => {
    vi.stubEnv('KONG_AI_RELAY_PORT', '0');
    vi.stubEnv('KONG_AI_ADMIN_PORT', '0');
    const codes = exitCodes();
    const socket = join(folder, name);
    const { stop, result } = await signalHandlerOf(() =>
      runCommand(startCommand(), ...option.flatMap((given) => [given, socket])),
    );
    expect([result.status, existsSync(socket)]).toEqual([0, true]);
    stop();
    await expect.poll(() => codes, PATIENT).toEqual([0]);
    expect(existsSync(socket)).toBe(false);
  });

  it('names the setting that is wrong', async () => {
    vi.stubEnv('KONG_AI_RELAY_PORT', 'http');
    expect(await runCommand(startCommand())).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('KONG_AI_RELAY_PORT'),
    });
  });
});
