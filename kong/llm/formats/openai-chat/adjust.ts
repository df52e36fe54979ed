// The parameters of a chat completion request as one provider takes them.
import { createHash } from 'node:crypto';
import type { ChatRequest } from '../../chat.ts';
import { cannotSay, type Saying } from '../../format.ts';
import type { Bag } from '../../slots.ts';
import { leaveOut } from '../params.ts';
import { effortOf } from '../reasoning.ts';
import type { Quirks } from './quirks.ts';

/** OpenAI refuses a longer `user`. */
const MAX_USER = 64;

/**
 * What must change in the request's parameters: new values by name, undefined to leave one out. Messages are not looked
 * at. Empty when nothing must.
 */
export function adjust(request: ChatRequest, quirks: Quirks, saying: Saying | undefined): Bag {
  const changes: Bag = reasoning(request, quirks);
  const rules = quirks.models?.find(({ match }) => match.test(request.model));
  const params: Quirks['params'] = rules?.params ?? quirks.params ?? {};
  for (const [name, other] of Object.entries(params)) {
    const value = name in changes ? changes[name] : request[name];
    if (value === undefined || value === null) continue;
    changes[name] = undefined;
    if (other !== null) changes[other] ??= request[other] ?? value;
    else leaveOut(name, value, saying);
  }
  for (const [name, [min, max]] of Object.entries(rules?.ranges ?? quirks.ranges ?? {})) {
    const value = request[name];
    if (typeof value === 'number' && (value < min || value > max)) {
      changes[name] = Math.min(max, Math.max(min, value));
    }
  }
  checkStops(request, quirks, saying, changes);
  checkFormat(request, quirks, saying, changes);
  if (request.tool_choice === 'required' && quirks.toolChoiceRequired) {
    changes.tool_choice = quirks.toolChoiceRequired;
  }
  // As it came, it may also be null.
  const { user } = request;
  if (typeof user === 'string' && user.length > MAX_USER && !('user' in changes)) {
    changes.user = createHash('sha256').update(user).digest('hex');
  }
  return changes;
}

function reasoning(request: ChatRequest, quirks: Quirks): Bag {
  const effort = request.reasoning_effort ?? undefined;
  const budget = request.reasoning_budget ?? undefined;
  if (quirks.reasoning) {
    if (effort === undefined && budget === undefined) return {};
    return { reasoning_effort: undefined, reasoning_budget: undefined, ...quirks.reasoning(request) };
  }
  const changes: Bag = {};
  if (budget !== undefined) changes.reasoning_budget = undefined;
  if (effort === undefined && budget !== undefined) changes.reasoning_effort = effortOf(budget);
  return changes;
}

function checkStops(
  { stop }: ChatRequest,
  { maxStops }: Quirks,
  saying: Saying | undefined,
  changes: Bag,
): void {
  if (maxStops === undefined || !Array.isArray(stop) || stop.length <= maxStops) return;
  cannotSay(saying, `The model takes at most ${maxStops} stop sequences.`, 'stop');
  changes.stop = stop.slice(0, maxStops);
}

function checkFormat(request: ChatRequest, quirks: Quirks, saying: Saying | undefined, changes: Bag): void {
  const type = request.response_format?.type;
  if (!type || type === 'text' || !quirks.noFormats?.includes(type)) return;
  cannotSay(saying, `The model has no response_format of type ${type}.`, 'response_format');
  changes.response_format = undefined;
}
