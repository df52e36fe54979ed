// The documents: every block that can run is run, every config is held against its schema, every name exists.
import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DEFAULTS, kongSettings } from '../../kong/conf/kong-conf.ts';
import { type DemoModel, startDemoModel } from '../../kong/gateway/demo-model.ts';
import { type Gateway, startGateway } from '../../kong/gateway/index.ts';
import { ERRORS } from '../../kong/relay/errors.ts';
import { packagePath } from '../../kong/root.ts';
import { type Served, serve } from '../../kong/serve/index.ts';
import { optionRows } from '../../kong/serve/options.ts';
import { validate } from '../../kong/validate/index.ts';
import { isOurs } from '../../kong/validate/names.ts';
import { checkPluginConfig } from '../../kong/validate/plugins.ts';
import { type Block, blocksOf, pages, textOf } from './blocks.ts';

const run = promisify(execFile);
const PAGES = pages();
const BLOCKS = PAGES.flatMap(blocksOf);
const ofLanguage = (...languages: string[]): [string, Block][] =>
  BLOCKS.filter(({ language }) => languages.includes(language)).map((block) => [block.place, block]);

describe('shell blocks', () => {
  let folder: string;
  let gateway: Gateway;
  let served: Served;
  let model: DemoModel;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kai-docs-'));
    prepare(folder);
    model = await startDemoModel({ chunkDelayMs: 0 });
    const socket = join(folder, 's.sock');
    served = await serve({ socket, relayPort: 0, adminPort: 0, workers: 0, logLevel: 'silent' });
    env = {
      DECK_AI_PROVIDER: 'openai-compatible',
      DECK_AI_MODEL: 'demo-model',
      DECK_AI_BASE_URL: model.url,
      DECK_AI_AUTH_HEADER: 'authorization',
      DECK_AI_AUTH_VALUE: 'Bearer demo',
    };
    gateway = await startGateway({ file: packagePath('decK', 'quickstart.yaml'), socket, env });
  });
  afterAll(async () => {
    await gateway.close();
    await served.close();
    await model.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(ofLanguage('sh', 'bash', 'shell', 'console'))(
    '%s runs',
    async (place, { text: written, language }) => {
      const text = language === 'console' ? commandsOf(written) : written;
      const log = join(folder, 'curl.log');
      rmSync(log, { force: true });
      const script = text
        .replaceAll('/usr/share/kong-ai', join(folder, 'share'))
        .replaceAll('/etc/kong', join(folder, 'etc'));
      const { stderr } = await run('sh', ['-ec', script], {
        cwd: folder,
        timeout: 80_000,
        env: { PATH: [join(folder, 'bin'), '/usr/bin', '/bin'].join(delimiter), CURL_LOG: log, HOME: folder },
      });
      expect(stderr.replace(/^.*: (changed|todo|lost): .*\n|^\d+ plugins? rewritten\n/gm, ''), place).toBe(
        '',
      );
      if (existsSync(log)) await replay(readFileSync(log, 'utf8'));
    },
  );

  it.each(ofLanguage('ts'))('%s starts a gateway', async (_place, { text }) => {
    const [, names, from] = /^import \{ (\w+) \} from '\.\/([\w-]+)\.ts';\n/.exec(text)!;
    expect([names, from]).toEqual(['startGateway', 'index']);
    const socket = join(folder, 's.sock');
    const started: Gateway[] = [];
    const said: unknown[] = [];
    const start = async (options: Parameters<typeof startGateway>[0]): Promise<Gateway> => {
      const own = { ...options, socket, file: packagePath('decK', 'quickstart.yaml'), env };
      started.push(await startGateway(own));
      return started[0]!;
    };
    const body = text.replace(/^import .*\n/, '');
    try {
      await new Function('startGateway', 'console', `return (async () => {${body}})()`)(start, {
        log: (line: unknown) => said.push(line),
      });
      expect(said).toEqual([started[0]!.url]);
    } finally {
      await started[0]?.close();
    }
  });

  // An answer that a page shows is what the gateway answers, but for fields that the page leaves out.
  it.each(
    BLOCKS.flatMap((block, i): [string, Block, Block][] => {
      const next = BLOCKS[i + 1];
      const isAnswer =
        block.text.startsWith('curl ') && next?.language === 'json' && next.page === block.page;
      return isAnswer ? [[next.place, block, next]] : [];
    }),
  )('%s is what the gateway answers', async (_place, { text }, answer) => {
    const log = join(folder, 'answer.log');
    await run('sh', ['-ec', text], {
      env: { PATH: [join(folder, 'bin'), '/usr/bin', '/bin'].join(delimiter), CURL_LOG: log },
    });
    const { url, method, headers, body } = curlRequest(readFileSync(log, 'utf8').split('\0'));
    const target = url.replace(/^https?:\/\/[^/]+/, gateway.url);
    const response = await fetch(target, { method, headers, ...(body === undefined ? {} : { body }) });
    expect(await response.json()).toMatchObject(JSON.parse(answer.text) as object);
  });

  /** Requests to the gateway are made for real, with its key where a page's own route asks for none. */
  async function replay(log: string): Promise<void> {
    for (const call of log.split('\n\0').filter((one) => one !== '')) {
      const { url, method, headers, body } = curlRequest(call.split('\0'));
      if (new URL(url).port !== '8000') continue;
      const response = await fetch(url.replace(/^https?:\/\/[^/]+/, gateway.url), {
        method,
        headers: { apikey: 'demo-key', ...headers },
        ...(body === undefined ? {} : { body }),
      });
      expect([url, response.status]).toEqual([url, 200]);
      expect(await response.text()).not.toBe('');
    }
  }
});

