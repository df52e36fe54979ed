// `kong-ai migrate FILE`: from Kong's own AI plugins to these.
import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { type MigrationNote, migrate } from '../migrate/index.ts';

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('rewrite a decK file from Kong’s own AI plugins to these, and report what has no equivalent')
    .argument('<file>', 'a decK state file, or Kong’s declarative file')
    .option('-o, --output <file>', 'where the new file goes (default: standard output)')
    .action((file: string, { output }: { output?: string }) => {
      const { text, notes, migrated } = migrate(readFileSync(file, 'utf8'));
      if (output === undefined) process.stdout.write(text);
      else writeFileSync(output, text);
      // Beside the file on standard output, not in it.
      for (const note of notes) process.stderr.write(`${line(file, note)}\n`);
      process.stderr.write(`${migrated} plugin${migrated === 1 ? '' : 's'} rewritten\n`);
    });
}

function line(file: string, { line: at, kind, plugin, field, message }: MigrationNote): string {
  return `${file}:${at}: ${kind}: ${plugin}${field === '' ? '' : `.${field}`}: ${message}`;
}
