// prompt-guard: what may be asked and what may be answered: rules, a detector of injections and jailbreaks that needs
// no model, comparison of meaning, and checks by others.
import { discard } from '../../kong/relay/answer.ts';
import { definePlugin } from '../../kong/relay/plugin.ts';
import { guardAnswer, looksAtAnswers } from './answer-guard.ts';
import { compile } from './compiled.ts';
import { promptGuardConfig } from './config.ts';
import { Outcomes } from './outcome.ts';
import { guardRequest } from './request-guard.ts';

export const promptGuard = definePlugin({
  name: 'prompt-guard',
  version: '0.1.0',
  priority: 797,
  config: promptGuardConfig,
  stage(config, host) {
    const compiled = compile(config, host);
    const outcomes = new Outcomes(config, host.metrics);
    const answers = looksAtAnswers(compiled);
    return {
      async run(exchange, next) {
        await guardRequest(compiled, outcomes, exchange);
        await next();
        if (!answers) return;
        try {
          await guardAnswer(compiled, outcomes, exchange);
        } catch (error) {
          discard(exchange.answer, error as Error);
          throw error;
        }
      },
    };
  },
});
