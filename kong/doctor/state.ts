// What Kong is configured to do: its entities, held against what can be known without it (kong/validate).
import { stringify } from 'yaml';
import { collect, type State } from '../validate/entities.ts';
import { validate } from '../validate/index.ts';
import { isOurs } from '../validate/names.ts';
import { readSource } from '../validate/source.ts';
import { type Finding, fail, ok, reason, skip, warn } from './finding.ts';
import type { Json, KongAdmin } from './kong-admin.ts';

export interface Configured {
  name: string;
  config: Json;
  /** For messages: the plugin's id in Kong, or its place in a file. */
  where: string;
}

const CHECK = 'configuration';
const LISTS = ['services', 'routes', 'consumers', 'plugins', 'vaults'] as const;

export interface KongState {
  findings: Finding[];
  configured: Configured[];
  /** Undefined when it cannot be read. */
  state?: State;
}

export async function readKong(admin: KongAdmin): Promise<KongState> {
  try {
    const lists = await Promise.all(LISTS.map((list) => admin.list(`/${list}`)));
    const entities = Object.fromEntries(LISTS.map((list, i) => [list, lists[i]!])) as Record<
      (typeof LISTS)[number],
      Json[]
    >;
    const plugins = entities.plugins.filter(({ enabled }) => enabled !== false);
    const configured = plugins
      .filter(({ name }) => isOurs(String(name)))
      .map(({ name, config, id }) => ({
        name: String(name),
        config: config as Json,
        where: `plugin ${String(id)}`,
      }));
    const text = stringify({ _format_version: '3.0', ...entities });
    const state = collect([readSource('Kong', text, {})]);
    return { configured, findings: judge(text, configured.length), state };
  } catch (error) {
    return { configured: [], findings: [skip(CHECK, `cannot be read: ${reason(error)}`)] };
  }
}

function judge(text: string, count: number): Finding[] {
  if (count === 0) {
    const advice = 'Enable them on a service or route: decK/quickstart.yaml is the smallest example.';
    return [warn(CHECK, 'Kong has no plugin of the suite enabled', advice)];
  }
  // A secret in Kong's own database is where decK puts it.
  const issues = validate([{ file: 'Kong', text }], {}, { secrets: false });
  if (issues.length === 0) return [ok(CHECK, `${count} plugins of the suite, nothing to object to`)];
  return issues.map(({ severity, path, message, hint = '' }) =>
    (severity === 'error' ? fail : warn)(CHECK, `${path}: ${message}`, hint),
  );
}
