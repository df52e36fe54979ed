// The images and the Compose file, held against the code: no engine runs here, so every path, port, volume, user and
// variable is looked up where it comes from.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { validate as lintDockerfile } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { KONG_VERSIONS } from '../../kong/conf/kong-conf.ts';
import { packagePath } from '../../kong/root.ts';
import { optionRows } from '../../kong/serve/options.ts';
import { validate } from '../../kong/validate/index.ts';

const read = (...path: string[]): string => readFileSync(packagePath(...path), 'utf8');
const DOCKERFILES = ['Dockerfile', 'kong.Dockerfile'];
const SETTINGS = new Map(optionRows().map(({ name, default: initial }) => [name, initial]));

interface Service {
  image?: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  env_file?: string;
  environment?: Record<string, string>;
  network_mode?: string;
  volumes?: string[];
  ports?: string[];
  profiles?: string[];
  depends_on?: Record<string, { condition: string }>;
  read_only?: boolean;
  healthcheck?: object;
}

const text = read('docker', 'docker-compose.yml');
const compose = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);

/** `KEY` of each `FROM`, `COPY` … with what follows, continuation lines joined. */
function instructions(name: string): [string, string][] {
  return read('docker', name)
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => [line.split(' ')[0]!, line.slice(line.indexOf(' ') + 1)]);
}

const all = (name: string, key: string): string[] =>
  instructions(name).flatMap(([found, rest]) => (found === key ? [rest] : []));

describe.each(DOCKERFILES)('docker/%s', (name) => {
  it('has nothing that the linter objects to', () => {
    expect(lintDockerfile(read('docker', name)).map(({ message }) => message)).toEqual([]);
  });

  it('pins its images, ends as a user without rights, and copies only what the build context has', () => {
    for (const image of all(name, 'FROM'))
      expect(image).toMatch(/^(\S+:[\w.-]+|\$\{KONG_IMAGE\})( AS \w+)?$/);
    expect(all(name, 'FROM').join()).not.toContain(':latest');
    expect(all(name, 'USER').at(-1)).not.toBe('root');
    expect(all(name, 'ADD')).toEqual([]);
    for (const copy of all(name, 'COPY')) {
      if (copy.startsWith('--from')) continue;
      for (const source of copy.split(' ').slice(0, -1)) {
        const path = source.replace(/\/\*\.json$/, '');
        expect(existsSync(packagePath(path)), source).toBe(true);
      }
    }
  });

  it('gets no secrets, modules or history into its context', () => {
    const [first, ...kept] = read('docker', `${name}.dockerignore`)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(first).toBe('*');
    for (const line of kept) {
      expect(line).toMatch(/^!/);
      const path = line.slice(1);
      const found = path.includes('*')
        ? readdirSync(packagePath('.')).some((file) => file.startsWith(path.slice(0, path.indexOf('*'))))
        : existsSync(packagePath(path));
      expect(found, path).toBe(true);
      expect(path).not.toMatch(/node_modules|\.env|\.git$|docker/);
    }
  });
});

