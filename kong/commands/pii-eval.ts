// `kong-ai pii-eval FILE`: how well pii-redact finds what a file of labelled texts says is there.
import { Command } from 'commander';
import { Detector } from '../../plugins/pii-redact/detect/detector.ts';
import { reportOf } from '../../plugins/pii-redact/eval/report.ts';
import { evaluate } from '../../plugins/pii-redact/eval/run.ts';

export function piiEvalCommand(): Command {
  return new Command('pii-eval')
    .description('score pii-redact’s recognisers, with default settings, on labelled texts')
    .argument('<file>', 'JSON Lines: text, and spans: [{start, end, type}] in UTF-16 offsets')
    .option(
      '--spans <file>',
      'write {line, spans: [{start, end, type, score}]} for every row, labelled or not',
    )
    .action(async (file: string, { spans }: { spans?: string }) => {
      process.stdout.write(reportOf(await evaluate(new Detector(), file, spans)));
    });
}
