// A decK file's text becomes a checked state, or an error that names every mistake with its place.
import type { z } from 'zod';
import { nativePlugin } from '../plugins/index.ts';
import { substituteEnv } from './env.ts';
import { DeckFileError, type DeckIssue } from './errors.ts';
import { flatten, type PluginRules } from './flatten.ts';
import { withoutNulls } from './nulls.ts';
import { place } from './place.ts';
import { deckFile } from './schema.ts';
import type { State } from './state.ts';
import { parseYaml, plainYaml } from './yaml.ts';

/** What Kong and decK know and this gateway does not; each is refused by name, never ignored. */
const ONLY_IN_KONG = new Set(
  `upstreams targets certificates ca_certificates snis vaults keys key_sets consumer_groups groups partials
  filter_chains licenses rbac_roles rbac_endpoint_permissions workspaces _workspace _konnect
  basicauth_credentials hmacauth_credentials jwt_secrets oauth2_credentials mtls_auth_credentials
  service_packages ordering expression priority sources destinations client_certificate
  tls_verify_depth ttl consumer_group`.split(/\s+/),
);

export interface ReadOptions {
  /** Checks the config of a plugin that is not native; returns issues relative to `config`. */
  checkPlugin?: NonNullable<PluginRules['check']>;
}

/** Pure: the same text and environment give the same state. Throws DeckFileError. */
export function readDeckFile(text: string, env: NodeJS.ProcessEnv, options: ReadOptions = {}): State {
  const yaml = parseYaml(substituteEnv(text, env));
  const locate = (path: readonly PropertyKey[]) => place(yaml.doc, yaml.lines, path);
  const parsed = deckFile.safeParse(withoutNulls(plainYaml(yaml) ?? {}), { reportInput: true });
  if (!parsed.success) {
    throw new DeckFileError(
      parsed.error.issues.flatMap(explain).map(({ path, message }) => ({ ...locate(path), message })),
    );
  }

  const issues: DeckIssue[] = [];
  const rules: PluginRules = {
    native: nativePlugin,
    ...(options.checkPlugin && { check: options.checkPlugin }),
  };
  const report = (path: readonly PropertyKey[], message: string) => issues.push({ ...locate(path), message });
  const state = flatten(parsed.data, rules, report, locate);
  if (issues.length > 0) throw new DeckFileError(issues);
  return state;
}

type Issue = { path: readonly PropertyKey[]; message: string };

function explain(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      message: ONLY_IN_KONG.has(key)
        ? `the embedded gateway does not support '${key}'; use Kong`
        : 'unknown field',
    }));
  }
  if (issue.code === 'invalid_value' && ONLY_HTTP.has(String(issue.input))) {
    return [{ path: issue.path, message: `the embedded gateway does not speak ${issue.input}; use Kong` }];
  }
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  return [{ path: issue.path, message: missing ? 'required field is missing' : issue.message }];
}

const ONLY_HTTP = new Set(['grpc', 'grpcs', 'tcp', 'tls', 'udp', 'tls_passthrough', 'ws', 'wss']);