describe('the plugin server’s image', () => {
  it('runs the command that the package has, as a user, without development packages', () => {
    const { bin } = JSON.parse(read('package.json')) as { bin: Record<string, string> };
    // As the command itself, its first line too: `#!/usr/bin/env -S node …`.
    const [, node] = /^#!\/usr\/bin\/env -S (.+)$/m.exec(read('kong/cli.ts'))!;
    expect(all('Dockerfile', 'ENTRYPOINT')).toEqual([
      JSON.stringify([...node!.split(' '), bin['kong-ai']]).replaceAll(',', ', '),
    ]);
    expect(all('Dockerfile', 'CMD')).toEqual(['["start"]']);
    expect(all('Dockerfile', 'USER')).toEqual(['node']);
    expect(all('Dockerfile', 'RUN').join()).toContain('npm prune --omit=dev');
    expect(all('Dockerfile', 'FROM').every((image) => image.startsWith('node:24-slim'))).toBe(true);
  });

  it('has a health check that asks for readiness where the admin listener is by default', () => {
    const [check] = all('Dockerfile', 'HEALTHCHECK');
    expect(check).toContain(`KONG_AI_ADMIN_PORT||${SETTINGS.get('KONG_AI_ADMIN_PORT')}`);
    expect(check).toContain('/readyz');
    expect(all('Dockerfile', 'EXPOSE')).toEqual([SETTINGS.get('KONG_AI_ADMIN_PORT')]);
  });

  it('makes the folders that are written to, which are volumes', () => {
    const folder = dirname(SETTINGS.get('KONG_AI_SOCKET')!);
    const [volumes] = all('Dockerfile', 'VOLUME');
    expect(JSON.parse(volumes!)).toContain(folder);
    for (const name of DOCKERFILES) expect(all(name, 'RUN').join()).toContain(`install -d -m 1777 ${folder}`);
  });

  it('keeps the data that plugins read at run time', () => {
    for (const plugin of readdirSync(packagePath('plugins'))) {
      if (!existsSync(packagePath('plugins', plugin, 'data'))) continue;
      expect(all('Dockerfile', 'COPY')).toContain('--from=build /app/plugins ./plugins');
    }
    expect(all('Dockerfile', 'RUN').join()).toContain("-not -path '*/data/*'");
  });
});

describe('Kong’s image', () => {
  it('has the dumps where Kong’s settings look for them', () => {
    const [copy] = all('kong.Dockerfile', 'COPY');
    const target = copy!.split(' ').at(-1)!;
    for (const [, dump] of read('kong', 'conf', 'kong.env').matchAll(/query_cmd=cat (\S+)/gi)) {
      expect(dirname(dump!)).toBe(target.replace(/\/$/, ''));
      expect(existsSync(packagePath('kong', 'conf', 'plugins', dump!.split('/').at(-1)!))).toBe(true);
    }
    expect(KONG_VERSIONS).toContain(/kong:([\d.]+)/.exec(all('kong.Dockerfile', 'ARG')[0]!)![1]);
  });
});

