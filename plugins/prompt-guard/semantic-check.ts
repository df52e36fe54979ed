// Semantic rules of one side of the exchange, with what happens when the embeddings endpoint fails.
import type { Exchange } from '../../kong/relay/exchange.ts';
import type { Compiled, Side } from './compiled.ts';
import type { Match } from './verdict.ts';

/** The deny rules that a text is like. */
export async function semanticMatches(
  text: string,
  direction: Match['direction'],
  { semanticDeny }: Side,
  { config }: Compiled,
  exchange: Exchange,
): Promise<Match[]> {
  if (!semanticDeny || text.trim() === '') return [];
  try {
    const found = await semanticDeny.find(text, exchange);
    // A meaning has no place in the text that could be cut out.
    return found.map(({ rule: { id, action, message }, score }) => ({
      rule: id,
      direction,
      action: action === 'redact' ? 'block' : action,
      score,
      message,
    }));
  } catch (error) {
    return onError(error, direction, config.semantic.on_error, exchange);
  }
}

/** Whether an allow rule of any kind matches. */
export async function isAllowed(
  text: string,
  { allow, semanticAllow }: Side,
  exchange: Exchange,
): Promise<boolean> {
  if (matchesAllow(text, allow)) return true;
  if (!semanticAllow || text.trim() === '') return false;
  return (await semanticAllow.find(text, exchange)).length > 0;
}

/** A match of an allow rule is short and near the text's own beginning, in a text worth allowing. */
const ALLOW_CHARS = 24_000;

export function matchesAllow(text: string, allow: Side['allow']): boolean {
  return allow.size > 0 && allow.find(text.slice(0, ALLOW_CHARS)).length > 0;
}

export function onError(
  error: unknown,
  direction: Match['direction'],
  policy: 'block' | 'allow' | 'flag',
  exchange: Exchange,
): Match[] {
  if (exchange.signal.aborted) throw exchange.signal.reason;
  exchange.log.warn({ requestId: exchange.id, reason: (error as Error).message }, 'guard embeddings failed');
  return policy === 'allow' ? [] : [{ rule: 'semantic', direction, action: policy, failed: true }];
}
