// Kong itself: its version, whether it has loaded the plugins with the schemas of this version, and its settings.
import { isDeepStrictEqual } from 'node:util';
import { dumpOf } from '../conf/dumps.ts';
import { KONG_VERSIONS } from '../conf/kong-conf.ts';
import { PLUGINS } from '../registry.ts';
import { type Finding, fail, ok, reason, warn } from './finding.ts';
import type { Json, KongAdmin } from './kong-admin.ts';

export async function checkKong(admin: KongAdmin): Promise<Finding[]> {
  const check = 'Kong';
  try {
    const { status, body } = await admin.get('/');
    if (status === 500) {
      const advice =
        'Kong 3.9 does so when it spawns the plugin server itself (issue 14260). Run the server as a sidecar: remove ' +
        'pluginserver_…_start_cmd. decK and Kong Manager need this call.';
      return [fail(check, `${admin.url}/ answers 500`, advice)];
    }
    if (status !== 200) {
      const advice = 'Is this the Admin API, and is a token needed (--admin-token)?';
      return [fail(check, `${admin.url}/ answers ${status}`, advice)];
    }
    const settings = (body.configuration ?? {}) as Json;
    return [version(body), ...(await plugins(body, settings, admin)), ...traffic(settings)];
  } catch (error) {
    const advice = 'Is Kong running, and its Admin API at this address (--admin-url, admin_listen)?';
    return [fail(check, `${admin.url}: ${reason(error)}`, advice)];
  }
}

/** Kong's configuration; empty when it cannot be read, which checkKong tells of. */
export async function readSettings(admin: KongAdmin): Promise<Json> {
  const { body } = await admin.get('/').catch(() => ({ body: {} as Json }));
  return (body.configuration ?? {}) as Json;
}

function version(body: Json): Finding {
  const found = String(body.version);
  const line = /^\d+\.\d+/.exec(found)?.[0] ?? '';
  if ((KONG_VERSIONS as readonly string[]).includes(line)) return ok('Kong', `version ${found}`);
  const range = `${KONG_VERSIONS[0]} to ${KONG_VERSIONS.at(-1)}`;
  return warn(
    'Kong',
    `version ${found} is not one that these plugins are made for`,
    `They are made for ${range}.`,
  );
}

async function plugins(body: Json, settings: Json, admin: KongAdmin): Promise<Finding[]> {
  const available = ((body.plugins ?? {}) as Json).available_on_server as Json | undefined;
  const findings: Finding[] = [];
  for (const { Name, definition } of PLUGINS) {
    const check = `Kong: ${Name}`;
    const socket = settings[`pluginserver_${Name.replaceAll('-', '_')}_socket`];
    if (!available?.[Name]) {
      const advice = '`kong-ai conf` prints the lines that kong.conf needs; restart Kong with them.';
      findings.push(fail(check, 'is not loaded', advice));
      continue;
    }
    const schema = await admin.get(`/schemas/plugins/${Name}`);
    const fields = fieldNames(schema.body);
    const ours = fieldNames(dumpOf(definition).Plugins[0].Schema as unknown as Json);
    if (!isDeepStrictEqual(fields, ours)) {
      const advice =
        'Its query_cmd prints the dump of another version: give Kong the files of this one, and restart it.';
      findings.push(warn(check, 'has another schema than this version', advice));
    } else findings.push(ok(check, socket === undefined ? 'is loaded' : `is loaded, on ${String(socket)}`));
  }
  return findings;
}

/** Names of all fields of the config, with their places. */
function fieldNames(schema: Json): string[] {
  const names: string[] = [];
  const walk = (fields: unknown, path: string): void => {
    for (const entry of (fields ?? []) as Record<string, Json>[])
      for (const [name, field] of Object.entries(entry)) {
        names.push(`${path}${name}`);
        for (const inner of [field, field.elements, field.values] as (Json | undefined)[])
          if (inner?.fields) walk(inner.fields, `${path}${name}.`);
      }
  };
  walk(schema.fields, '');
  return names.sort();
}

const KIB = 1024;
const UNITS: Record<string, number> = { '': 1, k: KIB, m: KIB * KIB, g: KIB ** 3 };
const SMALL_BUFFER = 256 * KIB;

function traffic(settings: Json): Finding[] {
  const check = 'Kong: settings';
  const buffer = sizeOf(settings.nginx_http_client_body_buffer_size ?? settings.client_body_buffer_size);
  if (buffer !== undefined && buffer >= SMALL_BUFFER) return [ok(check, 'prompts stay in memory')];
  const size = buffer === undefined ? 'at its default of 8k' : `${buffer / KIB}k`;
  const advice =
    'Set nginx_http_client_body_buffer_size = 1m: nginx writes larger prompts to disk, some 40 ms each.';
  return [warn(check, `the buffer for request bodies is ${size}`, advice)];
}

/** nginx's sizes: 8k, 1m. */
function sizeOf(text: unknown): number | undefined {
  const match = /^(\d+)([kmg]?)$/i.exec(String(text ?? ''));
  return match ? Number(match[1]) * UNITS[match[2]!.toLowerCase()]! : undefined;
}
