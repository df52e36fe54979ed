// `kong-ai start`: plugin server and relay, for use beside a Kong.
import { Command } from 'commander';
import { serve } from '../serve/index.ts';
import { stopOnSignal } from './signals.ts';

export function startCommand(): Command {
  return new Command('start')
    .description('run the plugin server and the relay beside a Kong (settings: KONG_AI_* variables)')
    .option('--socket <path>', 'Unix socket for Kong')
    .action(async ({ socket }: { socket?: string }) => {
      const served = await serve(socket === undefined ? {} : { socket });
      stopOnSignal(() => served.close());
    });
}
