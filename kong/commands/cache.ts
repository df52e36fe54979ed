// `kong-ai cache`: what semantic-cache holds, and purging, through the admin listener.
import { Command } from 'commander';
import { type AdminOptions, askAdmin, withAdmin } from './admin-client.ts';

interface PurgeOptions extends AdminOptions {
  key?: string;
  partition?: string;
  tag?: string;
  consumer?: string;
  all?: true;
}

export function cacheCommand(): Command {
  const stats = withAdmin(new Command('stats').description('entries and bytes of every store')).action(
    async (options: AdminOptions) => print(await askAdmin('GET', '/cache', {}, options)),
  );
  const purge = withAdmin(new Command('purge').description('remove answers'))
    .option('--key <key>', 'one answer, by its X-Cache-Key')
    .option('--partition <partition>', 'all answers of a partition')
    .option('--tag <tag>', 'answers with a tag of the plugin, or of their route, service or consumer')
    .option('--consumer <consumer>', 'answers to a consumer, by id, username or custom id')
    .option('--all', 'every answer')
    .action(async ({ admin: _, token: __, all, ...named }: PurgeOptions, command: Command) => {
      const given = { ...named, ...(all && { all: 'true' }) };
      if (Object.keys(given).length !== 1)
        throw new Error('name one of --key, --partition, --tag, --consumer, --all');
      print(await askAdmin('DELETE', '/cache', given, command.opts<AdminOptions>()));
    });
  return new Command('cache')
    .description('look into or purge semantic-cache')
    .addCommand(stats)
    .addCommand(purge);
}

function print(body: unknown): void {
  process.stdout.write(`${JSON.stringify(body, null, 2)}\n`);
}
