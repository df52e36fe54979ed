// What the client, the log and the metrics learn of what was found.
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import type { Metrics } from '../../kong/relay/metrics.ts';
import type { PromptGuardConfig } from './config.ts';
import { blocks, type Match, note } from './verdict.ts';

export class Outcomes {
  private readonly config: PromptGuardConfig;
  private readonly metrics: Metrics;

  constructor(config: PromptGuardConfig, metrics: Metrics) {
    this.config = config;
    this.metrics = metrics;
  }

  /**
   * Notes the matches; the error to refuse with, when there is one to refuse for.
   * @param content of what was checked, for the log of those who ask for it.
   */
  of(matches: readonly Match[], exchange: Exchange, content: () => string): GatewayError | undefined {
    if (matches.length === 0) return undefined;
    const blocking = this.config.rejection === 'none' ? undefined : blocks(matches);
    const verdict = blocking ? 'blocked' : 'flagged';
    note(exchange, matches, verdict);
    this.count(matches, verdict);
    const { requestId, rules } = { requestId: exchange.id, rules: matches.map(({ rule }) => rule) };
    const direction = matches[0]!.direction;
    const would = blocks(matches) && !blocking ? { would: 'block' } : {};
    const texts = this.config.log_blocked_content && blocks(matches) ? { blocked_content: content() } : {};
    const signals = matches.flatMap((match) => match.signals ?? []);
    const why = signals.length > 0 ? { signals } : {};
    exchange.log.info({ requestId, direction, verdict, rules, ...why, ...would, ...texts }, 'guard matched');
    return blocking && this.refusal(blocking, matches);
  }

  /** Nothing was found. */
  clean(exchange: Exchange): void {
    note(exchange, [], 'allowed');
  }

  private refusal(blocking: Match, matches: readonly Match[]): GatewayError {
    const { rejection, status, message } = this.config;
    const names = [...new Set(matches.map(({ rule }) => rule))].join(', ');
    const detail = rejection === 'verbose' ? ` (${names})` : '';
    if (blocking.failed) return new GatewayError('guard_unavailable', verboseOnly(detail));
    const code = blocking.direction === 'request' ? 'prompt_rejected' : 'answer_rejected';
    return new GatewayError(code, { status, message: `${blocking.message ?? message}${detail}` });
  }

  private count(matches: readonly Match[], verdict: string): void {
    const requests = this.metrics.counter(
      'kong_ai_guard_verdicts_total',
      'Prompts and answers that a guard matched',
      ['direction', 'verdict'],
    );
    requests.inc({ direction: matches[0]!.direction, verdict });
    const counter = this.metrics.counter(
      'kong_ai_guard_matches_total',
      'Matches of guard rules, detectors and checks',
      ['rule', 'direction', 'action'],
    );
    for (const { rule, direction, action } of matches) counter.inc({ rule, direction, action });
  }
}

function verboseOnly(detail: string): { message?: string } {
  return detail === ''
    ? {}
    : { message: `The content of the request could not be checked; please try again.${detail}` };
}
