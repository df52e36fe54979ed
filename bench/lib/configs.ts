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

/** Plugin sets by how many there are, in Kong's order. */
export function pluginSets(upstream: string): Record<string, readonly PluginConfig[]> {
  return { 'ai-proxy-ts': [aiProxy(upstream)] };
}

/** About 1 KB, without anything that a plugin would find. */
export const PROMPT = 'Please explain in plain words how a gateway passes a request on to a service. '.repeat(
  13,
);

export const chatBody = (more: object = {}): string =>
  JSON.stringify({ model: 'bench', messages: [{ role: 'user', content: PROMPT }], ...more });
