// A service of one's own: it gets the texts and says what to do.
import type { CheckConfig } from '../config.ts';
import { type Check, CheckError, type CheckInput, type JsonCall } from './check.ts';

export function httpCheck({ id, model, max_chars }: CheckConfig, call: JsonCall): Check {
  return async (input, exchange) => {
    const { consumer, route, service } = exchange.identity;
    const answer = await call(
      {
        check: id,
        direction: input.direction,
        request_id: exchange.id,
        ...(model === undefined ? {} : { model }),
        ...(consumer ? { consumer: consumer.username ?? consumer.id } : {}),
        ...(route ? { route: route.name ?? route.id } : {}),
        ...(service ? { service: service.name ?? service.id } : {}),
        texts: within(input, max_chars),
      },
      exchange.signal,
    );
    const { verdict, score } = answer;
    if (verdict !== 'allow' && verdict !== 'flag' && verdict !== 'block') {
      throw new CheckError('answered without a verdict: allow, flag or block');
    }
    return {
      objects: verdict !== 'allow',
      ...(verdict === 'flag' ? { flagOnly: true } : {}),
      ...(typeof score === 'number' ? { score } : {}),
    };
  };
}

/** The last texts that fit, the first of them cut at its beginning. */
function within({ texts }: CheckInput, maxChars: number): CheckInput['texts'] {
  const kept: CheckInput['texts'] = [];
  let left = maxChars;
  for (const { role, text } of texts.toReversed()) {
    if (left <= 0) break;
    kept.unshift({ role, text: text.slice(-left) });
    left -= text.length;
  }
  return kept;
}
