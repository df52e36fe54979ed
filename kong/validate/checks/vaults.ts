// References to vaults that Kong does not resolve, or whose vault is not there (Kong: kong/pdk/vault.lua).
import type { State } from '../entities.ts';
import { error, type Finding, type Issue, warning } from '../issue.ts';
import { isOurs } from '../names.ts';
import { type Text, textsOf } from '../strings.ts';

/** What the free Kong resolves itself; others need a vault of Kong Enterprise. */
const FREE_VAULTS = new Set(['env']);
const ENTERPRISE_VAULTS = new Set(['aws', 'gcp', 'hcv', 'azure', 'conjur', 'konnect']);

const UNRESOLVED = 'It would be used as it is written.';

export function vaults({ uses, vaults: declared }: State): Issue[] {
  return uses
    .filter(({ name }) => isOurs(name))
    .flatMap((use) =>
      textsOf(use).flatMap((text) => {
        const found = judge(text, declared);
        return found ? [use.source.issue(use.configPath(text.path), found)] : [];
      }),
    );
}

export const hasReference = (value: string): boolean => value.includes('{vault://');

function judge({ value, field }: Text, declared: ReadonlySet<string>): Finding | undefined {
  if (!hasReference(value)) return;
  if (!field?.referenceable) return error('Kong resolves no vault reference in this field', UNRESOLVED);
  const [, vault, path] = /^\{vault:\/\/([^/{}]+)(\/[^{}]*)?\}$/.exec(value) ?? [];
  if (vault === undefined) {
    const hint = `${UNRESOLVED} Let the vault hold the whole value, prefix included (Bearer …).`;
    return error('Kong resolves a vault reference only where it is the whole value', hint);
  }
  if (path === undefined || path === '/')
    return error(`the reference to vault '${vault}' names no secret`, 'Write {vault://env/my-secret}.');
  if (FREE_VAULTS.has(vault) || declared.has(vault)) return;
  if (ENTERPRISE_VAULTS.has(vault))
    return warning(`vault '${vault}' needs Kong Enterprise`, 'The free Kong has the vault env.');
  return error(`there is no vault '${vault}' in these files`, 'Declare it under vaults, or use vault env.');
}
