// ai-proxy-ts: one API over all providers. The innermost stage: it calls the provider.
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import { definePlugin } from '../../kong/relay/plugin.ts';
import { type AiProxyConfig, aiProxyConfig } from './config.ts';
import { modelsAnswer } from './models.ts';
import { newsNode } from './news.ts';
import { probeTargets } from './probe.ts';
import { providersTable } from './providers/table.ts';
import { proxy } from './proxy.ts';
import { Runtime } from './runtime.ts';
import { capturesIn } from './template.ts';
import { variesBy } from './varies.ts';

export const aiProxy = definePlugin({
  name: 'ai-proxy-ts',
  version: '0.1.0',
  // Where Kong's own ai-proxy is.
  priority: 770,
  config: aiProxyConfig,
  innermost: true,
  readme: () => ({ providers: providersTable() }),
  captures: (config) => capturesIn(JSON.stringify(config.targets)),
  probe: probeTargets,
  node: newsNode,
  stage(config, host) {
    const runtime = new Runtime(config, host);
    return {
      async run(exchange: Exchange): Promise<void> {
        if (exchange.format.operation === 'models') {
          exchange.answer = modelsAnswer(runtime.targets, config);
          return;
        }
        applyStreaming(config, exchange);
        await proxy(runtime, exchange);
      },
      variesBy: variesBy(config),
      ...(config.route_type === undefined ? {} : { routeType: config.route_type }),
    };
  },
});

function applyStreaming({ response_streaming }: AiProxyConfig, exchange: Exchange): void {
  const { request, format, streams } = exchange;
  if (response_streaming === 'deny' && streams) {
    throw new GatewayError('streaming_denied', format.modelInPath ? {} : { param: 'stream' });
  }
  if (response_streaming !== 'always' || streams || !format.chat) return;
  exchange.alwaysStreams = true;
  // Other formats say it in the path, which is written anew.
  if (format.modelInPath) return;
  request.body.stream = true;
  request.touch();
}
