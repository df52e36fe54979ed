// The part of kong.conf that makes a Kong find the plugins, and the settings that AI traffic wants.
import { PLUGINS } from '../registry.ts';

/** `sidecar`: the plugin server is started beside Kong. `spawned`: Kong starts it. */
export type Mode = 'sidecar' | 'spawned';

export interface ConfOptions {
  mode: Mode;
  /** Kong's line, for example `3.9`. */
  kongVersion: string;
  socket: string;
  /** Folder with the static dumps, as Kong sees it. */
  dumps: string;
}

/** One line of kong.conf, with the reason for it. */
export interface Setting {
  name: string;
  value: string;
  why?: string;
}

export const KONG_VERSIONS = ['3.4', '3.5', '3.6', '3.7', '3.8', '3.9'] as const;

export const DEFAULTS: ConfOptions = {
  mode: 'sidecar',
  kongVersion: '3.9',
  socket: '/run/kong-ai/plugins.sock',
  dumps: '/usr/share/kong-ai/plugins',
};

/** @throws Error for a version that these plugins do not run on */
export function kongSettings(options: ConfOptions): Setting[] {
  if (!(KONG_VERSIONS as readonly string[]).includes(options.kongVersion)) {
    throw new Error(`Kong ${options.kongVersion} is not supported; there are ${KONG_VERSIONS.join(', ')}`);
  }
  const names = PLUGINS.map(({ Name }) => Name);
  return [
    { name: 'plugins', value: ['bundled', ...names].join(','), why: 'Add plugins of your own to this list.' },
    {
      name: 'pluginserver_names',
      value: names.join(','),
      why: 'One entry per plugin: Kong 3.9 takes only the first plugin of each entry. All share one socket.',
    },
    ...names.flatMap((name, index) => entry(name, index, options)),
    ...TRAFFIC,
  ];
}

function entry(name: string, index: number, { mode, socket, dumps }: ConfOptions): Setting[] {
  const key = `pluginserver_${name.replaceAll('-', '_')}`;
  const settings: Setting[] = [{ name: `${key}_socket`, value: socket }];
  if (mode === 'spawned' && index === 0)
    settings.push({ name: `${key}_start_cmd`, value: `kong-ai start --socket ${socket}`, why: SPAWNED });
  settings.push({ name: `${key}_query_cmd`, value: `cat ${dumps}/${name}.json` });
  return settings;
}

const SPAWNED =
  'Kong starts the server with this entry. Known faults of Kong 3.9: its Admin API answers 500 to GET / (issue 14260), ' +
  'which decK and Kong Manager need; after a reload the old server lingers and serves old code. Prefer the sidecar.';

const TRAFFIC: readonly Setting[] = [
  {
    name: 'nginx_http_client_body_buffer_size',
    value: '1m',
    why: 'Above its default of 8k nginx writes a prompt to disk and reads it back, some 40 ms each time.',
  },
  {
    name: 'nginx_http_client_max_body_size',
    value: '64m',
    why: 'Twice what the relay takes (KONG_AI_MAX_BODY_BYTES): up to here the 413 is in the client’s own format, beyond it Kong’s.',
  },
  {
    name: 'upstream_keepalive_pool_size',
    value: '1024',
    why: 'Connections to the relay that are kept open; each stream holds one.',
  },
  {
    name: 'upstream_keepalive_idle_timeout',
    value: '60',
    why: 'Below the 75 s after which the relay closes, so that Kong never sends into a closing connection.',
  },
];

/** As lines of kong.conf. */
export function asConf(settings: readonly Setting[]): string {
  return `${settings.map(({ name, value, why }) => `${comment(why)}${name} = ${value}`).join('\n')}\n`;
}

/** As environment variables: what Kong reads in containers. */
export function asEnv(settings: readonly Setting[]): string {
  const variable = ({ name, value }: Setting): string => `KONG_${name.toUpperCase()}=${value}`;
  return `${settings.map((setting) => comment(setting.why) + variable(setting)).join('\n')}\n`;
}

const comment = (why: string | undefined): string => (why === undefined ? '' : `# ${why}\n`);
