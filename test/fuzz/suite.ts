// All six plugins in a relay, in front of a fake provider.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Identity } from '../../kong/plan/identity.ts';
import { PLUGINS } from '../../kong/registry.ts';
import { ERRORS, type ErrorCode } from '../../kong/relay/errors.ts';
import { createLog } from '../../kong/relay/log.ts';
import { Metrics } from '../../kong/relay/metrics.ts';
import type { NodeService } from '../../kong/relay/node-state.ts';
import type { RelayOptions } from '../../kong/relay/server.ts';
import { parseConfig } from '../../kong/schema/index.ts';
import { startTestRelay, type TestRelay } from '../relay/relay.ts';

export interface Suite extends TestRelay {
  /** Headers of a request whose plan has all six plugins. */
  headers(identity?: Identity): Record<string, string>;
}

/** Everything on that needs no other server; nothing that would refuse a harmless request. */
const configsOf = (dataDir: string): Record<string, Record<string, unknown>> => ({
  'cost-log': { spool: { path: join(dataDir, 'spool') } },
  'token-rate-limit': {
    policies: [{ name: 'all', limits: [{ unit: 'total_tokens', limit: 1_000_000_000, window: 'minute' }] }],
  },
  'prompt-guard': { deny: [{ id: 'word', phrase: 'forbidden words here', target: 'both' }] },
  'pii-redact': { direction: 'both' },
  'semantic-cache': {},
});

export async function startSuite(
  targets: readonly object[],
  proxy: Record<string, unknown> = {},
  options: Partial<RelayOptions> = {},
): Promise<Suite> {
  const dataDir = mkdtempSync(join(tmpdir(), 'suite-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const configs = configsOf(dataDir);
  const definitions = PLUGINS.map(({ definition }) => definition);
  const services = new Map<string, NodeService>();
  for (const { name, node } of definitions) {
    const part = node?.({
      log: createLog('silent'),
      metrics: new Metrics(),
      dataDir: join(dataDir, name),
      broadcast: () => {},
    });
    if (part?.service) services.set(name, part.service);
    if (part?.close) onTestFinished(() => part.close!());
  }
  const relay = await startTestRelay(definitions, { maxConcurrent: 1_000, ...options }, services);
  const given = Object.fromEntries(
    definitions.map(({ name, config }) => {
      const raw = name === 'ai-proxy-ts' ? { targets, ...proxy } : configs[name]!;
      const pluginId = `id-of-${name}`;
      return [
        name,
        {
          pluginId,
          configHash: relay.configs.put({ plugin: name, pluginId, config: parseConfig(config, raw) }),
        },
      ];
    }),
  );
  return { ...relay, headers: (identity) => relay.plan(undefined, identity, undefined, given) };
}

/** The one code that says that the gateway itself failed. */
export const OWN_FAULTS: readonly string[] = ['stage_failed', 'config_invalid'] satisfies ErrorCode[];

const STATUSES: ReadonlySet<number> = new Set([200, ...Object.values(ERRORS).map(({ status }) => status)]);

/** A status of the table, and none of the gateway's own faults. */
export function documented(status: number, text: string): boolean {
  return STATUSES.has(status) && !OWN_FAULTS.some((code) => text.includes(code)) && !text.includes('    at ');
}

/** Everything that the log calls a failure of a plugin. */
export function ownFaults({ lines }: TestRelay): unknown[] {
  return lines.filter(({ code }) => OWN_FAULTS.includes(String(code)));
}
