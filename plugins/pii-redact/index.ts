// pii-redact: personal data and secrets are replaced before a provider sees them, and put back in the answer.
import { definePlugin } from '../../kong/relay/plugin.ts';
import { piiRedactConfig } from './config.ts';
import { warmUp } from './detect/warm-up.ts';
import { PiiStage } from './stage.ts';

export { redactText } from './redact-text.ts';

export const piiRedact = definePlugin({
  name: 'pii-redact',
  version: '0.1.0',
  // Inside of the guard, which sees the raw prompt; outside of the cache, which stores redacted text.
  priority: 796,
  config: piiRedactConfig,
  stage(config, host) {
    const stage = new PiiStage(config, host);
    host.state('warm-up', warmUp);
    return { run: (exchange, next) => stage.run(exchange, next) };
  },
});
