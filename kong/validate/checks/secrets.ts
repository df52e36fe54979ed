// Secrets that stand in the file itself.
import type { State, Use } from '../entities.ts';
import { error, type Finding, type Issue, warning } from '../issue.ts';
import { isUnknown, records, valueAt } from '../source.ts';
import { type Text, textsOf } from '../strings.ts';
import { hasReference } from './vaults.ts';

const HOW = `Use \${{ env "DECK_…" }}, {vault://env/…}, env://NAME or file:///path.`;

/** Published prefixes of keys, wherever they stand. */
const KEY_SHAPES =
  /\b(sk-(ant-|proj-|or-)?[A-Za-z0-9_-]{16,}|AKIA[A-Z0-9]{16}|gsk_[A-Za-z0-9]{20,}|AIza[A-Za-z0-9_-]{30,}|xai-[A-Za-z0-9]{20,}|hf_[A-Za-z0-9]{20,})/;

export function secrets(state: State): Issue[] {
  return [...state.uses.flatMap(ofPlugin), ...credentials(state)];
}

function ofPlugin(use: Use): Issue[] {
  return textsOf(use).flatMap((text) => {
    const found = judge(text);
    return found ? [use.source.issue(use.configPath(text.path), found)] : [];
  });
}

function judge({ value, field }: Text): Finding | undefined {
  if (isUnknown(value) || hasReference(value) || /^(env|file):\/\//.test(value)) return;
  if (field?.encrypted) return error('a secret in plain text', HOW);
  // In any field, of any plugin.
  if (KEY_SHAPES.test(value)) return error('this looks like a key in plain text', HOW);
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
