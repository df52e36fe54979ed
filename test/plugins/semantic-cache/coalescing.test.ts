// Identical requests at the same time: one call, in whatever mode; failures move on in order.
import { expect, test } from 'vitest';
import { WholeAnswer } from '../../../kong/relay/answer.ts';
import type { Cancellation } from '../../../kong/relay/cancellation.ts';
import { GatewayError } from '../../../kong/relay/errors.ts';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import { layer, ManualSource, streamOf } from '../../relay/relay.ts';
import { deferred } from '../../support/deferred.ts';
import {
  type CacheRelay,
  chatAnswer,
  eventsOf,
  startCacheRelay,
  status,
  textOf,
  until,
} from './cache-relay.ts';

const QUESTION = 'What is a monad?';
const STREAM = { body: { stream: true } };
const many = (relay: CacheRelay, count: number, more = {}) =>
  Array.from({ length: count }, () => relay.ask(QUESTION, more));
/** Time for requests that were sent to have arrived. */
const arrive = () => new Promise((resolve) => setTimeout(resolve, 150));

test('100 identical requests make one call', async () => {
  const gate = deferred<void>();
  const relay = await startCacheRelay({}, async (exchange) => {
    await gate.promise;
    exchange.answer = WholeAnswer.ofJson(200, chatAnswer('one'));
  });
  const responses = many(relay, 100);
  await arrive();
  gate.resolve();
  const all = await Promise.all(responses);
  expect(relay.asked).toHaveLength(1);
  expect(all.filter((response) => status(response) === 'Miss')).toHaveLength(1);
  expect(all.filter((response) => status(response) === 'Hit')).toHaveLength(99);
  expect(new Set(await Promise.all(all.map(textOf)))).toEqual(new Set(['one']));
});

test('when the first fails the next asks, one after the other', async () => {
  let running = 0;
  let most = 0;
  const gate = deferred<void>();
  const relay = await startCacheRelay({}, async (exchange, asked) => {
    running += 1;
    most = Math.max(most, running);
    if (asked === 1) await gate.promise;
    await new Promise((resolve) => setTimeout(resolve, 5));
    running -= 1;
    if (asked <= 3) throw new GatewayError('provider_error');
    exchange.answer = WholeAnswer.ofJson(200, chatAnswer('at last'));
  });
  const responses = many(relay, 20);
  await arrive();
  gate.resolve();
  const all = await Promise.all(responses);
  expect(most).toBe(1);
  expect(relay.asked).toHaveLength(4);
  expect(all.filter((response) => response.status === 502)).toHaveLength(3);
  expect(all.filter((response) => response.status === 200)).toHaveLength(17);
});

test('streams share one stream: those who come late get it from its beginning', async () => {
  const source = new ManualSource();
  const relay = await startCacheRelay({}, (exchange) => {
    exchange.answer = streamOf(source);
  });
  const first = relay.ask(QUESTION, STREAM);
  await source.started;
  source.text('Hel');
  const late = relay.ask(QUESTION, STREAM);
  const whole = relay.ask(QUESTION);
  await arrive();
  source.text('lo');
  source.finish();
  for (const response of [await first, await late]) {
    const { text, done } = await eventsOf(response);
    expect({ text, done }).toEqual({ text: 'Hello', done: true });
  }
  expect(await textOf(await whole)).toBe('Hello');
  expect(relay.asked).toHaveLength(1);
  expect([status(await first), status(await late), status(await whole)]).toEqual(['Miss', 'Hit', 'Hit']);
});

test('a first client that leaves takes nobody with it', async () => {
  const source = new ManualSource();
  const relay = await startCacheRelay({}, (exchange) => {
    exchange.answer = streamOf(source);
  });
  const leaving = new AbortController();
  const first = relay.ask(QUESTION, { ...STREAM, signal: leaving.signal });
  await source.started;
  source.text('Hel');
  await (await first).body!.getReader().read();
  const late = relay.ask(QUESTION, STREAM);
  await arrive();
  leaving.abort();
  await arrive();
  expect(source.cancelled).toEqual([]);
  source.text('lo');
  source.finish();
  expect(await eventsOf(await late)).toMatchObject({ text: 'Hello', done: true });
  await until(async () => status(await relay.ask(QUESTION)) === 'Hit', 'the answer being kept');
});

