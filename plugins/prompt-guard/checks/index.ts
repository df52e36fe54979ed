// The external checks of a config, run side by side.
import { Agent } from 'undici';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import type { StageHost } from '../../../kong/relay/stage.ts';
import type { CheckConfig } from '../config.ts';
import type { Match } from '../verdict.ts';
import { type Check, type CheckInput, jsonCall } from './check.ts';
import { classifierCheck } from './classifier.ts';
import { httpCheck } from './http.ts';
import { moderationCheck } from './moderation.ts';

const TYPES = { moderation: moderationCheck, classifier: classifierCheck, http: httpCheck } as const;

export class Checks {
  private readonly checks: { config: CheckConfig; run: Check }[];
  private readonly host: StageHost;

  constructor(configs: readonly CheckConfig[], host: StageHost) {
    const agent = host.state('guard checks agent', () => new Agent({ connections: 32, pipelining: 1 }));
    this.host = host;
    this.checks = configs.map((config) => ({
      config,
      run: TYPES[config.type](config, jsonCall(config, agent)),
    }));
  }

  appliesTo(direction: CheckInput['direction']): boolean {
    return this.of(direction).length > 0;
  }

  /** What the checks object to. One that fails says what its `on_error` says. */
  async run(input: CheckInput, exchange: Exchange): Promise<Match[]> {
    const verdicts = await Promise.all(
      this.of(input.direction).map(({ config, run }) => this.one(config, run, input, exchange)),
    );
    return verdicts.flatMap((match) => match ?? []);
  }

  private of(direction: CheckInput['direction']): { config: CheckConfig; run: Check }[] {
    const wanted = direction === 'request' ? 'prompt' : 'response';
    return this.checks.filter(({ config: { target } }) => target === 'both' || target === wanted);
  }

  private async one(
    { id, action, message, on_error }: CheckConfig,
    run: Check,
    input: CheckInput,
    exchange: Exchange,
  ): Promise<Match | undefined> {
    const { direction } = input;
    try {
      const { objects, flagOnly, score } = await run(input, exchange);
      if (!objects) return undefined;
      return {
        rule: id,
        direction,
        action: flagOnly ? 'flag' : action,
        ...(score === undefined ? {} : { score }),
        message,
      };
    } catch (error) {
      if (exchange.signal.aborted) throw exchange.signal.reason;
      this.host.metrics
        .counter('kong_ai_guard_check_errors_total', 'External checks that failed', ['check'])
        .inc({ check: id });
      exchange.log.warn(
        { requestId: exchange.id, check: id, reason: (error as Error).message },
        'guard check failed',
      );
      return on_error === 'allow' ? undefined : { rule: id, direction, action: on_error, failed: true };
    }
  }
}
