// What a provider may send instead of an answer: every one is read, or told as a documented error, and a stream that
// broke never ends as if it were whole.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAll, target } from '../plugins/ai-proxy/support.ts';
import { anthropicEvents, anthropicMessage } from '../support/upstream/anthropic.ts';
import { CONVERSE_HEADERS, converseAnswer, converseEvents } from '../support/upstream/bedrock.ts';
import { cohereAnswer, cohereEvents } from '../support/upstream/cohere.ts';
import { geminiAnswer, geminiEvents } from '../support/upstream/gemini.ts';
import {
  type Answer,
  type Bytes,
  type Headers,
  reply,
  sse,
  startUpstream,
} from '../support/upstream/index.ts';
import { openaiChat, openaiChatEvents } from '../support/upstream/openai.ts';
import { budget, FUZZ_TIMEOUT_MS } from './budget.ts';
import { mutatedBytes, mutatedJson, nastyJson } from './mutate.ts';
import { documented, ownFaults, startSuite } from './suite.ts';

const SAID = { text: ['Hel', 'lo ', 'ann@example.com'] };

interface Spoken {
  provider: string;
  whole: unknown;
  events: Bytes[];
  headers?: Headers;
  model?: object;
  auth?: object;
}

const AWS = {
  model: { name: 'anthropic.claude', options: { bedrock: { aws_region: 'eu-west-1' } } },
};

const SPOKEN: Spoken[] = [
  { provider: 'openai', whole: openaiChat(SAID), events: openaiChatEvents(SAID, { includeUsage: true }) },
  { provider: 'anthropic', whole: anthropicMessage(SAID), events: anthropicEvents(SAID) },
  { provider: 'gemini', whole: geminiAnswer(SAID), events: geminiEvents(SAID) },
  { provider: 'cohere', whole: cohereAnswer(SAID), events: cohereEvents(SAID) },
  {
    provider: 'bedrock',
    whole: converseAnswer(SAID),
    events: converseEvents(SAID),
    headers: CONVERSE_HEADERS,
    ...AWS,
  },
];

/** Far beyond the timeouts of the provider. */
const HUNG_MS = 8_000;

const text = 'Hello?';
const REQUESTS: [path: string, body: object][] = [
  ['/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content: text }] }],
  ['/v1/messages', { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: text }] }],
  ['/v1/responses', { model: 'm', input: text }],
  ['/v1beta/models/m:generateContent', { contents: [{ role: 'user', parts: [{ text }] }] }],
];

const streamed = (path: string, body: object): [path: string, body: object] =>
  path.includes(':')
    ? [path.replace(':generate', ':streamGenerate'), body]
    : [path, { ...body, stream: true }];

/** Events of which one has other JSON, in place of the JSON that it had. */
function changedEvents(events: readonly Bytes[]): fc.Arbitrary<Bytes[]> {
  return fc.nat(events.length - 1).chain((at) => {
    const event = events[at]!;
    const json = typeof event === 'string' ? /^data: (\{.*\})\s*$/m.exec(event)?.[1] : undefined;
    const changed: fc.Arbitrary<Bytes> =
      json === undefined
        ? mutatedBytes(Buffer.from(event as string))
        : fc
            .oneof(mutatedJson(JSON.parse(json)), nastyJson)
            .map((to) => (event as string).replace(json, () => to));
    return changed.map(
      (to) => events.with?.(at, to) ?? [...events.slice(0, at), to, ...events.slice(at + 1)],
    );
  });
}

async function start({ provider, model }: Spoken) {
  const upstream = await startUpstream();
  const credentials = { auth: { header_name: 'authorization', header_value: 'Bearer k' } };
  const suite = await startSuite([target(upstream.url, credentials, { provider, ...model })], {
    balancer: { retries: 0, max_fails: 0, error_rate: 0 },
    timeouts: { first_token: 2_000, between_tokens: 2_000 },
  });
  let asked = 0;
  async function ask(answer: Answer, [path, body]: [string, object]) {
    upstream.clear();
    upstream.handle(answer);
    asked += 1;
    // Not the last one's answer out of the cache.
    const headers = { ...suite.headers(), 'cache-control': 'no-store', 'x-kong-request-id': `r${asked}` };
    const response = await suite.post(body, { path, headers, signal: AbortSignal.timeout(HUNG_MS) });
    return { status: response.status, ...(await readAll(response)) };
  }
  return { upstream, suite, ask };
}