test('a call whose client leaves before the answer goes on for those who wait, and is cancelled without them', async () => {
  const gate = deferred<void>();
  const calls: Cancellation[] = [];
  const relay = await startCacheRelay({}, async (exchange) => {
    calls.push(exchange.callCancellation);
    await gate.promise;
    exchange.answer = WholeAnswer.ofJson(200, chatAnswer('one'));
  });
  const leaving = new AbortController();
  const gone = relay.ask(QUESTION, { signal: leaving.signal }).catch(() => undefined);
  await until(() => relay.asked.length === 1);
  const leavingToo = new AbortController();
  const waiting = relay.ask(QUESTION, { signal: leavingToo.signal }).catch(() => undefined);
  await arrive();
  leaving.abort();
  await gone;
  await arrive();
  expect(calls[0]!.reason).toBeUndefined();
  leavingToo.abort();
  await waiting;
  await until(() => calls[0]!.reason !== undefined, 'the cancelled call');
  gate.resolve();
});

test('a stream that nobody listens to any more cancels the provider, and nothing is kept', async () => {
  const source = new ManualSource();
  const relay = await startCacheRelay({}, (exchange, asked) => {
    exchange.answer = asked === 1 ? streamOf(source) : WholeAnswer.ofJson(200, chatAnswer('again'));
  });
  const leaving = new AbortController();
  const response = relay.ask(QUESTION, { ...STREAM, signal: leaving.signal });
  await source.started;
  source.text('Hel');
  await (await response).body!.getReader().read();
  leaving.abort();
  await until(() => source.cancelled.length === 1, 'the cancelled stream');
  expect(status(await relay.ask(QUESTION))).toBe('Miss');
});

test('a stream that breaks ends broken for all who had begun, and the next whole request asks again', async () => {
  const source = new ManualSource();
  const relay = await startCacheRelay({}, (exchange, asked) => {
    exchange.answer = asked === 1 ? streamOf(source) : WholeAnswer.ofJson(200, chatAnswer('again'));
  });
  const first = relay.ask(QUESTION, STREAM);
  await source.started;
  source.text('Hel');
  const late = relay.ask(QUESTION, STREAM);
  const whole = relay.ask(QUESTION);
  await arrive();
  source.fail(new GatewayError('stream_interrupted'));
  for (const response of [await first, await late]) {
    const text = await response.text().catch((error: Error) => `broken ${error.message}`);
    expect(text).not.toContain('[DONE]');
  }
  expect(await textOf(await whole)).toBe('again');
  expect(relay.asked).toHaveLength(2);
});

test('who waits too long asks alone', async () => {
  const gate = deferred<void>();
  const relay = await startCacheRelay({ coalesce: { timeout: 100 } }, async (exchange, asked) => {
    if (asked === 1) await gate.promise;
    exchange.answer = WholeAnswer.ofJson(200, chatAnswer(`answer ${asked}`));
  });
  const first = relay.ask(QUESTION);
  await until(() => relay.asked.length === 1);
  expect(await textOf(await relay.ask(QUESTION))).toBe('answer 2');
  gate.resolve();
  expect(await textOf(await first)).toBe('answer 1');
});

test('with coalescing off every request asks', async () => {
  const relay = await startCacheRelay({ coalesce: { enabled: false } }, async (exchange) => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    exchange.answer = WholeAnswer.ofJson(200, chatAnswer('one'));
  });
  await Promise.all(many(relay, 5));
  expect(relay.asked).toHaveLength(5);
});

test('a streamed answer is kept, and served whole', async () => {
  const source = new ManualSource();
  const relay = await startCacheRelay({}, (exchange) => {
    exchange.answer = streamOf(source);
  });
  const first = relay.ask(QUESTION, STREAM);
  await source.started;
  source.text('Hel');
  source.text('lo');
  source.finish();
  await (await first).text();
  await until(async () => {
    const response = await relay.ask(QUESTION, { headers: { 'cache-control': 'only-if-cached' } });
    return response.status === 200 && (await textOf(response)) === 'Hello';
  }, 'the answer being kept');
});

test('what a stage further out puts into one client’s stream, no other client gets', async () => {
  const names = ['Ann', 'Bob'];
  const pii = layer('pii-redact', 796, async (exchange, next) => {
    const name = names.shift() ?? 'nobody';
    await next();
    const { answer, format } = exchange;
    if (answer?.kind !== 'stream') return;
    answer.stream.use({
      event(event, sink) {
        for (const slot of format.stream.deltas(event)) slot.text = slot.text.replace('[NAME]', name);
        sink.event(event);
      },
    });
  });
  const source = new ManualSource();
  const run = (exchange: Exchange): void => {
    exchange.answer = streamOf(source);
  };
  const relay = await startCacheRelay({}, run, [pii]);
  const first = relay.ask(QUESTION, STREAM);
  await source.started;
  source.text('Hello [NAME]');
  const late = relay.ask(QUESTION, STREAM);
  await arrive();
  source.text(', [NAME]!');
  source.finish();
  expect((await eventsOf(await first)).text).toBe('Hello Ann, Ann!');
  expect((await eventsOf(await late)).text).toBe('Hello Bob, Bob!');
});
