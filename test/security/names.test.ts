// Names that clients and administrators choose, and where they end up: provider paths, response headers, log lines.
import { describe, expect, it } from 'vitest';
import { documented, ownFaults, startSuite } from '../fuzz/suite.ts';
import { target } from '../plugins/ai-proxy/support.ts';
import { reply, startUpstream } from '../support/upstream/index.ts';
import { openaiChat, openaiError } from '../support/upstream/openai.ts';

const CLIMBING = [
  '..',
  '.',
  '../../admin',
  '..%2f..%2fadmin',
  '%2e%2e',
  'a/../../b',
  '..\\..\\admin',
  'm?api-version=x',
  'm#x',
  'm:predict',
  '//evil.example/x',
  'http://evil.example/',
  'm\r\nx-injected: 1',
  'm\ud800',
  '\u0000',
  ' ',
];

const messages = [{ role: 'user', content: 'Hi' }];

/** The segments of the path that a server would see, dots resolved as URLs resolve them. */
const segmentsOf = (path: string): string[] => new URL(path, 'http://p.example').pathname.split('/').slice(1);

describe.each([
  ['azure', ['v1', 'deployments', '*', 'chat', 'completions']],
  ['bedrock', ['v1', 'model', '*', 'converse']],
  ['gemini', ['v1', 'models', '*']],
])('a model name for %s', (provider, shape) => {
  it.each(CLIMBING)('%j stays within its place of the path', async (model) => {
    const upstream = await startUpstream();
    upstream.handle(reply(500, openaiError('no')));
    const suite = await startSuite([target(upstream.url, {}, { provider, name: undefined })], {
      balancer: { retries: 0, max_fails: 0, error_rate: 0 },
    });
    const response = await suite.post({ model, messages }, { headers: suite.headers() });
    const text = await response.text();
    expect(documented(response.status, text), `${response.status} ${text}`).toBe(true);
    expect(ownFaults(suite)).toEqual([]);
    // A name that cannot be sent is the client's mistake: counted against the target, it would trip its breaker.
    if (upstream.requests.length === 0) expect(response.status).toBe(400);
    for (const { path, headers } of upstream.requests) {
      const segments = segmentsOf(path);
      // Google's names have slashes of their own; its method is at the end of the last segment.
      if (provider === 'gemini') {
        expect(segments.slice(0, 2)).toEqual(shape.slice(0, 2));
        expect(segments.at(-1)).toMatch(/:generateContent$/);
      } else {
        expect(segments.map((segment, index) => (shape[index] === '*' ? '*' : segment))).toEqual(shape);
      }
      expect(headers['x-injected']).toBeUndefined();
    }
    await upstream.close();
  });
});

it('names with line ends and other letters split neither headers nor log lines', async () => {
  const upstream = await startUpstream();
  const evil = 'm\r\nx-injected: 1\r\n\r\n<b>';
  upstream.handle(reply(200, { ...openaiChat({ text: ['Hi'] }), model: evil }));
  const suite = await startSuite([target(upstream.url, {}, { name: undefined })]);
  const identity = {
    consumer: { id: `c\n${evil}`, username: evil, customId: 'é👋\u0000', tags: [evil] },
    route: { id: 'r', name: evil, tags: [evil] },
  };
  for (const stream of [false, true]) {
    const headers = suite.headers(identity);
    const response = await suite.post({ model: evil, messages, stream, user: evil }, { headers });
    await response.text().catch(() => undefined);
    expect(documented(response.status, '')).toBe(true);
    expect(response.headers.get('x-injected')).toBeNull();
  }
  // The test relay parses each write of the log as one JSON line, and would have thrown.
  expect(suite.lines.every(({ msg }) => typeof msg === 'string')).toBe(true);
  expect(ownFaults(suite)).toEqual([]);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  await upstream.close();
});

it('a provider call that fails tells neither client nor log the key', async () => {
  const upstream = await startUpstream();
  const suite = await startSuite([target(upstream.url)], {
    balancer: { retries: 0, max_fails: 0, error_rate: 0 },
  });
  const secret = 'sk-secret-1';
  const prompt = 'the words of my prompt';
  const answers = [
    reply(401, openaiError(`Incorrect API key provided: ${secret}`)),
    reply(500, openaiError(`at ${secret}`)),
    reply(200, `not JSON ${secret}`, { 'content-type': 'application/json' }),
  ];
  for (const answer of answers) {
    upstream.handle(answer);
    const response = await suite.post(
      { model: 'm', messages: [{ role: 'user', content: prompt }] },
      { headers: suite.headers() },
    );
    expect(response.status).toBe(502);
    expect(await response.text()).not.toContain(secret);
  }
  await upstream.close();
  const gone = await suite.post({ model: 'm', messages }, { headers: suite.headers() });
  expect(await gone.text()).not.toContain(secret);
  const log = JSON.stringify(suite.lines);
  expect(log).toContain('provider_');
  expect(log).not.toContain(secret);
  expect(log).not.toContain(prompt);
});
