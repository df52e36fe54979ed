// The prompt: rules and the detector first, services that cost money and time only when those find nothing to block.
import type { Role, TextSlot } from '../../kong/llm/format.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import type { Compiled } from './compiled.ts';
import type { Outcomes } from './outcome.ts';
import { headAndTail, inScope, lastUserTurn, type Scoped } from './scope.ts';
import { isAllowed, onError, semanticMatches } from './semantic-check.ts';
import { checkText } from './text-check.ts';
import { Turns } from './turns.ts';
import { blocks, type Match } from './verdict.ts';

/** @throws GatewayError prompt_rejected, guard_unavailable */
export async function guardRequest(
  compiled: Compiled,
  outcomes: Outcomes,
  exchange: Exchange,
): Promise<void> {
  const { config, prompt } = compiled;
  const all = exchange.format.request.texts(exchange.request.body);
  // What is judged here is what the provider must read.
  exchange.request.settle();
  const slots = inScope(all, config.history, new Set<Role>(prompt.byRole.keys()));
  const matches = await findAll(compiled, slots, exchange);
  const refusal = outcomes.of(matches, exchange, () => slots.map(({ text }) => text).join('\n\n'));
  if (refusal) throw refusal;
  if (matches.length === 0) outcomes.clean(exchange);
}

async function findAll(compiled: Compiled, slots: readonly TextSlot[], exchange: Exchange): Promise<Match[]> {
  const { config, prompt, checks } = compiled;
  const total = slots.reduce((sum, { text }) => sum + text.length, 0);
  if (total > config.max_chars && config.oversize === 'block') {
    return [
      {
        rule: 'oversize',
        direction: 'request',
        action: 'block',
        message: 'The prompt is too long to be checked.',
      },
    ];
  }
  const parts = headAndTail(slots, config.max_chars);
  const matches = await checkParts(compiled, parts, exchange);
  if (blocks(matches) && config.rejection !== 'none') return matches;
  if (prompt.restricted) matches.push(...(await notAllowed(compiled, lastTexts(slots), exchange)));
  // For most requests this is all.
  if (!prompt.semanticDeny && !checks.appliesTo('request')) return matches;
  const [alike, objections] = await Promise.all([
    semanticMatches(lastTexts(slots), 'request', prompt, compiled, exchange),
    checks.appliesTo('request')
      ? checks.run(
          {
            direction: 'request',
            texts: parts.map(({ slot, start, end }) => ({
              role: slot.role,
              text: slot.text.slice(start, end),
            })),
          },
          exchange,
        )
      : [],
  ]);
  return [...matches, ...alike, ...objections];
}

async function checkParts(
  { prompt }: Compiled,
  parts: readonly Scoped[],
  exchange: Exchange,
): Promise<Match[]> {
  const turns = new Turns();
  const matches: Match[] = [];
  // From the end, so that cuts do not move what is still to be cut.
  for (const { slot, start, end } of parts.toReversed()) {
    const { text } = slot;
    const found = await checkText(text.slice(start, end), 'request', prompt.byRole.get(slot.role)!, turns);
    matches.push(...found.matches);
    if (found.redacted === undefined) continue;
    slot.text = text.slice(0, start) + found.redacted + text.slice(end);
    exchange.request.touch();
  }
  return matches;
}

/** What the user says now: an earlier allowed question does not allow another one. */
function lastTexts(slots: readonly TextSlot[]): string {
  const turn = lastUserTurn(slots);
  return slots
    .filter((slot) => slot.turn >= turn)
    .map(({ text }) => text)
    .join('\n\n');
}

async function notAllowed({ prompt, config }: Compiled, text: string, exchange: Exchange): Promise<Match[]> {
  try {
    if (await isAllowed(text, prompt, exchange)) return [];
  } catch (error) {
    return onError(error, 'request', config.semantic.on_error, exchange);
  }
  return [{ rule: 'allow', direction: 'request', action: 'block' }];
}
