// The words of `kong-ai` as a shell sees them: output, exit codes, files. (The tests' own preparation builds dist.)
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

describe('kong-ai validate', () => {
  const wrong = '_format_version: "3.0"\nplugins:\n  - name: ai-proxy-ts\n';
  const doubtful = '_format_version: "3.0"\nconsumers: [{username: c, keyauth_credentials: [{key: abc}]}]\n';

  it('ends with 0 when all is well, and on warnings unless it is strict', () => {
    expect(kongAi('validate', packagePath('decK', 'gateway.yaml'))).toMatchObject({
      status: 0,
      stdout: '1 file: ok\n',
    });
    const path = file('doubtful.yaml', doubtful);
    expect(kongAi('validate', path)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('0 errors, 1 warning'),
    });
    expect(kongAi('validate', '--strict', path).status).toBe(1);
  });

  it('ends with 1 on errors, in the format that is asked for', () => {
    const path = file('wrong.yaml', wrong);
    expect(kongAi('validate', path)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining(`${path}:3: error:`),
    });
    const { stdout, status } = kongAi('validate', '--format', 'json', path);
    expect([status, JSON.parse(stdout)]).toMatchObject([1, [{ line: 3, severity: 'error' }]]);
  });

  it('takes a folder, and says so when a file is not there', () => {
    const inner = mkdtempSync(join(folder, 'inner-'));
    writeFileSync(join(inner, 'a.yaml'), wrong);
    expect(kongAi('validate', inner).stdout).toContain('a.yaml:3: error');
    expect(kongAi('validate', join(folder, 'none.yaml'))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('ENOENT'),
    });
  });
});

describe('kong-ai migrate', () => {
  const old =
    '_format_version: "3.0"\nplugins:\n  - name: ai-proxy\n    config: {model: {provider: openai}, foo: 1}\n';

  it('writes the new file, and what is lost beside it', () => {
    const { status, stdout, stderr } = kongAi('migrate', file('old.yaml', old));
    expect([status, stdout]).toEqual([0, expect.stringContaining('name: ai-proxy-ts')]);
    expect(stderr).toMatch(/old\.yaml:3: lost: ai-proxy\.foo: .*\n1 plugin rewritten\n$/);
    const output = join(folder, 'new.yaml');
    expect(kongAi('migrate', join(folder, 'old.yaml'), '-o', output).stdout).toBe('');
    expect(readFileSync(output, 'utf8')).toBe(stdout);
  });
});

describe('kong-ai doctor', () => {
  it('ends with 1 when something is wrong, and prints findings as JSON when asked', () => {
    const { status, stdout } = kongAi(
      'doctor',
      '--json',
      '--socket',
      join(folder, 'none.sock'),
      '--admin-url',
      'http://127.0.0.1:9',
    );
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({ status: 'fail', check: 'plugin server' }),
    );
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
