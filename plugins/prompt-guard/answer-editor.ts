// One text of a streamed answer: what could still become a match is held back, the rest passes.
import type { TextKind } from '../../kong/llm/format.ts';
import type { ChannelEditor } from '../../kong/llm/stream-edit.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import type { Compiled } from './compiled.ts';
import type { Outcomes } from './outcome.ts';
import { REDACTED, redact } from './redact.ts';
import { matchesAllow } from './semantic-check.ts';
import type { TextCheck } from './text-check.ts';
import type { Match } from './verdict.ts';

export interface EditorOptions {
  compiled: Compiled;
  outcomes: Outcomes;
  exchange: Exchange;
  pace: Pace;
  channel: string;
  kind: TextKind;
}

export interface Pace {
  /** Characters held back: the longest match, so that its first one has not passed when its last one comes. */
  hold: number;
  /** New characters after which the window is looked at again: not for every token, which are a few characters each. */
  step: number;
}

/** What is not looked at yet is held back too, and counts for the window. */
const STEPS_PER_WINDOW = 8;

export function paceOf({ rules, injection }: TextCheck, window: number): Pace {
  const longest = injection ? Infinity : rules.size > 0 ? rules.longest : 0;
  const step = Math.max(1, Math.floor(Math.min(longest, window) / STEPS_PER_WINDOW));
  return { hold: Math.min(longest, window - step), step };
}

/** Text that has passed, so that a match is seen in its surroundings (is it the beginning of a word?). */
const CONTEXT_CHARS = 64;
/** The detector looks again when so much is new. */
const DETECT_EVERY = 60;
/** And at so much of what came last. */
const DETECT_CHARS = 1500;

export class AnswerEditor implements ChannelEditor {
  private readonly options: EditorOptions;
  /** Has passed. */
  private context = '';
  private held = '';
  /** What the detector sees: as it came. */
  private recent = '';
  private unseen = 0;
  private unscanned = 0;
  private allowed: boolean;
  private readonly known = new Set<string>();

  constructor(options: EditorOptions) {
    this.options = options;
    const { response } = options.compiled;
    // Without an allow list for texts everything is; semantic allow rules are asked by the gate.
    this.allowed =
      response.allow.size === 0 || options.kind !== 'text' || response.semanticAllow !== undefined;
  }

  push(text: string): string {
    this.held += text;
    this.recent = (this.recent + text).slice(-DETECT_CHARS);
    this.unseen += text.length;
    this.unscanned += text.length;
    if (this.unscanned < this.options.pace.step) return '';
    this.unscanned = 0;
    const keep = this.scan(false);
    if (this.unseen >= Math.min(DETECT_EVERY, this.options.pace.hold / 2)) this.detect();
    this.allowed ||= matchesAllow(this.context + this.held, this.options.compiled.response.allow);
    return this.allowed
      ? this.release(Math.max(0, Math.min(this.held.length - this.options.pace.hold, keep)))
      : '';
  }

  flush(): string {
    this.scan(true);
    this.detect();
    if (!this.allowed) this.settle([{ rule: 'allow', direction: 'response', action: 'block' }]);
    return this.release(this.held.length);
  }

  /** Finds and cuts matches; how much of `held` is before a match that may still grow. */
  private scan(ended: boolean): number {
    const { rules } = this.options.compiled.response.text;
    if (rules.size === 0) return this.held.length;
    const before = this.context.length;
    const text = this.context + this.held;
    const cuts: { start: number; end: number }[] = [];
    const matches: Match[] = [];
    let open = text.length;
    for (const { rule, span } of rules.find(text)) {
      // What has passed was looked at; a match at its very beginning may only seem to be one.
      if (span.end <= before || (span.start === 0 && before > 0)) continue;
      if (span.end === text.length && !ended && text.length - span.start <= this.options.pace.hold) {
        open = Math.min(open, span.start);
        continue;
      }
      matches.push({ rule: rule.id, direction: 'response', action: rule.action, message: rule.message });
      if (rule.action === 'redact') cuts.push({ start: Math.max(span.start, before), end: span.end });
    }
    this.settle(matches);
    if (cuts.length > 0) this.held = redact(text, cuts).slice(before);
    return cuts.length > 0 ? this.held.length - REDACTED.length : Math.max(0, open - before);
  }

  private detect(): void {
    const { injection } = this.options.compiled.response.text;
    this.unseen = 0;
    if (!injection || this.recent.trim() === '') return;
    const finding = injection.detector.findInPiece(this.recent);
    if (!finding || finding.score < injection.threshold) return;
    const { score, family, signals } = finding;
    // Part of what made it suspicious may have passed: there is nothing to cut out cleanly.
    const action = injection.action === 'flag' ? 'flag' : 'block';
    this.settle([
      {
        rule: `injection.${family}`,
        direction: 'response',
        action,
        score,
        signals,
        message: injection.message,
      },
    ]);
  }

  /** @throws GatewayError answer_rejected */
  private settle(matches: readonly Match[]): void {
    const { outcomes, exchange } = this.options;
    const news = matches.filter(({ rule }) => !this.known.has(rule));
    for (const { rule } of news) this.known.add(rule);
    const refusal = outcomes.of(news, exchange, () => this.context + this.held);
    if (refusal) throw refusal;
  }

  private release(length: number): string {
    // A pair of surrogates stays together.
    const last = this.held.charCodeAt(length - 1);
    const cut = length < this.held.length && last >= 0xd800 && last < 0xdc00 ? length - 1 : length;
    const passed = this.held.slice(0, cut);
    this.held = this.held.slice(cut);
    this.context = (this.context + passed).slice(-CONTEXT_CHARS);
    return passed;
  }
}
