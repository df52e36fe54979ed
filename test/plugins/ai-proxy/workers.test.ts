// What relay processes of one machine tell each other: breakers that open, keys that rest.
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createLog } from '../../../kong/relay/log.ts';
import { Metrics } from '../../../kong/relay/metrics.ts';
import { type News, newsNode } from '../../../plugins/ai-proxy/news.ts';
import {
  type FakeUpstream,
  type RecordedRequest,
  reply,
  startUpstream,
} from '../../support/upstream/index.ts';
import { openaiChat, openaiError } from '../../support/upstream/openai.ts';
import { machine, startProxy, type TestProxy, target } from './support.ts';

let upstream: FakeUpstream;

beforeAll(async () => {
  upstream = await startUpstream();
});
beforeEach(() => {
  upstream.clear();
  upstream.handle(reply(200, openaiChat({ text: 'Hi' })));
});
afterAll(() => upstream.close());

async function processes(config: object, count = 2, node = machine()): Promise<TestProxy[]> {
  const all = await Promise.all(Array.from({ length: count }, () => startProxy(config, node)));
  onTestFinished(() => Promise.all(all.map((one) => one.close())).then(() => {}));
  return all;
}

const statuses = async (...proxies: TestProxy[]): Promise<number[]> => {
  const got: number[] = [];
  for (const proxy of proxies) got.push((await proxy.post()).status);
  return got;
};
const keys = (): unknown[] => upstream.requests.map(({ headers }: RecordedRequest) => headers.authorization);

describe('a breaker', () => {
  const config = (more: object = {}) => ({
    targets: [target(upstream.url)],
    balancer: { max_fails: 2, fail_timeout: 60_000, retries: 0, ...more },
  });

  test('that opens in one process is open in all, also in one that has asked nobody or starts later', async () => {
    const node = machine();
    const [a, b, c] = (await processes(config(), 3, node)) as [TestProxy, TestProxy, TestProxy];
    // The second has asked, and knows the upstream; the third has not.
    expect(await statuses(b)).toEqual([200]);
    upstream.handle(reply(500));
    expect(await statuses(a, a)).toEqual([502, 502]);
    expect(await statuses(a, b, c)).toEqual([503, 503, 503]);
    const [late] = await processes(config(), 1, node);
    // What is known is asked for when the first request comes, and need not be there for that one.
    await late!.post();
    await expect.poll(() => statuses(late!)).toEqual([503]);
    expect(upstream.requests.length).toBeLessThanOrEqual(4);
  });

  test('one process probes, not all of them, and its word closes the others', async () => {
    const [a, b] = (await processes(config({ fail_timeout: 2_000 }))) as [TestProxy, TestProxy];
    upstream.handle(reply(500));
    expect(await statuses(a, a)).toEqual([502, 502]);
    upstream.handle(reply(200, openaiChat({ text: 'Hi' })));
    // The other one is asked all the time, and leaves the first probe to the one that knows.
    const other: number[] = [];
    await expect
      .poll(
        async () => {
          other.push(...(await statuses(b)));
          return statuses(a);
        },
        { timeout: 10_000 },
      )
      .toEqual([200]);
    expect(new Set(other)).toEqual(new Set([503]));
    expect(upstream.requests.length).toBe(3);
    expect(await statuses(b)).toEqual([200]);
  });

  test('without max_fails is opened by nobody', async () => {
    const node = machine();
    const [a] = await processes(config(), 1, node);
    const [b] = await processes(config({ max_fails: 0 }), 1, node);
    upstream.handle(reply(500));
    expect(await statuses(a!, a!, b!)).toEqual([502, 502, 502]);
  });
});

describe('a key', () => {
  const config = () => ({
    targets: [target(upstream.url, { auth: { keys: ['k1', 'k2'] } })],
  });

  test.each([
    ['refused', reply(401, openaiError('no'))],
    ['limited', reply(429, openaiError('slow'), { 'content-type': 'application/json', 'retry-after': '60' })],
  ])('that is %s in one process rests in all', async (_name, answer) => {
    const [a, b] = (await processes(config())) as [TestProxy, TestProxy];
    upstream.handle(({ headers }) =>
      headers.authorization === 'Bearer k1' ? answer : reply(200, openaiChat({ text: 'Hi' })),
    );
    expect(await statuses(a, b, b)).toEqual([200, 200, 200]);
    expect(keys()).toEqual(['Bearer k1', 'Bearer k2', 'Bearer k2', 'Bearer k2']);
  });

  test('that works again does so in all; and no key is ever told, only a digest', async () => {
    const told: News[] = [];
    const node = machine();
    node.listen('ai-proxy-ts upstreams', (news) => told.push(news as News));
    const one = { targets: [target(upstream.url, { auth: { keys: ['k1'] } })] };
    const [a, b] = (await processes(one, 2, node)) as [TestProxy, TestProxy];
    upstream.enqueue(reply(401, openaiError('no')));
    // With nothing else to try, a key that was refused is tried again.
    expect(await statuses(a, a)).toEqual([502, 200]);
    expect(told.map(({ until }) => until !== undefined)).toEqual([true, false]);
    expect(JSON.stringify(told)).not.toContain('k1');
    expect(await statuses(b)).toEqual([200]);
  });
});

test('what no longer holds is not told to a process that starts later, and is forgotten', () => {
  const { service } = newsNode({ log: createLog('silent'), metrics: new Metrics(), broadcast() {} });
  const now = Date.now();
  for (let i = 0; i < 6_000; i += 1) service!('tell', { upstream: `old-${i}`, until: now - 1, from: 'x' });
  service!('tell', { upstream: 'open', until: now + 60_000, from: 'x' });
  service!('tell', { upstream: 'closed', until: now + 60_000, from: 'x' });
  service!('tell', { upstream: 'closed', from: 'x' });
  expect((service!('known', {}) as News[]).map(({ upstream: name }) => name)).toEqual(['open']);
});
