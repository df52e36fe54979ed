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

const promptGuard: PluginConfig = ['prompt-guard', { deny: [{ id: 'project', phrase: 'blue falcon' }] }];

const piiRedact: PluginConfig = ['pii-redact', {}];

const semanticCache: PluginConfig = ['semantic-cache', {}];

/** Plugin sets by name, each in Kong's order. */
export function pluginSets(upstream: string): Record<string, readonly PluginConfig[]> {
  const proxy = aiProxy(upstream);
  return {
    'ai-proxy-ts': [proxy],
    'three plugins': [costLog, tokenRateLimit, proxy],
    'six plugins': [costLog, tokenRateLimit, promptGuard, piiRedact, semanticCache, proxy],
  };
}

/** About 1 KB, without anything that a plugin would find. */
export const PROMPT = 'Please explain in plain words how a gateway passes a request on to a service. '.repeat(
  13,
);

/** Of every request: a cache is asked and filled, but never answers, for then nothing else would be measured. */
export const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-cache' };

export const chatBody = (more: object = {}): string =>
  JSON.stringify({ model: 'bench', messages: [{ role: 'user', content: PROMPT }], ...more });
