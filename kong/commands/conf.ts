// `kong-ai conf`: the lines that a kong.conf needs.
import { Command, Option } from 'commander';
import { asConf, asEnv, type ConfOptions, DEFAULTS, KONG_VERSIONS, kongSettings } from '../conf/kong-conf.ts';

export function confCommand(): Command {
  return new Command('conf')
    .description('print the lines that Kong’s configuration needs')
    .addOption(
      new Option('--kong-version <line>', 'Kong’s line').choices(KONG_VERSIONS).default(DEFAULTS.kongVersion),
    )
    .addOption(
      new Option('--mode <mode>', 'who starts the plugin server')
        .choices(['sidecar', 'spawned'])
        .default(DEFAULTS.mode),
    )
    .option('--socket <path>', 'the plugin server’s Unix socket', DEFAULTS.socket)
    .option('--dumps <folder>', 'folder with the plugins’ JSON files, as Kong sees it', DEFAULTS.dumps)
    .addOption(
      new Option('--format <format>', 'lines of kong.conf or environment variables')
        .choices(['conf', 'env'])
        .default('conf'),
    )
    .action(({ format, ...options }: ConfOptions & { format: 'conf' | 'env' }) => {
      const settings = kongSettings(options);
      process.stdout.write(format === 'env' ? asEnv(settings) : asConf(settings));
    });
}