describe.each(SPOKEN)('of $provider', (spoken) => {
  it(
    'an answer changed anywhere is served or refused',
    async () => {
      const { suite, ask, upstream } = await start(spoken);
      for (const request of REQUESTS)
        expect(await ask(reply(200, spoken.whole), request)).toMatchObject({ status: 200 });
      const valid = Buffer.from(JSON.stringify(spoken.whole));
      const bodies = fc.oneof(
        { weight: 4, arbitrary: mutatedJson(spoken.whole).map((json) => Buffer.from(json)) },
        nastyJson.map((json) => Buffer.from(json)),
        mutatedBytes(valid),
      );
      const status = fc.constantFrom(200, 200, 200, 201, 204, 302, 400, 401, 429, 500, 529);
      await fc.assert(
        fc.asyncProperty(bodies, status, fc.constantFrom(...REQUESTS), async (body, code, request) => {
          const answer = reply(code, code === 204 ? '' : body, { 'content-type': 'application/json' });
          const got = await ask(answer, request);
          expect(
            documented(got.status, got.text) || [201, 204].includes(got.status),
            `${got.status} ${got.text.slice(0, 500)}`,
          ).toBe(true);
          expect(got.broken).toBe(false);
        }),
        budget(12),
      );
      expect(ownFaults(suite)).toEqual([]);
      await upstream.close();
    },
    FUZZ_TIMEOUT_MS,
  );

  it(
    'a stream changed anywhere is handed on or broken off, and none hangs',
    async () => {
      const { suite, ask, upstream } = await start(spoken);
      const all = Buffer.concat(spoken.events.map((event) => Buffer.from(event as string)));
      const streams = fc.oneof(
        { weight: 3, arbitrary: changedEvents(spoken.events) },
        mutatedBytes(all).map((bytes) => [bytes]),
        fc.shuffledSubarray(spoken.events, { minLength: 1 }),
      );
      await fc.assert(
        fc.asyncProperty(streams, fc.constantFrom(...REQUESTS), async (events, request) => {
          const got = await ask(sse(events, { headers: spoken.headers ?? {} }), streamed(...request));
          expect(documented(got.status, got.text), `${got.status} ${got.text.slice(-500)}`).toBe(true);
        }),
        budget(60),
      );
      expect(ownFaults(suite)).toEqual([]);
      expect(suite.active()).toBe(0);
      await upstream.close();
    },
    FUZZ_TIMEOUT_MS,
  );

  it('a stream cut anywhere before its last event is broken for the client too', async () => {
    const { ask, upstream } = await start(spoken);
    // OpenAI has a Responses API of its own, with other events.
    const requests = REQUESTS.filter(([path]) => spoken.provider !== 'openai' || path !== '/v1/responses');
    for (const request of requests) {
      const whole = await ask(sse(spoken.events, { headers: spoken.headers ?? {} }), streamed(...request));
      expect(whole).toMatchObject({ status: 200, broken: false });
    }
    // What follows the reason why the model stopped (usage, a terminator) may be missing: see `mayClose` of the formats.
    const cuts = Array.from({ length: 3 }, (_, index) => index + 1);
    for (const cutAfter of cuts) {
      for (const request of requests) {
        const got = await ask(
          sse(spoken.events, { cutAfter, headers: spoken.headers ?? {} }),
          streamed(...request),
        );
        expect(got.status === 502 || got.broken, `after ${cutAfter}: ${got.status} ${got.text}`).toBe(true);
      }
    }
    await upstream.close();
  });
});

// Nothing of it is content, so nobody was told that it had begun, and the client waited for good.
it('a translated stream that is complete without a word is an empty answer', async () => {
  const spoken = SPOKEN.find(({ provider }) => provider === 'anthropic')!;
  const { ask, upstream } = await start(spoken);
  const events = [spoken.events[0]!, spoken.events.at(-1)!];
  const got = await ask(sse(events), streamed(...REQUESTS[0]!));
  expect(got).toMatchObject({ status: 200, broken: false });
  expect(got.text).toContain('[DONE]');
  await upstream.close();
});
