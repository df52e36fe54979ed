// Nothing is served that the plugin server did not sign: which code each fault has, and that no stage runs.
import { afterEach, expect, it, vi } from 'vitest';
import { ConfigStore } from '../../kong/plan/config-store.ts';
import { signEntry } from '../../kong/plan/entry.ts';
import { signIdentity } from '../../kong/plan/identity.ts';
import { LIFETIME_MINUTES, MINUTE_MS, minuteOf, newSecret } from '../../kong/plan/signature.ts';
import { WholeAnswer } from '../../kong/relay/answer.ts';
import { CHAT, errorOf, layer, provider, startTestRelay, type TestRelay } from './relay.ts';

const GUARD = 'x-ai-plan-prompt-guard';
const LOG = 'x-ai-plan-cost-log';
const PROXY = 'x-ai-plan-ai-proxy-ts';

afterEach(() => {
  vi.restoreAllMocks();
});

async function start() {
  const ran: string[] = [];
  const pass = (name: string, priority: number) =>
    layer(name, priority, (_exchange, next) => {
      ran.push(name);
      return next();
    });
  const relay = await startTestRelay([
    pass('cost-log', 799),
    pass('prompt-guard', 797),
    provider((exchange) => {
      ran.push(
        `model sees ${Object.keys(exchange.request.headers).filter((name) => name.startsWith('x-ai-'))}`,
      );
      exchange.answer = WholeAnswer.ofJson(200, { who: exchange.identity });
    }),
  ]);
  return { relay, ran };
}

const without = (headers: Record<string, string>, ...names: string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));

it('a signed plan is served, and its headers are taken out of the request', async () => {
  const { relay, ran } = await start();
  const response = await relay.post(CHAT, { headers: relay.plan(undefined, { consumer: { id: 'c' } }) });
  expect(await response.json()).toEqual({ who: { consumer: { id: 'c' } } });
  expect(ran).toEqual(['cost-log', 'prompt-guard', 'model sees ']);
  expect([...response.headers.keys()].filter((name) => name.startsWith('x-ai-'))).toEqual([]);
});

it.each([
  ['10.9.8.7', { ip: '10.9.8.7' }],
  ['2001:db8::1', { ip: '2001:db8::1' }],
  ['10.9.8.7, 10.0.0.1', {}],
  ['unix:', {}],
])('the client’s address is the X-Real-IP that Kong has set: %s', async (value, who) => {
  const { relay } = await start();
  const response = await relay.post(CHAT, { headers: { ...relay.plan(), 'x-real-ip': value } });
  expect(await response.json()).toEqual({ who });
});