/** The lines after a prompt; what stands between them is what they print. */
const commandsOf = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.startsWith('$ '))
    .map((line) => line.slice(2))
    .join('\n');

/** What stands in the place of commands that cannot run here; whatever is not listed fails as `not found`. */
function prepare(folder: string): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  mkdirSync(join(folder, 'etc', 'kong'), { recursive: true });
  const command = (name: string, script: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  const cli = `"${process.execPath}" "${packagePath('dist', 'kong', 'cli.js')}"`;
  // Those that serve, or ask what runs, are asked for their help: the word and its options exist.
  const help =
    `text=$(${cli} "$1" --help; case $2 in [a-z]*) ${cli} "$1" "$2" --help;; esac); ` +
    `for a in "$@"; do case $a in --*) printf %s "$text" | grep -q -- "\${a%%=*}" || exit 9;; esac; done`;
  command('kong-ai', `case $1 in validate|migrate|conf|dump) exec ${cli} "$@";; *) ${help};; esac`);
  command('npx', 'if [ "$1" = kong-ai ]; then exec "$@"; fi');
  command(
    'curl',
    'for a in "$@"; do printf "%s\\0" "$a" >> "$CURL_LOG"; done; printf "\\n\\0" >> "$CURL_LOG"',
  );
  // Files that are given to decK must exist.
  command('deck', 'for a in "$@"; do case $a in *.yaml) [ -e "$a" ] || exit 9;; esac; done');
  for (const name of ['npm', 'docker', 'helm', 'kubectl', 'kong', 'claude', 'export'])
    command(name, 'exit 0');
  cpSync(packagePath('decK'), join(folder, 'decK'), { recursive: true });
  mkdirSync(join(folder, 'docker'));
  cpSync(packagePath('docker', '.env.example'), join(folder, 'docker', '.env.example'));
  writeFileSync(
    join(folder, 'kong.yaml'),
    '_format_version: "3.0"\nplugins:\n  - name: ai-proxy\n    config:\n      route_type: llm/v1/chat\n      model: {provider: openai}\n',
  );
}

function curlRequest(args: string[]): {
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string;
} {
  const headers: Record<string, string> = {};
  let body: string | undefined;
  let url = '';
  let method: string | undefined;
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i]!;
    if (arg === '-H') {
      const [name, ...value] = args[++i]!.split(':');
      headers[name!] = value.join(':').trim();
    } else if (arg === '-d') body = args[++i]!;
    else if (arg === '-X') method = args[++i]!;
    else if (/^https?:/.test(arg)) url = arg;
  }
  return {
    url,
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers,
    ...(body === undefined ? {} : { body }),
  };
}

describe('YAML blocks', () => {
  it.each(ofLanguage('yaml', 'yml'))('%s uses the plugins as their schemas want', (place, { text }) => {
    const document = parse(text.replace(/\$\{\{[^}]*\}\}/g, 'x')) as Record<string, unknown>;
    if (document?._format_version !== undefined) {
      expect(validate([{ file: place, text }], {}).filter(({ severity }) => severity === 'error')).toEqual(
        [],
      );
      return;
    }
    for (const { name, config } of uses(document))
      if (isOurs(name)) expect(checkPluginConfig(name, config)).toEqual([]);
  });

  it('are there', () => {
    expect(ofLanguage('yaml').length).toBeGreaterThan(5);
  });
});

