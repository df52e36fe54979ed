// Secrets that stand in the file itself, and references to secrets that lead nowhere.
import { PLUGINS } from '../../registry.ts';
import { type KongField, toKongSchema } from '../../schema/index.ts';
import type { State, Use } from '../entities.ts';
import { error, type Finding, type Issue, warning } from '../issue.ts';
import { isUnknown, type Path, record, records, valueAt } from '../source.ts';

const HOW = `Use \${{ env "DECK_…" }}, {vault://env/…}, env://NAME or file:///path.`;

/** What the free Kong resolves itself; others need a vault of Kong Enterprise. */
const FREE_VAULTS = new Set(['env']);
const ENTERPRISE_VAULTS = new Set(['aws', 'gcp', 'hcv', 'azure', 'conjur', 'konnect']);

/** Published prefixes of keys, wherever they stand. */
const KEY_SHAPES =
  /\b(sk-(ant-|proj-|or-)?[A-Za-z0-9_-]{16,}|AKIA[A-Z0-9]{16}|gsk_[A-Za-z0-9]{20,}|AIza[A-Za-z0-9_-]{30,}|xai-[A-Za-z0-9]{20,}|hf_[A-Za-z0-9]{20,})/;

export function secrets(state: State): Issue[] {
  return [...state.uses.flatMap((use) => ofPlugin(use, state)), ...credentials(state)];
}

function ofPlugin(use: Use, { vaults }: State): Issue[] {
  const definition = PLUGINS.find(({ Name }) => Name === use.name)?.definition;
  const written = writtenConfig(use);
  if (!definition) return anyKeys(use, written);
  const schema = toKongSchema(use.name, definition.config).fields.find(({ config }) => config)!.config!;
  const issues: Issue[] = [];
  walk(schema, written, [], (path, value, field) => {
    const found = judge(value, field, vaults);
    if (found) issues.push(use.source.issue(use.configPath(path), found));
  });
  return issues;
}

/** The config as the file says it, before the environment fills in anything. */
function writtenConfig({ source: { written }, path, data }: Use): unknown {
  const own = record(valueAt(written, [...path, 'config']));
  const shared = record(record(written._plugin_configs)[String(data._config)]);
  return { ...shared, ...own };
}

function judge(
  value: string,
  field: KongField | undefined,
  vaults: ReadonlySet<string>,
): Finding | undefined {
  const vault = /^\{vault:\/\/([^/}]+)/.exec(value)?.[1];
  if (vault !== undefined) return judgeVault(vault, field, vaults);
  if (isUnknown(value) || /^(env|file):\/\//.test(value)) return;
  if (field?.encrypted) return error('a secret in plain text', HOW);
  if (KEY_SHAPES.test(value)) return error('this looks like a key in plain text', HOW);
}

function judgeVault(vault: string, field: KongField | undefined, vaults: ReadonlySet<string>) {
  if (!field?.referenceable)
    return error('Kong resolves no vault reference in this field', 'It would be used as it is written.');
  if (FREE_VAULTS.has(vault) || vaults.has(vault)) return;
  if (ENTERPRISE_VAULTS.has(vault))
    return warning(`vault '${vault}' needs Kong Enterprise`, 'The free Kong has the vault env.');
  return error(`there is no vault '${vault}' in these files`, 'Declare it under vaults, or use vault env.');
}

type Visit = (path: Path, value: string, field: KongField | undefined) => void;

function walk(field: KongField | undefined, value: unknown, path: Path, visit: Visit): void {
  if (typeof value === 'string') return visit(path, value, field);
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) walk(field?.elements, item, [...path, i], visit);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      const named = field?.fields?.find((entry) => Object.hasOwn(entry, key))?.[key];
      walk(named ?? field?.values, child, [...path, key], visit);
    }
  }
}

/** Kong's own plugins have no schema here: only what has the shape of a key. */
function anyKeys({ source, configPath }: Use, config: unknown): Issue[] {
  const issues: Issue[] = [];
  walk(undefined, config, [], (path, value) => {
    if (!isUnknown(value) && KEY_SHAPES.test(value))
      issues.push(source.issue(configPath(path), error('this looks like a key in plain text', HOW)));
  });
  return issues;
}

/** Fields of consumers that sign somebody in. */
const CREDENTIALS: Readonly<Record<string, string>> = {
  keyauth_credentials: 'key',
  basicauth_credentials: 'password',
  hmacauth_credentials: 'secret',
  jwt_secrets: 'secret',
  oauth2_credentials: 'client_secret',
};

function credentials({ consumers }: State): Issue[] {
  return consumers.flatMap(({ source, path }) =>
    Object.entries(CREDENTIALS).flatMap(([list, field]) =>
      records(valueAt(source.written, [...path, list])).flatMap(([i, credential]) => {
        const value = credential[field];
        if (typeof value !== 'string' || isUnknown(value)) return [];
        const found = warning(`a ${field} of a consumer in plain text`, `Use \${{ env "DECK_…" }}.`);
        return [source.issue([...path, list, i, field], found)];
      }),
    ),
  );
}
