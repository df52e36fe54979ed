// `kong-ai cache`: what semantic-cache holds, and purging, through the admin listener.
import { Command } from 'commander';

interface Options {
  admin: string;
}

interface PurgeOptions extends Options {
  key?: string;
  partition?: string;
  tag?: string;
  consumer?: string;
  all?: true;
}

const ADMIN = 'http://127.0.0.1:8901';
const TIMEOUT_MS = 10_000;

export function cacheCommand(): Command {
  const withAdmin = (command: Command): Command =>
    command.option('--admin <url>', 'address of the admin listener', ADMIN);
  const stats = withAdmin(new Command('stats').description('entries and bytes of every store')).action(
    (options: Options) => ask('GET', options),
  );
  const purge = withAdmin(new Command('purge').description('remove answers'))
    .option('--key <key>', 'one answer, by its X-Cache-Key')
    .option('--partition <partition>', 'all answers of a partition')
    .option('--tag <tag>', 'answers with a tag of the plugin, or of their route, service or consumer')
    .option('--consumer <consumer>', 'answers to a consumer, by id, username or custom id')
    .option('--all', 'every answer')
    .action((options: PurgeOptions) => {
      const { admin: _, all, ...named } = options;
      const given = Object.entries({ ...named, ...(all && { all: 'true' }) });
      if (given.length !== 1) throw new Error('name one of --key, --partition, --tag, --consumer, --all');
      return ask('DELETE', options, new URLSearchParams(given as [string, string][]));
    });
  return new Command('cache')
    .description('look into or purge semantic-cache (KONG_AI_ADMIN_TOKEN is sent when it is set)')
    .addCommand(stats)
    .addCommand(purge);
}

async function ask(method: string, { admin }: Options, params?: URLSearchParams): Promise<void> {
  const url = new URL('/cache', admin);
  if (params) url.search = params.toString();
  const token = process.env.KONG_AI_ADMIN_TOKEN;
  const response = await fetch(url, {
    method,
    headers: token ? { authorization: `Bearer ${token}` } : {},
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`the admin listener answered ${response.status}: ${body}`);
  process.stdout.write(`${JSON.stringify(JSON.parse(body), null, 2)}\n`);
}
