#!/usr/bin/env -S node --no-memory-reducer
// The `kong-ai` command: each of its words is a file in kong/commands.
import { Command } from 'commander';
import { cacheCommand } from './commands/cache.ts';
import { cacheEvalCommand } from './commands/cache-eval.ts';
import { confCommand } from './commands/conf.ts';
import { demoModelCommand } from './commands/demo-model.ts';
import { devCommand } from './commands/dev.ts';
import { doctorCommand } from './commands/doctor.ts';
import { dumpCommand } from './commands/dump.ts';
import { guardEvalCommand } from './commands/guard-eval.ts';
import { limitsCommand } from './commands/limits.ts';
import { migrateCommand } from './commands/migrate.ts';
import { piiEvalCommand } from './commands/pii-eval.ts';
import { reportCommand } from './commands/report.ts';
import { startCommand } from './commands/start.ts';
import { validateCommand } from './commands/validate.ts';

const COMMANDS = [
  startCommand,
  devCommand,
  demoModelCommand,
  dumpCommand,
  confCommand,
  validateCommand,
  migrateCommand,
  doctorCommand,
  cacheCommand,
  cacheEvalCommand,
  guardEvalCommand,
  limitsCommand,
  piiEvalCommand,
  reportCommand,
];

const program = new Command('kong-ai')
  .description('AI gateway plugins for Kong: run them beside a Kong, or try them without one.')
  .version('0.1.0');
for (const command of COMMANDS) program.addCommand(command());

try {
  await program.parseAsync();
} catch (error) {
  // What went wrong is said in the error's own words; a stack helps only who has this source open.
  process.stderr.write(`kong-ai: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
