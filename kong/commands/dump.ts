// `kong-ai dump PLUGIN`: what Kong's query_cmd wants to know of a plugin.
import { Command } from 'commander';
import { dumpByName } from '../conf/dumps.ts';
import { PLUGINS } from '../registry.ts';

export function dumpCommand(): Command {
  return new Command('dump')
    .description('print a plugin’s info as JSON, for pluginserver_<name>_query_cmd')
    .argument('<plugin>', 'the plugin’s name in Kong')
    .action((name: string) => {
      const dump = dumpByName(name);
      if (!dump)
        throw new Error(`no plugin ${name}; there are ${PLUGINS.map(({ Name }) => Name).join(', ')}`);
      process.stdout.write(`${JSON.stringify(dump)}\n`);
    });
}
