// An embeddings service in place of the built-in embedder.
import { describe, expect, onTestFinished, test } from 'vitest';
import { WholeAnswer } from '../../../kong/relay/answer.ts';
import type { SideCall } from '../../../kong/relay/notes.ts';
import { parseConfig } from '../../../kong/schema/index.ts';
import { semanticCache } from '../../../plugins/semantic-cache/index.ts';
import { layer } from '../../relay/relay.ts';
import { type Behaviour, hangBeforeHeaders, reply, startUpstream } from '../../support/upstream/index.ts';
import { chatAnswer, questionOf, startCacheRelay, status, until } from './cache-relay.ts';

/** All texts are alike: what keeps them apart is the gate. */
const sameForAll = ({ json }: { json: unknown }): Behaviour => {
  const { input } = json as { input: string[] };
  return reply(200, {
    data: input.map((_, index) => ({ index, embedding: [1, 0.001 * index, 0] })),
    usage: { prompt_tokens: 5 * input.length, total_tokens: 5 * input.length },
  });
};

async function start(semantic: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
  const service = await startUpstream();
  onTestFinished(() => service.close());
  service.handle(sameForAll);
  const sideCalls: SideCall[][] = [];
  const outer = layer('cost-log', 799, async (exchange, next) => {
    exchange.onFinish(() => sideCalls.push(exchange.sideCalls));
    await next();
  });
  const embeddings = { url: `${service.url}/v1/embeddings`, model: 'e' };
  const config = { semantic: { embedder: 'endpoint', embeddings, ...semantic }, ...more };
  const run = (exchange: Parameters<typeof questionOf>[0]): void => {
    exchange.answer = WholeAnswer.ofJson(200, chatAnswer(`answer to ${questionOf(exchange)}`));
  };
  return { service, sideCalls, relay: await startCacheRelay(config, run, [outer]) };
}

describe('with an embeddings endpoint', () => {
  test('paraphrases hit when content may differ; traps do not', async () => {
    const checks = ['numbers', 'units', 'dates', 'negation', 'comparatives', 'entities', 'question_type'];
    const { relay } = await start({ gate: { checks } });
    await relay.ask('How do I slim down?');
    await until(async () => status(await relay.ask('How do I lose weight?')) === 'Hit');
    expect(status(await relay.ask('How do I lose 5 kg?'))).toBe('Miss');
    expect(status(await relay.ask('Why do I lose weight?'))).toBe('Miss');
    expect(status(await relay.ask('How do I not lose weight?'))).toBe('Miss');
  });

  test('with all checks the similarity alone is not enough', async () => {
    const { relay } = await start();
    await relay.ask('How do I slim down?');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(status(await relay.ask('How do I lose weight?'))).toBe('Miss');
  });

  test('with the gate off it is', async () => {
    const { relay } = await start({ gate: { enabled: false } });
    await relay.ask('What is 1 + 1?');
    await until(async () => status(await relay.ask('What is 2 + 2?')) === 'Hit');
  });

  test('its tokens are on the record of the request, once', async () => {
    const { relay, sideCalls, service } = await start();
    await relay.ask('What is a monad?');
    await until(() => sideCalls.length === 1);
    expect(sideCalls[0]).toEqual([
      {
        purpose: 'embedding',
        provider: 'openai',
        model: 'e',
        usage: { input: { total: 5 }, output: {} },
        ms: expect.any(Number),
      },
    ]);
    await new Promise((resolve) => setTimeout(resolve, 30));
    // The same question is found without a vector.
    await relay.ask('What is a monad?');
    await until(() => sideCalls.length === 2);
    expect(sideCalls[1]).toEqual([]);
    expect(service.requests).toHaveLength(1);
  });

  test('one that fails or hangs costs no request, and the exact tier goes on', async () => {
    const { relay, service } = await start({}, { timeout_ms: 100 });
    for (const behaviour of [reply(500), hangBeforeHeaders]) {
      service.handle(behaviour);
      const question = `What is ${behaviour.kind}?`;
      expect(status(await relay.ask(question))).toBe('Miss');
      await until(async () => status(await relay.ask(question)) === 'Hit');
    }
  });

  test('on_error: block refuses', async () => {
    const { relay, service } = await start({}, { on_error: 'block' });
    service.handle(reply(500));
    const response = await relay.ask('What is a monad?');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { code: 'cache_unavailable' } });
  });
});

test('the endpoint must be named where it is to be used', () => {
  const parse = (config: object) =>
    parseConfig(semanticCache.definition.config, config as Record<string, unknown>);
  expect(() => parse({ semantic: { embedder: 'endpoint' } })).toThrow(/embeddings/);
  expect(() => parse({ semantic: { embedder: 'lexical' } })).not.toThrow();
});
