// `kong-ai dev FILE`: everything on one machine without Kong, from an ordinary decK file.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { startGateway } from '../gateway/index.ts';
import { serve } from '../serve/index.ts';
import { checkPluginConfig } from '../validate/plugins.ts';
import { ownDataDir } from './data-dir.ts';
import { chooseModelServer } from './model-server.ts';
import { stopOnSignal } from './signals.ts';

interface DevOptions {
  port: string;
  host: string;
}

export function devCommand(): Command {
  return new Command('dev')
    .description(
      'run the embedded gateway with a decK file: for trying, developing and testing (production is Kong)',
    )
    .argument('<file>', 'a decK state file')
    .option('--port <port>', 'port of the gateway', '8000')
    .option('--host <address>', 'address of the gateway', '127.0.0.1')
    .action((file: string, options: DevOptions) => dev(file, options));
}

async function dev(file: string, options: DevOptions): Promise<void> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  try {
    await start(file, options, closers);
  } catch (error) {
    // What has started already would keep the process for ever.
    await close();
    throw error;
  }
  stopOnSignal(close);
}

/** `closers` gets the end of each part as soon as the part runs. */
async function start(
  file: string,
  { port, host }: DevOptions,
  closers: (() => Promise<void>)[],
): Promise<void> {
  const model = await chooseModelServer(process.env);
  closers.push(model.close);
  say(model.notice);
  const socket = process.env.KONG_AI_SOCKET || join(tmpdir(), `kong-ai-${process.pid}.sock`);
  const served = await serve({
    socket,
    logLevel: process.env.KONG_AI_LOG_LEVEL || 'warn',
    dataDir: process.env.KONG_AI_DATA_DIR || ownDataDir(process.env),
    ...freePorts(),
  });
  closers.push(served.close);
  const gateway = await startGateway({
    file,
    socket,
    port: Number(port),
    host,
    env: { ...model.env, ...process.env },
    watch: true,
    log: consoleLog,
    checkPlugin: checkPluginConfig,
  });
  closers.push(gateway.close);
  say(`gateway  ${gateway.url}   (${file}, read again when it changes)`);
  say(`admin    http://127.0.0.1:${served.adminPort}/metrics`);
  say('');
  say('Try it:');
  say(curlLine(gateway.url));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A relay port that is taken by a real Kong's sidecar must not keep anybody from trying. */
function freePorts(): { relayPort?: number; adminPort?: number } {
  const { KONG_AI_RELAY_PORT, KONG_AI_ADMIN_PORT } = process.env;
  return { ...(KONG_AI_RELAY_PORT ? {} : { relayPort: 0 }), ...(KONG_AI_ADMIN_PORT ? {} : { adminPort: 0 }) };
}

/** With the fields: without its reason nobody can mend what is reported. */
function line(fields: object, message: string): void {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  say(`gateway  ${[message, ...known.map(([name, value]) => `${name}: ${value}`)].join('; ')}`);
}
const consoleLog = { info: line, warn: line, error: line };

/** For the route and consumer of decK/quickstart.yaml. */
function curlLine(url: string): string {
  const body = `{"messages":[{"role":"user","content":"What does an AI gateway do?"}],"stream":true}`;
  return `  curl -N ${url}/ai/v1/chat/completions -H 'apikey: demo-key' -H 'content-type: application/json' -d '${body}'`;
}
