// Requests that end before any stage has run: who must know of every request is told, where the plan is genuine.
import { expect, test } from 'vitest';
import { IDENTITY_HEADER } from '../../kong/plan/identity.ts';
import { minuteOf } from '../../kong/plan/signature.ts';
import type { Exchange, Outcome } from '../../kong/relay/exchange.ts';
import { answers, CHAT, pluginOf, startTestRelay, type TestRelay } from './relay.ts';

interface Seen {
  code: string | undefined;
  status: number;
  id: string;
  consumer: string | undefined;
}

async function start() {
  const told: Seen[] = [];
  const metric: string[] = [];
  const ran: string[] = [];
  const refused = (exchange: Exchange): void =>
    exchange.onFinish(({ error, status }: Outcome) =>
      told.push({ code: error?.code, status, id: exchange.id, consumer: exchange.identity.consumer?.id }),
    );
  const logger = pluginOf('cost-log', 799, () => ({
    run: async (exchange, next) => {
      ran.push(exchange.id);
      await next();
    },
    refused,
  }));
  const relay = await startTestRelay([logger, answers()], {
    maxBodyBytes: 1000,
    onRefused: (code) => metric.push(code),
  });
  return { relay, told, metric, ran };
}

const WHO = { consumer: { id: 'ada' } };
const genuine = (relay: TestRelay) => ({ ...relay.plan(undefined, WHO), 'x-kong-request-id': 'r-1' });

test.each([
  ['an endpoint that nobody knows', 'unknown_endpoint', 404, { path: '/v2/nothing' }, '{}'],
  ['a body that is no JSON', 'invalid_json', 400, {}, '{'],
  ['a body that is none of the format', 'invalid_request', 400, {}, '{"messages": 1}'],
  ['another method', 'method_not_allowed', 405, { method: 'PUT' }, JSON.stringify(CHAT)],
  [
    'a body that is too large',
    'body_too_large',
    413,
    {},
    JSON.stringify({ ...CHAT, user: 'x'.repeat(2000) }),
  ],
])('%s is told, with who asked', async (_name, code, status, init, body) => {
  const { relay, told, metric, ran } = await start();
  const response = await relay.post(body, { ...init, headers: genuine(relay) });
  expect(response.status).toBe(status);
  await response.text();
  await expect.poll(() => told).toEqual([{ code, status, id: 'r-1', consumer: 'ada' }]);
  expect(metric).toEqual([code]);
  expect(ran).toEqual([]);
});

test('a genuine plan without ai-proxy-ts, and one that lost an entry, are told', async () => {
  const { relay, told } = await start();
  const { [IDENTITY_HEADER]: identity, ...without } = relay.plan(['cost-log'], WHO);
  await relay.post(CHAT, { headers: without as Record<string, string> });
  await expect.poll(() => told.map(({ code }) => code)).toEqual(['ai_proxy_missing']);
  await relay.post(CHAT, { headers: { ...without, [IDENTITY_HEADER]: identity! } });
  await expect.poll(() => told.map(({ code }) => code)).toEqual(['ai_proxy_missing', 'plan_incomplete']);
});

test('without a plan that can be trusted there is only the metric', async () => {
  const { relay, told, metric } = await start();
  const forged = Object.fromEntries(
    Object.entries(relay.plan()).map(([name, value]) => [name, `${value.slice(0, -2)}xx`]),
  );
  await relay.post(CHAT, { headers: {} });
  await relay.post(CHAT, { headers: forged });
  await relay.post(CHAT, { headers: relay.plan(undefined, WHO, minuteOf(Date.now()) - 60) });
  expect(metric).toEqual(['plan_missing', 'plan_forged', 'plan_expired']);
  expect(told).toEqual([]);
});

test('a request that passes is none of these', async () => {
  const { relay, told, metric, ran } = await start();
  expect((await relay.post(CHAT, { headers: genuine(relay) })).status).toBe(200);
  expect(ran).toEqual(['r-1']);
  expect([...told, ...metric]).toEqual([]);
});
