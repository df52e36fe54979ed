// `kong-ai guard-eval FILE`: how well prompt-guard does on one's own examples.
import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { parse } from 'yaml';
import { report } from '../../plugins/prompt-guard/eval-report.ts';
import { evalConfig, judgeAll, judgeOf, readRows } from '../../plugins/prompt-guard/evaluate.ts';

interface Options {
  config?: string;
  verdicts?: string;
}

export function guardEvalCommand(): Command {
  return new Command('guard-eval')
    .description('measure prompt-guard on a file of examples')
    .argument('<file>', 'JSON lines: text, and if known id, label (attack or benign), family')
    .option('--config <file>', 'config of the plugin, YAML or JSON (default: the default settings)')
    .option('--verdicts <file>', 'write {line, id, blocked, score, family} per row, as JSON lines')
    .action(async (file: string, { config, verdicts: out }: Options) => {
      const rows = readRows(readFileSync(file, 'utf8'));
      const raw: unknown = config === undefined ? undefined : parse(readFileSync(config, 'utf8'));
      const { verdicts, timing } = await judgeAll(rows, judgeOf(evalConfig(raw)));
      if (out !== undefined) {
        writeFileSync(out, verdicts.map((verdict) => `${JSON.stringify(verdict)}\n`).join(''));
      }
      process.stdout.write(report(rows, verdicts, timing));
    });
}
