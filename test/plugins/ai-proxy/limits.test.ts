// token-rate-limit and ai-proxy-ts in one relay: a budget that is used up for one model leaves the others.
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createLog } from '../../../kong/relay/log.ts';
import { Metrics } from '../../../kong/relay/metrics.ts';
import { parseConfig } from '../../../kong/schema/index.ts';
import { aiProxy } from '../../../plugins/ai-proxy/index.ts';
import { tokenRateLimit } from '../../../plugins/token-rate-limit/index.ts';
import { startTestRelay, type TestRelay } from '../../relay/relay.ts';
import { anthropicMessage } from '../../support/upstream/anthropic.ts';
import {
  delayed,
  type FakeUpstream,
  hangBeforeHeaders,
  reply,
  startUpstream,
} from '../../support/upstream/index.ts';
import { openaiChat, openaiError } from '../../support/upstream/openai.ts';
import { PROMPT, target } from './support.ts';

let gpt: FakeUpstream;
let claude: FakeUpstream;

beforeAll(async () => {
  [gpt, claude] = await Promise.all([startUpstream(), startUpstream()]);
});
beforeEach(() => {
  gpt.clear();
  gpt.handle(reply(200, openaiChat({ text: 'Hi' })));
  claude.clear();
  claude.handle(reply(200, anthropicMessage({ text: 'Hi' })));
});
afterAll(() => Promise.all([gpt.close(), claude.close()]));

const once = (provider: string, window: string): object => ({
  name: provider,
  match: { provider: [provider] },
  partition_by: ['none'],
  limits: [{ unit: 'requests', limit: 1, window, window_type: 'fixed' }],
});

interface Asked {
  status: number;
  target: string | null;
  headers: Headers;
  error: { code?: string; message?: string };
}

interface Started extends TestRelay {
  ask(): Promise<Asked>;
}

async function start(policies: object[], proxy: object = {}): Promise<Started> {
  const definitions = [tokenRateLimit.definition, aiProxy.definition];
  const part = tokenRateLimit.definition.node!({
    log: createLog('silent'),
    metrics: new Metrics(),
    broadcast() {},
  });
  onTestFinished(() => void part.close?.());
  const relay = await startTestRelay(definitions, {}, new Map([[tokenRateLimit.Name, part.service!]]));
  const targets = [
    target(gpt.url, { name: 'gpt', priority: 1 }),
    target(claude.url, { name: 'claude' }, { provider: 'anthropic', name: 'claude-sonnet-4-5' }),
  ];
  const raw = { [tokenRateLimit.Name]: { policies }, [aiProxy.Name]: { targets, ...proxy } };
  const given = Object.fromEntries(
    definitions.map(({ name, config }) => {
      const parsed = parseConfig(config, raw[name] as Record<string, unknown>);
      const configHash = relay.configs.put({ plugin: name, pluginId: name, config: parsed });
      return [name, { pluginId: name, configHash }];
    }),
  );
  return {
    ...relay,
    async ask() {
      const headers = relay.plan(undefined, undefined, undefined, given);
      const response = await relay.post({ model: 'm', messages: PROMPT }, { headers });
      const { error = {} } = (await response.json()) as { error?: Asked['error'] };
      return {
        status: response.status,
        target: response.headers.get('x-ai-target'),
        headers: response.headers,
        error,
      };
    },
  };
}

describe('a budget of one provider', () => {
  test('once it is used up the next target answers, and nothing of the refusal is told', async () => {
    const relay = await start([once('openai', 'hour')]);
    expect((await relay.ask()).target).toBe('gpt');
    const { status, target: name, headers } = await relay.ask();
    expect([status, name, headers.get('x-ai-attempts')]).toEqual([200, 'claude', '1']);
    expect(headers.has('x-ai-ratelimit-remaining-hour-openai')).toBe(false);
    expect([gpt.requests.length, claude.requests.length]).toEqual([1, 1]);
  });

  test('counts for the target that failover reaches: it is not called, and the client learns of both', async () => {
    const relay = await start([once('anthropic', 'hour')], { balancer: { max_fails: 0 } });
    gpt.handle(reply(500, openaiError('no')));
    expect((await relay.ask()).target).toBe('claude');
    const { status, error } = await relay.ask();
    expect([status, error.code]).toEqual([502, 'targets_exhausted']);
    expect(error.message).toContain('gpt (provider_error), claude (rate_limit_exceeded)');
    expect(claude.requests.length).toBe(1);
  });
});

test('when every target is refused the client gets the limiter’s own 429, with the shorter wait', async () => {
  const relay = await start([once('openai', 'month'), once('anthropic', 'minute')]);
  expect([(await relay.ask()).target, (await relay.ask()).target]).toEqual(['gpt', 'claude']);
  const { status, headers, error } = await relay.ask();
  expect([status, error.code]).toEqual([429, 'rate_limit_exceeded']);
  expect(error.message).toContain('"anthropic"');
  expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
  expect(headers.get('x-ai-attempts')).toBe('0');
  expect([gpt.requests.length, claude.requests.length]).toEqual([1, 1]);
});

test('retries: 0 forbids a second call, not the choice of a target that may be called', async () => {
  const relay = await start([once('openai', 'hour')], { balancer: { retries: 0 } });
  expect([(await relay.ask()).target, (await relay.ask()).target]).toEqual(['gpt', 'claude']);
});

test('a hedge that is refused leaves the first call alone', async () => {
  const relay = await start([once('anthropic', 'hour')], {
    balancer: { hedging: { enabled: true, after: 30 } },
  });
  gpt.handle(hangBeforeHeaders);
  expect((await relay.ask()).target).toBe('claude');
  gpt.handle(delayed(reply(200, openaiChat({ text: 'Hi' })), 300));
  const { status, target: name, headers } = await relay.ask();
  expect([status, name, claude.requests.length]).toEqual([200, 'gpt', 1]);
  expect([...headers.keys()].filter((header) => header.includes('anthropic'))).toEqual([]);
});
