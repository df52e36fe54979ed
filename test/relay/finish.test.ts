// Who has a whole answer can be sure that it was noted: what finishes an exchange runs before the last bytes are sent.
import { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it, type Mock, vi } from 'vitest';
import { type Answer, WholeAnswer } from '../../kong/relay/answer.ts';
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Exchange, FinishHook } from '../../kong/relay/exchange.ts';
import { CHAT, ManualSource, pluginOf, provider, STREAMED, startTestRelay, streamOf } from './relay.ts';

let ended: Mock;

beforeEach(() => {
  ended = vi.spyOn(ServerResponse.prototype, 'end');
});
afterEach(() => ended.mockRestore());

const LARGE = 'x'.repeat(3_000_000);

/** Answers, the request that they are for, and how they end. */
const ANSWERS: [string, object, () => Answer, string][] = [
  ['a whole answer', CHAT, () => WholeAnswer.ofJson(200, {}), 'complete 200'],
  ['a large one', CHAT, () => WholeAnswer.ofJson(200, { LARGE }), 'complete 200'],
  ['bytes', CHAT, () => bytes(['audio', LARGE]), 'complete 200'],
  ['a stream', STREAMED, () => streamed(1), 'complete 200'],
  ['a stream faster than its client', STREAMED, () => streamed(3_000), 'complete 200'],
  ['an error', CHAT, () => refuse(), 'complete 429'],
  ['what no stage saw', { not: 'a chat' }, () => refuse(), 'complete 400'],
];

function refuse(): never {
  throw new GatewayError('provider_rate_limited');
}

const bytes = (chunks: readonly string[]): Answer => ({
  kind: 'bytes',
  status: 200,
  headers: {},
  stream: Readable.from(chunks.map((chunk) => Buffer.from(chunk))),
});

function streamed(events: number): Answer {
  const source = new ManualSource();
  void source.started.then(() => {
    for (let n = 0; n < events; n += 1) source.text(LARGE.slice(0, 1000));
    source.finish();
  });
  return streamOf(source) as Answer;
}

it.each(ANSWERS)('%s is noted before it ends', async (_name, asked, answer, noted) => {
  const finished = vi.fn<FinishHook>();
  const note = (exchange: Exchange): void => exchange.onFinish(finished);
  const relay = await startTestRelay([
    pluginOf('log', 799, () => ({
      run(exchange, next) {
        note(exchange);
        return next();
      },
      refused: note,
    })),
    provider((exchange) => {
      exchange.answer = answer();
    }),
  ]);
  const response = await relay.post(asked);
  await response.arrayBuffer();
  const outcomes = finished.mock.calls.map(([{ kind, status }]) => `${kind} ${status}`);
  expect(outcomes).toEqual([noted]);
  expect(ended).toHaveBeenCalledTimes(1);
  expect(finished.mock.invocationCallOrder[0]).toBeLessThan(ended.mock.invocationCallOrder[0]!);
});
