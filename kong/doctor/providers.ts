// Can what the plugins call be reached from here, and does it take the keys? Each plugin knows that of its own.
import { PLUGINS } from '../registry.ts';
import { parseConfig } from '../schema/index.ts';
import { checkPluginConfig } from '../validate/plugins.ts';
import { type Finding, fail, ok, skip, warn } from './finding.ts';
import type { Configured } from './state.ts';

const ADVICE = {
  fail: 'Check the address and the key, and that this machine may reach it (DNS, proxy, firewall).',
  warn: 'The relay may have what this shell has not; or the provider has trouble. Requests may work all the same.',
};

export async function checkProviders(configured: readonly Configured[]): Promise<Finding[]> {
  const findings = new Map<string, Finding>();
  for (const { name, config } of configured) {
    const definition = PLUGINS.find(({ Name }) => Name === name)?.definition;
    // A config that is wrong is told of already.
    if (!definition?.probe || checkPluginConfig(name, config).length > 0) continue;
    for (const { what, status, message } of await definition.probe(parseConfig(definition.config, config))) {
      const check = `${name}: ${what}`;
      const made = { ok, skip, fail: withAdvice(fail, 'fail'), warn: withAdvice(warn, 'warn') }[status];
      // One target of several plugins is told once.
      findings.set(`${check} ${message}`, made(check, message));
    }
  }
  return [...findings.values()];
}

const withAdvice =
  (make: typeof fail, status: keyof typeof ADVICE) =>
  (check: string, message: string): Finding =>
    make(check, message, ADVICE[status]);
