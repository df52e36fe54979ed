// `kong-ai validate FILE...`: what can be known of a decK file without a Kong.
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { DeckFileError, readDeckFile } from '../gateway/index.ts';
import { checkPluginConfig } from '../validate/plugins.ts';

export function validateCommand(): Command {
  return new Command('validate')
    .description('check decK files: the file itself, and every config of the suite’s plugins')
    .argument('<file...>', 'decK state files')
    .action((files: string[]) => {
      const bad = files.filter((file) => !isValid(file));
      if (bad.length > 0) process.exitCode = 1;
    });
}

function isValid(file: string): boolean {
  try {
    readDeckFile(readFileSync(file, 'utf8'), process.env, { checkPlugin: checkPluginConfig });
    process.stdout.write(`${file}: ok\n`);
    return true;
  } catch (error) {
    const lines = error instanceof DeckFileError ? error.message.split('\n') : [(error as Error).message];
    for (const line of lines) process.stderr.write(`${file}: ${line}\n`);
    return false;
  }
}
