// The answer, whole or streamed.

import type { TextSlot } from '../../kong/llm/format.ts';
import { editStream } from '../../kong/llm/stream-edit.ts';
import type { WholeAnswer } from '../../kong/relay/answer.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import { AnswerEditor, paceOf } from './answer-editor.ts';
import { AnswerGate } from './answer-gate.ts';
import type { Compiled } from './compiled.ts';
import type { Outcomes } from './outcome.ts';
import { isAllowed, onError, semanticMatches } from './semantic-check.ts';
import { checkText } from './text-check.ts';
import { Turns } from './turns.ts';
import { blocks, type Match } from './verdict.ts';

/** Something of this config looks at answers. */
export function looksAtAnswers({ response, checks }: Compiled): boolean {
  return looksAtText(response.text) || response.restricted || needsOthers({ response, checks });
}

const looksAtText = ({ rules, injection }: Compiled['response']['text']): boolean =>
  rules.size > 0 || injection !== undefined;

const needsOthers = ({ response, checks }: Pick<Compiled, 'response' | 'checks'>): boolean =>
  response.semanticDeny !== undefined || response.semanticAllow !== undefined || checks.appliesTo('response');

/** @throws GatewayError answer_rejected, guard_unavailable */
export async function guardAnswer(compiled: Compiled, outcomes: Outcomes, exchange: Exchange): Promise<void> {
  const { answer, format } = exchange;
  if (answer?.status !== 200 || answer.kind === 'bytes') return;
  if (answer.kind === 'whole') return guardWhole(compiled, outcomes, exchange, answer);
  const { response, config } = compiled;
  if (looksAtText(response.text) || response.allow.size > 0) {
    const pace = paceOf(response.text, config.stream_window);
    answer.stream.use(
      editStream(
        format,
        ({ channel, kind }) => new AnswerEditor({ compiled, outcomes, exchange, pace, channel, kind }),
      ),
    );
  }
  if (needsOthers(compiled)) {
    answer.stream.use(
      new AnswerGate(
        format,
        config.stream_window,
        (text, whole) => askOthers(compiled, outcomes, exchange, text, whole),
        answer.stream,
      ),
    );
  }
}

async function guardWhole(
  compiled: Compiled,
  outcomes: Outcomes,
  exchange: Exchange,
  answer: WholeAnswer,
): Promise<void> {
  const slots = exchange.format.answer.texts(answer.body).filter(({ text }) => text !== '');
  const matches: Match[] = [];
  const turns = new Turns();
  for (const slot of slots) {
    const { matches: found, redacted } = await checkText(
      slot.text,
      'response',
      compiled.response.text,
      turns,
    );
    matches.push(...found);
    if (redacted === undefined) continue;
    slot.text = redacted;
    answer.touch();
  }
  if (!blocks(matches)) matches.push(...(await others(compiled, exchange, textOf(slots), true)));
  const refusal = outcomes.of(matches, exchange, () => textOf(slots));
  if (refusal) throw refusal;
}

const textOf = (slots: readonly TextSlot[]): string =>
  slots.flatMap(({ text, repeat }) => (repeat ? [] : [text])).join('\n\n');

async function askOthers(
  compiled: Compiled,
  outcomes: Outcomes,
  exchange: Exchange,
  text: string,
  whole: boolean,
): Promise<void> {
  const refusal = outcomes.of(await others(compiled, exchange, text, whole), exchange, () => text);
  if (refusal) throw refusal;
}

/** @param whole the answer is complete: only then can it be said that nothing of it was allowed. */
async function others(
  compiled: Compiled,
  exchange: Exchange,
  text: string,
  whole: boolean,
): Promise<Match[]> {
  const { response, checks, config } = compiled;
  const [alike, objections, forbidden] = await Promise.all([
    semanticMatches(text, 'response', response, compiled, exchange),
    checks.appliesTo('response') && text.trim() !== ''
      ? checks.run({ direction: 'response', texts: [{ role: 'assistant', text }] }, exchange)
      : [],
    whole && response.restricted ? notAllowed(response, text, config.semantic.on_error, exchange) : [],
  ]);
  return [...alike, ...objections, ...forbidden];
}

async function notAllowed(
  response: Compiled['response'],
  text: string,
  policy: 'block' | 'allow' | 'flag',
  exchange: Exchange,
): Promise<Match[]> {
  try {
    if (await isAllowed(text, response, exchange)) return [];
  } catch (error) {
    return onError(error, 'response', policy, exchange);
  }
  return [{ rule: 'allow', direction: 'response', action: 'block' }];
}
