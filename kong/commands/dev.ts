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

async function dev(file: string, { port, host }: DevOptions): Promise<void> {
  const model = await chooseModelServer(process.env);
  const say = (line = ''): boolean => process.stdout.write(`${line}\n`);
  say(model.notice);
  const socket = process.env.KONG_AI_SOCKET ?? join(tmpdir(), `kong-ai-${process.pid}.sock`);
  const served = await serve({
    socket,
    logLevel: process.env.KONG_AI_LOG_LEVEL ?? 'warn',
    dataDir: process.env.KONG_AI_DATA_DIR || ownDataDir(process.env),
    ...freePorts(),
  });
  const env = { ...model.env, ...process.env };
  const log = consoleLog(say);
  const checkPlugin = checkPluginConfig;
  const gateway = await startGateway({
    file,
    socket,
    port: Number(port),
    host,
    env,
    watch: true,
    log,
    checkPlugin,
  });
  say(`gateway  ${gateway.url}   (${file}, read again when it changes)`);
  say(`admin    http://127.0.0.1:${served.adminPort}/metrics`);
  say();
  say('Try it:');
  say(curlLine(gateway.url));
  stopOnSignal(async () => {
    await gateway.close();
    await served.close();
    await model.close();
  });
}

/** A relay port that is taken by a real Kong's sidecar must not keep anybody from trying. */
function freePorts(): { relayPort?: number; adminPort?: number } {
  const { KONG_AI_RELAY_PORT, KONG_AI_ADMIN_PORT } = process.env;
  return { ...(KONG_AI_RELAY_PORT ? {} : { relayPort: 0 }), ...(KONG_AI_ADMIN_PORT ? {} : { adminPort: 0 }) };
}

function consoleLog(say: (line: string) => unknown) {
  const line = (_fields: object, message: string): unknown => say(`gateway  ${message}`);
  return { info: line, warn: line, error: line };
}

/** For the route and consumer of decK/quickstart.yaml. */
function curlLine(url: string): string {
  const body = `{"messages":[{"role":"user","content":"What does an AI gateway do?"}],"stream":true}`;
  return `  curl -N ${url}/ai/v1/chat/completions -H 'apikey: demo-key' -H 'content-type: application/json' -d '${body}'`;
}
