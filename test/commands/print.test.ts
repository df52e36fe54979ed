// The commands that only read and print: conf, dump, validate, migrate, doctor.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { confCommand } from '../../kong/commands/conf.ts';
import { doctorCommand } from '../../kong/commands/doctor.ts';
import { dumpCommand } from '../../kong/commands/dump.ts';
import { migrateCommand } from '../../kong/commands/migrate.ts';
import { validateCommand } from '../../kong/commands/validate.ts';
import { packagePath } from '../../kong/root.ts';
import { runCommand } from '../support/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'kong-ai-print-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('kong-ai conf', () => {
  it('prints lines of kong.conf, or environment variables, for the socket and folder that are given', async () => {
    const options = ['--socket', '/s.sock', '--dumps', '/d'];
    const conf = await runCommand(confCommand(), ...options);
    expect(conf.stdout).toMatch(/^pluginserver_ai_proxy_ts_socket = \/s\.sock$/m);
    expect(conf.stdout).toMatch(/^pluginserver_ai_proxy_ts_query_cmd = cat \/d\/ai-proxy-ts\.json$/m);
    const env = await runCommand(confCommand(), '--format', 'env', ...options);
    expect(env.stdout).toMatch(/^KONG_PLUGINSERVER_AI_PROXY_TS_SOCKET=\/s\.sock$/m);
  });

  it('lets Kong start the plugin server only when that is asked for', async () => {
    expect((await runCommand(confCommand())).stdout).not.toContain('_start_cmd = ');
    expect((await runCommand(confCommand(), '--mode', 'spawned')).stdout).toContain(
      '_start_cmd = kong-ai start',
    );
  });

  it.each([
    ['--kong-version', '3.3'],
    ['--mode', 'both'],
    ['--format', 'yaml'],
  ])('%s %s is refused, with what it may be', async (option, value) => {
    expect(await runCommand(confCommand(), option, value)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/is invalid\. Allowed choices are /),
    });
  });
});

describe('kong-ai dump', () => {
  it('prints what the static file has', async () => {
    const { stdout } = await runCommand(dumpCommand(), 'cost-log');
    expect(JSON.parse(stdout)).toEqual(
      JSON.parse(readFileSync(packagePath('kong', 'conf', 'plugins', 'cost-log.json'), 'utf8')),
    );
  });

  it('names the plugins that there are, when there is none of that name', async () => {
    expect(await runCommand(dumpCommand(), 'ai-proxy')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^kong-ai: no plugin ai-proxy; there are .*ai-proxy-ts/),
    });
  });
});

describe('kong-ai validate', () => {
  const header = '_format_version: "3.0"\n';
  const wrong = `${header}plugins:\n  - name: ai-proxy-ts\n`;
  const doubtful = `${header}consumers: [{username: c, keyauth_credentials: [{key: abc}]}]\n`;

  it('counts files, errors and warnings in words', async () => {
    const good = file('good.yaml', header);
    expect(await runCommand(validateCommand(), good, file('good2.yaml', header))).toMatchObject({
      status: 0,
      stdout: '2 files: ok\n',
    });
    const one = await runCommand(validateCommand(), file('doubtful.yaml', doubtful));
    expect([one.status, one.stdout.split('\n').at(-2)]).toEqual([0, '1 file: 0 errors, 1 warning']);
  });

  it('ends with 1 on an error, and when it is strict on a warning', async () => {
    const run = async (...args: string[]) => (await runCommand(validateCommand(), ...args)).status;
    expect(await run(file('wrong.yaml', wrong))).toBe(1);
    const path = file('doubtful.yaml', doubtful);
    expect([await run(path), await run('--strict', path)]).toEqual([0, 1]);
  });

  it('prints nothing but JSON in that format, and takes the YAML and JSON files of a folder', async () => {
    const inner = mkdtempSync(join(folder, 'inner-'));
    writeFileSync(join(inner, 'b.yml'), wrong);
    writeFileSync(join(inner, 'a.json'), '{"_format_version": "3.0", "plugins": [{"name": "ai-proxy-ts"}]}');
    writeFileSync(join(inner, 'README.md'), 'no decK file');
    const { stdout } = await runCommand(validateCommand(), '--format', 'json', inner);
    const files = (JSON.parse(stdout) as { file: string }[]).map((issue) => issue.file);
    expect([...new Set(files)].sort()).toEqual([join(inner, 'a.json'), join(inner, 'b.yml')]);
  });
});

describe('kong-ai migrate', () => {
  const old = (config: string) =>
    `_format_version: "3.0"\nplugins:\n  - name: ai-proxy\n    config: ${config}\n`;

  it('says on standard error what is lost, at its line, and how much was rewritten', async () => {
    const path = file('old.yaml', old('{model: {provider: openai}, foo: 1}'));
    const { status, stdout, stderr } = await runCommand(migrateCommand(), path);
    expect([status, stdout]).toEqual([0, expect.stringContaining('name: ai-proxy-ts')]);
    expect(stderr).toContain(`${path}:3: lost: ai-proxy.foo: `);
    expect(stderr).toMatch(/\n1 plugin rewritten\n$/);
  });

  it('writes a file when asked, and leaves one without such plugins as it is', async () => {
    const text = '_format_version: "3.0"\n# mine\nplugins:\n  - name: cors\n';
    const output = join(folder, 'new.yaml');
    expect(await runCommand(migrateCommand(), file('plain.yaml', text), '--output', output)).toEqual({
      status: 0,
      stdout: '',
      stderr: '0 plugins rewritten\n',
    });
    expect(readFileSync(output, 'utf8')).toBe(text);
  });
});

describe('kong-ai doctor', () => {
  it('prints a line per finding with its advice, asks Kong with the token, and ends with 1 on a failure', async () => {
    const { status, stdout } = await runCommand(
      doctorCommand(),
      ...['--socket', join(folder, 'none.sock'), '--admin-url', 'http://127.0.0.1:1', '--admin-token', 't'],
    );
    expect(status).toBe(1);
    expect(stdout).toMatch(/^fail {2}plugin server: .*\n {6}\S/m);
    expect(stdout).toMatch(/^\w+ +Kong.*: .*127\.0\.0\.1:1/m);
  });

  it('prints the same as JSON, on the socket of KONG_AI_SOCKET', async () => {
    vi.stubEnv('KONG_AI_SOCKET', join(folder, 'other.sock'));
    const { stdout } = await runCommand(doctorCommand(), '--json', '--admin-url', 'http://127.0.0.1:1');
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({
        status: 'fail',
        check: 'plugin server',
        message: expect.stringContaining('other.sock'),
      }),
    );
  });
});