it.each<[string, number, string, (relay: TestRelay) => Record<string, string>]>([
  ['no plan at all', 400, 'plan_missing', () => ({})],
  ['an identity without plan', 400, 'plan_forged', (relay) => without(relay.plan(), GUARD, LOG, PROXY)],
  [
    'a plan without ai-proxy-ts',
    500,
    'ai_proxy_missing',
    (relay) => without(relay.plan(['prompt-guard']), 'x-ai-identity'),
  ],
  ['an entry of ai-proxy-ts that is gone', 400, 'plan_incomplete', (relay) => without(relay.plan(), PROXY)],
  ['a forged entry', 400, 'plan_forged', (relay) => ({ ...relay.plan(), [GUARD]: 'v1.id.hash.1.abc' })],
  ['an empty entry', 400, 'plan_forged', (relay) => ({ ...relay.plan(), [GUARD]: '' })],
  [
    'an entry of a plugin that nobody knows',
    400,
    'plan_forged',
    (relay) => ({ ...relay.plan(), 'x-ai-plan-nobody': 'x' }),
  ],
  ['the bare header', 400, 'plan_forged', (relay) => ({ ...relay.plan(), 'x-ai-plan': 'x' })],
  ['a guard’s entry that is gone', 400, 'plan_incomplete', (relay) => without(relay.plan(), GUARD)],
  [
    'a guard’s entry of an earlier plan',
    400,
    'plan_incomplete',
    (relay) => ({ ...relay.plan(), [GUARD]: relay.plan(undefined, {}, minuteOf(Date.now()) - 1)[GUARD]! }),
  ],
  ['an identity that is gone', 400, 'plan_incomplete', (relay) => without(relay.plan(), 'x-ai-identity')],
  [
    'entries swapped between plugins',
    400,
    'plan_forged',
    (relay) => {
      const plan = relay.plan();
      return { ...plan, [GUARD]: plan[LOG]!, [LOG]: plan[GUARD]! };
    },
  ],
  [
    'an entry replayed under another name',
    400,
    'plan_forged',
    (relay) => {
      const plan = relay.plan();
      return { ...without(plan, GUARD), [LOG]: plan[GUARD]! };
    },
  ],
  [
    'an identity used as an entry',
    400,
    'plan_forged',
    (relay) => {
      const plan = relay.plan();
      return { ...plan, [GUARD]: plan['x-ai-identity']! };
    },
  ],
  [
    'a forged identity',
    400,
    'plan_forged',
    (relay) => ({
      ...relay.plan(),
      'x-ai-identity': signIdentity(
        newSecret(),
        { identity: { consumer: { id: 'admin' } }, plan: '' },
        minuteOf(Date.now()),
      ),
    }),
  ],
  [
    'an identity with a character changed',
    400,
    'plan_forged',
    (relay) => {
      const plan = relay.plan(undefined, { consumer: { id: 'aaaa' } });
      return { ...plan, 'x-ai-identity': plan['x-ai-identity']!.replace(/(?<=^v1\..{10})./, '-') };
    },
  ],
  [
    'an expired plan',
    400,
    'plan_expired',
    (relay) => relay.plan(undefined, {}, minuteOf(Date.now()) - LIFETIME_MINUTES - 1),
  ],
  [
    'a plan from the future',
    400,
    'plan_expired',
    (relay) => relay.plan(undefined, {}, minuteOf(Date.now()) + 5),
  ],
  [
    'an expired identity',
    400,
    'plan_expired',
    (relay) => ({
      ...relay.plan(),
      'x-ai-identity': relay.plan(undefined, {}, minuteOf(Date.now()) - 60)['x-ai-identity']!,
    }),
  ],
  [
    'a config that nobody has',
    503,
    'plan_config_unknown',
    (relay) => ({
      ...relay.plan(),
      [GUARD]: signEntry(
        relay.secret,
        { plugin: 'prompt-guard', pluginId: 'i', configHash: 'nobody-has-it' },
        minuteOf(Date.now()),
      ),
    }),
  ],
])('%s: %i %s, and no stage runs', async (_name, status, code, headersOf) => {
  const { relay, ran } = await start();
  const response = await relay.post(CHAT, { headers: headersOf(relay) });
  expect(await errorOf(response)).toEqual({ status, code });
  expect(ran).toEqual([]);
  if (status === 503) expect(response.headers.get('retry-after')).toBe('1');
});

it.each([GUARD, PROXY, 'x-ai-identity'])(
  'a client’s own value of %s in front of the gateway’s is seen',
  async (name) => {
    const { relay, ran } = await start();
    const plan = relay.plan();
    for (const first of ['x', '', plan[name]!]) {
      const headers = new Headers({ 'content-type': 'application/json', ...without(plan, name) });
      headers.append(name, first);
      headers.append(name, plan[name]!);
      const response = await fetch(`${relay.url}/v1/chat/completions`, {
        method: 'POST',
        headers,
        body: JSON.stringify(CHAT),
      });
      expect(await errorOf(response)).toEqual({ status: 400, code: 'plan_forged' });
    }
    expect(ran).toEqual([]);
  },
);

it('order is that of priorities, whatever the order of the headers', async () => {
  const { relay, ran } = await start();
  await relay.post(CHAT, { headers: Object.fromEntries(Object.entries(relay.plan()).reverse()) });
  expect(ran.slice(0, 2)).toEqual(['cost-log', 'prompt-guard']);
});

it('a plan that was served a moment ago expires all the same', async () => {
  const { relay } = await start();
  const headers = relay.plan();
  expect((await relay.post(CHAT, { headers })).status).toBe(200);
  const now = Date.now();
  vi.spyOn(Date, 'now').mockReturnValue(now + (LIFETIME_MINUTES + 2) * MINUTE_MS);
  expect(await errorOf(await relay.post(CHAT, { headers }))).toEqual({ status: 400, code: 'plan_expired' });
});

it('a config is found when it comes after the first request that names it', async () => {
  const { relay } = await start();
  const record = { plugin: 'prompt-guard', pluginId: 'late', config: { word: 'late' } };
  const configHash = new ConfigStore().put(record);
  const headers = relay.plan(undefined, {}, undefined, { 'prompt-guard': { pluginId: 'late', configHash } });
  expect((await relay.post(CHAT, { headers })).status).toBe(503);
  relay.configs.set(configHash, record);
  expect((await relay.post(CHAT, { headers })).status).toBe(200);
});
