// `kong-ai limits`: what the budgets of token-rate-limit have used, and starting them anew.
import { Command } from 'commander';
import type { CounterRow } from '../../plugins/token-rate-limit/admin.ts';
import { type AdminOptions, askAdmin, withAdmin } from './admin-client.ts';

interface Options extends AdminOptions {
  policy?: string;
  partition?: string;
  json?: boolean;
  all?: boolean;
}

export function limitsCommand(): Command {
  const limits = selecting(new Command('limits'))
    .description('show the counters of token-rate-limit, by policy and partition, that this node knows of')
    .option('--json', 'as JSON')
    .action(async (options: Options) => {
      const { counters } = (await call('GET', options)) as { counters: CounterRow[] };
      process.stdout.write(options.json ? `${JSON.stringify(counters, null, 2)}\n` : table(counters));
    });
  const reset = selecting(new Command('reset'))
    .description('start counters anew, those of a policy, of a partition, or all')
    .option('--all', 'all counters')
    .action(async (_options: Options, command: Command) => {
      const { reset } = (await call('DELETE', command.optsWithGlobals())) as { reset: number };
      process.stdout.write(`${reset} ${reset === 1 ? 'counter' : 'counters'} reset\n`);
    });
  return limits.addCommand(reset);
}

function selecting(command: Command): Command {
  return withAdmin(
    command
      .option('--policy <name>', 'only this policy')
      .option('--partition <name>', 'only this budget, for example consumer=<id>'),
  );
}

function call(method: string, options: Options): Promise<unknown> {
  const { policy, partition, all } = options;
  const params = {
    ...(policy !== undefined && { policy }),
    ...(partition !== undefined && { partition }),
    ...(all && { all: 'true' }),
  };
  return askAdmin(method, '/limits', params, options);
}

const COLUMNS = ['POLICY', 'PARTITION', 'UNIT', 'WINDOW', 'USED', 'LIMIT', 'RESERVED BY', 'RESET'];

function table(counters: readonly CounterRow[]): string {
  if (counters.length === 0) return 'no counters: nothing that token-rate-limit limits was asked for yet\n';
  const rows = counters.map((row) => [
    row.policy,
    row.partition,
    row.unit,
    row.window ?? '-',
    amount(row.used),
    amount(row.limit),
    String(row.reservations),
    `${row.resetSeconds} s`,
  ]);
  const widths = COLUMNS.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]): string =>
    `${cells
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd()}\n`;
  return [COLUMNS, ...rows].map(line).join('');
}

const amount = (value: number): string => String(Number(value.toFixed(6)));
