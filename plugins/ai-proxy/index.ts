// ai-proxy-ts: one API over all providers. The innermost stage: it calls the provider.
import type { Exchange } from '../../kong/relay/exchange.ts';
import { definePlugin } from '../../kong/relay/plugin.ts';
import { createAgent } from './call.ts';
import { proxyChat } from './chat.ts';
import { aiProxyConfig } from './config.ts';
import { chooseModel, resolveTarget } from './target.ts';

export const aiProxy = definePlugin({
  name: 'ai-proxy-ts',
  version: '0.1.0',
  // Where Kong's own ai-proxy is.
  priority: 770,
  config: aiProxyConfig,
  innermost: true,
  stage(config, host) {
    const [target] = config.targets.map(resolveTarget);
    const allowed = config.allowed_models && new Set(config.allowed_models);
    // Connections outlive a change of config, unless it is the timeouts that changed.
    const agent = host.state(`agent ${JSON.stringify(config.timeouts)}`, () => createAgent(config.timeouts));
    const run = async (exchange: Exchange): Promise<void> => {
      const requested = exchange.format.request.model(exchange.request.body, exchange.request.path);
      const model = chooseModel(target!, requested, allowed);
      const { name, providerName } = target!;
      Object.assign(exchange.model, { requested, used: model, provider: providerName, target: name });
      if (config.model_name_header)
        exchange.responseHeaders['x-kong-llm-model'] = headerValue(`${providerName}/${model}`);
      await exchange.beforeAttempt({ target: name, provider: providerName, model });
      await proxyChat(exchange, target!, model, { agent, signal: exchange.callSignal });
    };
    return { run, ...(config.route_type === undefined ? {} : { routeType: config.route_type }) };
  },
});

/** A client names the model: what no header may hold is left out. */
const headerValue = (text: string): string => text.replace(/[^\x20-\x7e]/g, '');
