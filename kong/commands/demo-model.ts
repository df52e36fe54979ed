// `kong-ai demo-model`: the built-in model as a server of its own, for Compose and for Kong without a provider key.
import { Command } from 'commander';
import { startDemoModel } from '../gateway/demo-model.ts';
import { stopOnSignal } from './signals.ts';

export function demoModelCommand(): Command {
  return new Command('demo-model')
    .description('serve the demo model (OpenAI’s API; it knows nothing, and says so)')
    .option('--port <port>', 'port', '8902')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .action(async ({ port, host }: { port: string; host: string }) => {
      const model = await startDemoModel({ port: Number(port), host });
      process.stdout.write(`demo model  ${model.url}\n`);
      stopOnSignal(() => model.close());
    });
}
