// token-rate-limit: budgets in tokens, dollars and requests that hold under concurrency, across machines, and inside a
// running stream.
import type { Operation } from '../../kong/llm/format.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import { meterOutput } from '../../kong/relay/meter.ts';
import { definePlugin } from '../../kong/relay/plugin.ts';
import { Admission } from './admission.ts';
import { tokenRateLimitConfig } from './config.ts';
import { makeLimiter } from './limiter.ts';
import { PLUGIN } from './local-store.ts';
import { limitNode } from './node.ts';
import { streamBudget } from './stream-budget.ts';

/** No model is asked. */
const FREE = new Set<Operation>(['models', 'count_tokens']);

export const tokenRateLimit = definePlugin({
  name: PLUGIN,
  version: '0.1.0',
  priority: 798,
  config: tokenRateLimitConfig,
  node: limitNode,
  stage(config, host) {
    const limiter = makeLimiter(config, host);
    const run = async (exchange: Exchange, next: () => Promise<void>): Promise<void> => {
      if (FREE.has(exchange.format.operation)) return next();
      const admission = new Admission(exchange, limiter);
      await admission.begin();
      try {
        await next();
      } finally {
        admission.tell();
      }
      meterOutput(exchange);
      const { answer } = exchange;
      if (answer?.kind === 'stream' && config.stop_streams && admission.outputEntries.length > 0)
        answer.stream.use(streamBudget(admission));
    };
    return { run, close: () => limiter.close() };
  },
});
