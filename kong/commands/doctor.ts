// `kong-ai doctor`: what is wrong around a Kong with these plugins, and what to do about it.
import { Command } from 'commander';
import { examine, type Finding } from '../doctor/index.ts';
import { readOptions } from '../serve/options.ts';

interface DoctorCommandOptions {
  adminUrl: string;
  adminToken?: string;
  socket?: string;
  json?: true;
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'check the socket, the relay, Kong, its configuration, Redis and the providers (KONG_AI_* apply)',
    )
    .option('--admin-url <url>', 'Kong’s Admin API', 'http://127.0.0.1:8001')
    .option('--admin-token <token>', 'token for it, when it asks for one')
    .option('--socket <path>', 'the plugin server’s Unix socket')
    .option('--json', 'print the findings as JSON')
    .action(async ({ adminUrl, adminToken, socket, json }: DoctorCommandOptions) => {
      const serve = { ...readOptions(process.env), ...(socket === undefined ? {} : { socket }) };
      const findings = await examine({
        adminUrl,
        serve,
        ...(adminToken === undefined ? {} : { adminToken }),
      });
      process.stdout.write(`${json ? JSON.stringify(findings, null, 2) : findings.map(line).join('\n')}\n`);
      if (findings.some(({ status }) => status === 'fail')) process.exitCode = 1;
    });
}

function line({ status, check, message, advice }: Finding): string {
  return `${status.padEnd(5)} ${check}: ${message}${advice ? `\n      ${advice}` : ''}`;
}
