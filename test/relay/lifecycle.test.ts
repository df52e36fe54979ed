import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { WholeAnswer } from '../../kong/relay/answer.ts';
import { deferred } from '../support/deferred.ts';
import {
  answers,
  CHAT,
  errorOf,
  ManualSource,
  PATH,
  pluginOf,
  provider,
  STREAMED,
  startTestRelay,
  streamOf,
} from './relay.ts';

it('closing lets requests under way finish', async () => {
  const go = deferred();
  const relay = await startTestRelay(
    [
      provider(async (exchange) => {
        await go.promise;
        exchange.answer = WholeAnswer.ofJson(200, { done: true });
      }),
    ],
    { drainMs: 10_000 },
  );
  const asked = relay.post(CHAT);
  await expect.poll(() => relay.active()).toBe(1);
  const closing = relay.close();
  go.resolve();
  expect(await (await asked).json()).toEqual({ done: true });
  await closing;
  await expect(relay.post(CHAT)).rejects.toThrow();
});

it('a request on a connection that is still open is a 503 while it closes', async () => {
  const go = deferred();
  const relay = await startTestRelay(
    [
      provider(async (exchange) => {
        await go.promise;
        exchange.answer = WholeAnswer.ofJson(200, {});
      }),
    ],
    { drainMs: 10_000 },
  );
  const pool = new Pool(relay.url, { connections: 1, pipelining: 2 });
  const send = () =>
    pool.request({
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { 'content-type': 'application/json', ...relay.plan() },
      body: JSON.stringify(CHAT),
      idempotent: true,
      blocking: false,
    });
  const first = send();
  await expect.poll(() => relay.active()).toBe(1);
  const closing = relay.close();
  const second = send();
  go.resolve();
  await (await first).body.dump();
  const refused = await second;
  expect(refused.headers['retry-after']).toBe('1');
  expect(await errorOf(new Response(await refused.body.text(), { status: refused.statusCode }))).toEqual({
    status: 503,
    code: 'shutting_down',
  });
  await pool.close();
  await closing;
});

it('what does not finish in time is broken, and its provider stopped', async () => {
  const source = new ManualSource();
  const relay = await startTestRelay(
    [
      provider((exchange) => {
        exchange.answer = streamOf(source);
      }),
    ],
    { drainMs: 50 },
  );
  const asked = relay.post(STREAMED);
  await source.started;
  source.text('half');
  const response = await asked;
  const reading = response.text().then(
    () => 'whole',
    () => 'broken',
  );
  await relay.close();
  expect(await reading).toBe('broken');
  await expect.poll(() => source.cancelled.length).toBe(1);
});

it('a request that is broken off at the end has ended before its stages are closed', async () => {
  const events: string[] = [];
  const logger = pluginOf('cost-log', 799, () => ({
    run: async (exchange, next) => {
      exchange.onFinish(() => events.push('ended'));
      await next();
    },
  }));
  const source = new ManualSource();
  const streaming = provider((exchange) => {
    exchange.answer = streamOf(source);
  });
  const relay = await startTestRelay([logger, streaming], { drainMs: 10 });
  const asked = relay.post(STREAMED);
  await source.started;
  source.text('Hel');
  const response = await asked;
  await relay.close();
  events.push('closed');
  await response.text().catch(() => {});
  expect(events).toEqual(['ended', 'closed']);
});

it.each([
  { renewMs: 1, lasts: 'ends with its next answer', next: 'close' },
  { renewMs: undefined, lasts: 'is kept', next: 'keep-alive' },
])('a connection that is older than $renewMs ms $lasts', async ({ renewMs, next }) => {
  const relay = await startTestRelay([answers()], renewMs === undefined ? {} : { renewMs });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const send = async (): Promise<[number | undefined, string | undefined]> => {
    const headers = { 'content-type': 'application/json', ...relay.plan() };
    const sent = request(`${relay.url}${PATH}`, { method: 'POST', agent, headers });
    sent.end(JSON.stringify(CHAT));
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    await text(response);
    return [response.statusCode, response.headers.connection];
  };
  await send();
  await sleep(5);
  expect(await send()).toEqual([200, next]);
  expect((await send())[0]).toBe(200);
});
