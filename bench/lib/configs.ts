// The plugin configs of the bench: what an operator would switch on, no more.

export type PluginConfig = readonly [name: string, config: object];

const aiProxy = (upstream: string): PluginConfig => [
  'ai-proxy-ts',
  {
    targets: [
      {
        model: { provider: 'openai-compatible', name: 'bench', options: { base_url: `${upstream}/v1` } },
        auth: { header_name: 'Authorization', header_value: 'Bearer sk-bench' },
      },
    ],
  },
];

/** No sink: what a request costs is the record in the spool. */
const costLog: PluginConfig = ['cost-log', {}];

const tokenRateLimit: PluginConfig = [
  'token-rate-limit',
  {
    policies: [
      {
        name: 'per-consumer',
        partition_by: ['consumer'],
        limits: [{ unit: 'total_tokens', limit: 1_000_000_000_000, window: 'hour' }],
      },
    ],
  },
];

const deny = [
  { id: 'project', phrase: 'blue falcon' },
  { id: 'price-list', pattern: '(?i)internal\\s+price\\s+list' },
  { id: 'licence-key', pattern: 'LK-[0-9]{4}-[0-9A-F]{8}' },
];
const guardRules: PluginConfig = ['prompt-guard', { deny, injection: { enabled: false } }];
const guardWhole: PluginConfig = ['prompt-guard', { deny }];

const piiRedact: PluginConfig = ['pii-redact', {}];

const exactCache: PluginConfig = ['semantic-cache', { semantic: { enabled: false } }];
const wholeCache: PluginConfig = ['semantic-cache', {}];

/** Plugin sets by name, each in Kong's order. */
export function pluginSets(upstream: string): Record<string, readonly PluginConfig[]> {
  const proxy = aiProxy(upstream);
  return {
    'ai-proxy-ts': [proxy],
    'three plugins': [costLog, tokenRateLimit, proxy],
    'six plugins': [costLog, tokenRateLimit, guardRules, piiRedact, exactCache, proxy],
    'six plugins, injection detector and semantic cache': [
      costLog,
      tokenRateLimit,
      guardWhole,
      piiRedact,
      wholeCache,
      proxy,
    ],
  };
}

/** What an exact hit goes through. */
export const cachedSet = (upstream: string): readonly PluginConfig[] => [exactCache, aiProxy(upstream)];

/** What a stream's chunks go through when they are guarded and restored. */
export const guardedSet = (upstream: string): readonly PluginConfig[] => [
  guardWhole,
  piiRedact,
  aiProxy(upstream),
];

export const HEADERS = { 'content-type': 'application/json' };
