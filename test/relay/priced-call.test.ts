// What of a request decides its price besides its tokens: images that came, and the tier that served it.
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { openaiImages } from '../../kong/llm/formats/openai-images/format.ts';
import type { PriceEntry } from '../../kong/llm/prices-config.ts';
import type { Usage } from '../../kong/llm/usage.ts';
import { type Answer, WholeAnswer } from '../../kong/relay/answer.ts';
import { pricedCall } from '../../kong/relay/priced-call.ts';
import { makeExchange } from '../support/exchange.ts';

const NOTHING: Usage = { input: {}, output: {} };

function images(body: object, answer?: Answer, status = 200): number | undefined {
  const exchange = makeExchange(JSON.stringify(body), { format: openaiImages });
  exchange.attempts.push({ target: 't', provider: 'openai', model: 'gpt-image-1', startedAt: 0, status });
  if (answer) exchange.answer = answer;
  return pricedCall(exchange, NOTHING, []).images;
}
const bytes = (): Answer => ({ kind: 'bytes', status: 200, headers: {}, stream: Readable.from([]) });

test('as many images as came', () => {
  expect(images({ n: 3 }, WholeAnswer.ofJson(200, { data: [{}, {}] }))).toBe(2);
});

test.each([
  [{ n: 3 }, 3],
  [{}, 1],
  [{ n: 0 }, 1],
  [{ n: -4 }, 1],
  [{ n: 1.5 }, 1],
  [{ n: 1e300 }, 1],
  [{ n: '9' }, 1],
])('where nobody has read the answer, as many as were asked for: %j', (body, count) => {
  expect(images(body, bytes())).toBe(count);
});

test('none of a request that failed', () => {
  expect(images({ n: 3 }, WholeAnswer.ofJson(429, {}), 429)).toBe(0);
  expect(images({ n: 3 })).toBe(0);
});

test('the tier that served it, where tiers have prices; never the word for any', () => {
  const tiered = [{ model: 'm', service_tiers: {} }] as unknown as PriceEntry[];
  const exchange = makeExchange(JSON.stringify({ service_tier: 'flex' }));
  expect(pricedCall(exchange, NOTHING, tiered)).toEqual({ serviceTier: 'flex' });
  expect(pricedCall(exchange, { ...NOTHING, raw: { service_tier: 'priority' } }, tiered)).toEqual({
    serviceTier: 'priority',
  });
  expect(pricedCall(makeExchange(JSON.stringify({ service_tier: 'auto' })), NOTHING, tiered)).toEqual({});
  expect(pricedCall(exchange, NOTHING, [])).toEqual({});
});
