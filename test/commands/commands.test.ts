// `kong-ai` as a shell sees it: output and exit codes. (The tests' own preparation builds dist; what a single word
// does is tested in this process, in the files beside this one.)
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packagePath } from '../../kong/root.ts';
import { serve } from '../../kong/serve/index.ts';
import { readOptions } from '../../kong/serve/options.ts';

const CLI = packagePath('dist', 'kong', 'cli.js');
const folder = mkdtempSync(join(tmpdir(), 'kai-cmd-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function kongAi(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8', timeout: 30_000, cwd: folder });
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('an exit code', () => {
  it('is 1 for a file with errors, and the issues are on standard output', () => {
    const path = file('wrong.yaml', '_format_version: "3.0"\nplugins:\n  - name: ai-proxy-ts\n');
    expect(kongAi('validate', path)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining(`${path}:3: error:`),
      stderr: '',
    });
  });

  it('is 1 when a command fails, with its reason in one line on standard error', () => {
    expect(kongAi('validate', join(folder, 'none.yaml'))).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^kong-ai: ENOENT: [^\n]*\n$/),
    });
  });
});

describe('kong-ai demo-model', () => {
  it('answers where it says that it listens, until it is stopped', async () => {
    const child = spawn(process.execPath, [CLI, 'demo-model', '--port', '0']);
    try {
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const url = /http:\S+/.exec(line.toString())![0];
      const { data } = (await (await fetch(`${url}/models`)).json()) as { data: { id: string }[] };
      expect(data.map(({ id }) => id)).toContain('demo-chat');
    } finally {
      child.kill('SIGTERM');
    }
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

describe('KONG_AI_SOCKET_MODE', () => {
  it('is the mode of the socket, and must be octal', async () => {
    const socket = join(folder, 's.sock');
    const { socketMode } = readOptions({ KONG_AI_SOCKET_MODE: '0666' });
    const served = await serve({
      socket,
      socketMode,
      relayPort: 0,
      adminPort: 0,
      workers: 0,
      logLevel: 'silent',
    });
    expect(statSync(socket).mode & 0o777).toBe(0o666);
    await served.close();
    expect(() => readOptions({ KONG_AI_SOCKET_MODE: '888' })).toThrow('KONG_AI_SOCKET_MODE');
  });
});