describe('docker-compose.yml', () => {
  it('mounts only files that exist and volumes that it declares', () => {
    const used = new Set<string>();
    for (const [name, { volumes = [] }] of services) {
      for (const [source] of volumes.map((volume) => volume.split(':') as [string])) {
        if (!source.startsWith('.')) used.add(source);
        else expect(existsSync(join(packagePath('docker'), source)), `${name}: ${source}`).toBe(true);
      }
    }
    expect([...used].sort()).toEqual(Object.keys(compose.volumes).sort());
  });

  it('builds from Dockerfiles that exist, and reads the settings that the build writes', () => {
    for (const [, { build, env_file }] of services) {
      if (build) {
        expect(normalize(join('docker', build.context))).toMatch(/^\.\/?$/);
        expect(existsSync(packagePath(build.dockerfile))).toBe(true);
      }
      if (env_file) expect(existsSync(join(packagePath('docker'), env_file))).toBe(true);
    }
  });

  it('refers only to services that it has, started under the same profiles', () => {
    for (const [name, { depends_on = {}, network_mode, profiles = [] }] of services) {
      const network = network_mode?.replace(/^service:/, '');
      for (const other of [...Object.keys(depends_on), ...(network ? [network] : [])]) {
        const theirs = compose.services[other]?.profiles ?? [];
        expect(compose.services, `${name}: ${other}`).toHaveProperty(other);
        expect(theirs.every((profile) => profiles.includes(profile))).toBe(true);
      }
      for (const [other, { condition }] of Object.entries(depends_on))
        if (condition === 'service_healthy')
          expect(compose.services[other], other).toHaveProperty('healthcheck');
    }
  });

  it('publishes every port on this machine alone, once, and only ports that somebody listens on', () => {
    const published = services.flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, port] as const),
    );
    const host = published.map(([, port]) => port.replace(/\$\{[^}]*:-([^}]*)\}/g, '$1'));
    expect(new Set(host.map((port) => port.split(':')[1])).size).toBe(host.length);
    for (const port of host) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    const kong = compose.services.kong!;
    const listens = Object.entries(kong.environment!).flatMap(([key, value]) =>
      /_LISTEN$/.test(key) ? [value.split(':')[1]] : [],
    );
    for (const port of kong.ports!)
      expect([...listens, SETTINGS.get('KONG_AI_ADMIN_PORT')]).toContain(port.split(':').at(-1));
  });

  it('sets only variables that the plugin server knows, to values that it takes', () => {
    for (const [, { environment = {} }] of services)
      for (const name of Object.keys(environment).filter((key) => key.startsWith('KONG_AI_')))
        expect(SETTINGS.has(name), name).toBe(true);
  });

  it('puts the relay in Kong’s network namespace, with a socket in a volume that both mount', () => {
    for (const [sidecar, kong] of [
      ['kong-ai', 'kong'],
      ['kong-ai-db', 'kong-db'],
    ] as const) {
      const [ours, theirs] = [compose.services[sidecar]!, compose.services[kong]!];
      expect(ours.network_mode).toBe(`service:${kong}`);
      const shared = ours.volumes!.filter((volume) => theirs.volumes!.includes(volume));
      expect(shared).toEqual([expect.stringMatching(/:\/run\/kong-ai$/)]);
      expect(ours.environment).toMatchObject({ KONG_AI_SOCKET: '/run/kong-ai/plugins.sock' });
      expect(ours.environment).not.toHaveProperty('KONG_AI_RELAY_HOST');
      expect(ours).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    }
  });

  it('has a default for every variable, and each is in .env.example', () => {
    const example = new Map(
      read('docker', '.env.example')
        .split('\n')
        .filter((line) => /^\w/.test(line))
        .map((line) => line.split('=') as [string, string]),
    );
    const used = [...text.matchAll(/\$\{(\w+)(:-([^}]*))?\}/g)];
    for (const [whole, name, fallback] of used) {
      expect(fallback, whole).toBeDefined();
      expect(example.has(name!), name).toBe(true);
    }
    for (const [name, value] of example) {
      const found = used.filter(([, used]) => used === name);
      expect(found.length, `${name} is used nowhere`).toBeGreaterThan(0);
      for (const [, , , fallback] of found) expect(fallback).toBe(value);
    }
  });

  it('gives decK what the state file needs', () => {
    const { command, environment } = compose.services.deck!;
    const [file] = command!.filter((word) => word.startsWith('/decK/'));
    const needed = [...read(file!.slice(1)).matchAll(/env "(\w+)"/g)].map(([, name]) => name!);
    expect(Object.keys(environment!)).toEqual(expect.arrayContaining(needed));
  });
});

describe('docker/kong.yml', () => {
  const file = read('docker', 'kong.yml');

  it('uses the plugins as their schemas want', () => {
    expect(
      validate([{ file: 'kong.yml', text: file }], {}).filter(({ severity }) => severity === 'error'),
    ).toEqual([]);
  });

  it('has no decK template, and only vault references and env:// whose variables Compose passes on', () => {
    expect(file.replace(/^\s*#.*$/gm, '')).not.toContain('${{');
    for (const [, name] of file.matchAll(/\{vault:\/\/env\/([\w-]+)\}/g))
      expect(compose.services.kong!.environment).toHaveProperty(name!.toUpperCase().replaceAll('-', '_'));
    for (const [, name] of file.matchAll(/env:\/\/(\w+)/g))
      if (name !== undefined) expect(compose.services['kong-ai']!.environment).toHaveProperty(name);
  });

  it('calls only services that Compose has', () => {
    const hosts = [...file.matchAll(/(?:base_url: http:\/\/|host: )([\w-]+)/g)].map(([, host]) => host!);
    expect(hosts.length).toBeGreaterThan(2);
    for (const host of hosts) expect(compose.services).toHaveProperty(host);
  });
});