/** Plugins of a fragment: a list of them, `plugins:` at any depth, a KongPlugin, or one alone. */
function uses(node: unknown): { name: string; config: Record<string, unknown> }[] {
  if (typeof node !== 'object' || node === null) return [];
  const { name, plugin, config } = node as Record<string, unknown>;
  const found = typeof plugin === 'string' ? plugin : name;
  if (typeof found === 'string' && isOurs(found))
    return [{ name: found, config: (config ?? {}) as Record<string, unknown> }];
  return Object.values(node).flatMap(uses);
}

describe('other blocks', () => {
  it.each(ofLanguage('json'))('%s is JSON', (_place, { text }) => {
    expect(() => JSON.parse(text)).not.toThrow();
  });

  it.each(ofLanguage('conf'))('%s has lines that kong-ai conf prints', (_place, { text }) => {
    const known = kongSettings(DEFAULTS).map(({ name }) => name);
    for (const line of text.split('\n').filter((one) => /^\w/.test(one)))
      expect(known).toContain(line.split(/\s*=/)[0]);
  });

  it.each(ofLanguage('ini'))('%s is a unit of systemd that fits the settings', (_place, { text }) => {
    const lines = text.split('\n').filter((line) => /^[^#[]/.test(line));
    const unit = Object.fromEntries(lines.map((line) => [line.split('=')[0], line.replace(/^\w+=/, '')]));
    // What is added to Kong's own unit says nothing else.
    if (text.startsWith('# /etc/systemd/system/kong.service.d/'))
      return expect(unit).toEqual({ CPUSchedulingPolicy: 'batch' });
    expect(unit.ExecStart).toBe('/usr/bin/env kong-ai start');
    const defaults = Object.fromEntries(optionRows().map((row) => [row.name, row.default]));
    expect(defaults.KONG_AI_SOCKET).toMatch(`/run/${unit.RuntimeDirectory}/`);
    expect(defaults.KONG_AI_DATA_DIR).toBe(`/var/lib/${unit.StateDirectory}`);
    expect(Number(unit.TimeoutStopSec)).toBeGreaterThan(Number(defaults.KONG_AI_DRAIN_SECONDS));
  });

  it('that are not run say why', () => {
    const run = ['sh', 'console', 'yaml', 'json', 'conf', 'ini', 'ts'];
    for (const { language, note, place } of BLOCKS)
      expect(run.includes(language) || ['picture', 'figures', 'sketch'].includes(note), place).toBe(true);
  });
});

describe('the pages', () => {
  it('give a reason for every dependency', () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(packagePath('package.json'), 'utf8'),
    ) as Record<string, object>;
    const table = textOf('README.md').split('## Dependencies')[1]!;
    for (const name of Object.keys({ ...dependencies, ...devDependencies }))
      expect(table).toContain(`\`${name}\``);
  });

  it('are all that the project has', () => {
    const folders = ['.', 'docs', 'decK', 'kong', 'kong/gateway', 'docker/kubernetes', 'spec'];
    const plugins = readdirSync(packagePath('plugins')).map((name) => join('plugins', name));
    for (const folder of [...folders, ...plugins]) {
      const here = readdirSync(packagePath(folder)).filter((name) => name.endsWith('.md'));
      expect(here.length, folder).toBeGreaterThan(0);
      for (const name of here) expect(PAGES).toContain(join(folder, name));
    }
  });
});

describe.each(PAGES)('%s', (page) => {
  const text = textOf(page);

  it('links to pages and files that exist', () => {
    for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g))
      expect(existsSync(join(packagePath(dirname(page)), target!)), target).toBe(true);
  });

  it('names only variables, commands and error codes that exist', () => {
    const settings = optionRows().map(({ name }) => name);
    for (const [name] of text.matchAll(/\bKONG_AI_[A-Z_]+[A-Z]\b/g)) expect(settings, name).toContain(name);
    const cli = readFileSync(packagePath('kong', 'cli.ts'), 'utf8');
    for (const [, word] of text.matchAll(/`(?:npx )?kong-ai ([a-z-]+)/g))
      expect(cli, word).toContain(`/commands/${word}.ts`);
    if (page !== 'docs/troubleshooting.md') return;
    for (const [, code] of text.matchAll(/^\| [45]\d\d `(\w+)`/gm))
      if (/_/.test(code!)) expect(Object.keys(ERRORS)).toContain(code);
  });
});
