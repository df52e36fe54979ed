// `kong-ai validate FILE...`: what can be known of decK files without a Kong.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { validate } from '../validate/index.ts';
import { FORMATS, type Format, print } from '../validate/print.ts';

interface ValidateOptions {
  format: Format;
  strict?: true;
}

export function validateCommand(): Command {
  return new Command('validate')
    .description('check how decK files use the suite’s plugins; the files given make one state, as with decK')
    .argument('<file...>', 'decK state files, or folders of them')
    .addOption(new Option('--format <format>', 'how issues are written').choices(FORMATS).default('text'))
    .option('--strict', 'end with 1 on warnings too')
    .action((given: string[], { format, strict }: ValidateOptions) => {
      const files = given.flatMap(yamlFiles);
      const issues = validate(
        files.map((file) => ({ file, text: readFileSync(file, 'utf8') })),
        process.env,
      );
      const text = print(issues, format);
      if (text !== '') process.stdout.write(`${text}\n`);
      const errors = issues.filter(({ severity }) => severity === 'error').length;
      if (format === 'text') process.stdout.write(`${summary(files.length, errors, issues.length)}\n`);
      if (errors > 0 || (strict && issues.length > 0)) process.exitCode = 1;
    });
}

function yamlFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

function summary(files: number, errors: number, all: number): string {
  const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;
  const issues = all === 0 ? 'ok' : `${count(errors, 'error')}, ${count(all - errors, 'warning')}`;
  return `${count(files, 'file')}: ${issues}`;
}
