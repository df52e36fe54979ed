// What ai-proxy-ts does with a provider's answers and faults, seen from both ends over HTTP.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Served, serve } from '../../../kong/serve/index.ts';
import { connected, type Declared, send, startProxy } from '../../serve/client.ts';
import {
  type Behaviour,
  type FakeUpstream,
  hangBeforeHeaders,
  reply,
  reset,
  sse,
  startUpstream,
} from '../../support/upstream/index.ts';
import { openaiChat, openaiChatEvents, openaiError } from '../../support/upstream/openai.ts';

const folder = mkdtempSync(join(tmpdir(), 'kai-proxy-'));
let served: Served;
let upstream: FakeUpstream;

beforeAll(async () => {
  upstream = await startUpstream();
  served = await serve({
    socket: join(folder, 's.sock'),
    relayPort: 0,
    adminPort: 0,
    workers: 0,
    logLevel: 'silent',
  });
});
afterAll(async () => {
  await served.close();
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => upstream.clear());

let cases = 0;

/** Each at an address of its own: what is known of an upstream's keys and failures is kept. */
async function declared(more: object = {}, baseUrl = `${upstream.url}/case-${cases++}`): Promise<Declared> {
  return (await startProxy(await connected(served.socket), baseUrl, more)).declare();
}

async function codeOf(response: Response): Promise<[number, string]> {
  const { error } = (await response.json()) as { error: { code: string } };
  return [response.status, error.code];
}

describe('a provider that fails', () => {
  it.each<[string, Behaviour, number, string]>([
    ['401', reply(401, openaiError('bad key sk-secret')), 502, 'provider_auth'],
    ['403', reply(403, openaiError('no access')), 502, 'provider_auth'],
    ['429', reply(429, openaiError('slow down'), { 'retry-after': '9' }), 429, 'provider_rate_limited'],
    ['400', reply(400, openaiError('max_tokens is too large')), 400, 'provider_rejected'],
    ['500', reply(500, 'oops'), 502, 'provider_error'],
    ['a redirect', reply(302, '', { location: 'http://127.0.0.1:1/' }), 502, 'provider_bad_answer'],
    ['a reset', reset, 502, 'provider_unreachable'],
    [
      'text in place of JSON',
      reply(200, 'hello', { 'content-type': 'application/json' }),
      502,
      'provider_bad_answer',
    ],
    ['an error in a 200', reply(200, openaiError('broken')), 502, 'provider_error'],
  ])('with %s', async (_name, behaviour, status, code) => {
    upstream.handle(behaviour);
    const response = await send(await declared());
    const text = await response.clone().text();
    expect(await codeOf(response)).toEqual([status, code]);
    expect(text).not.toContain('sk-secret');
  });

  it('with a 400 is quoted: its words are about the client’s own request', async () => {
    upstream.handle(reply(400, openaiError('max_tokens is too large')));
    expect(await (await send(await declared())).json()).toMatchObject({
      error: { message: 'max_tokens is too large' },
    });
  });

  it('with silence is a 504', async () => {
    upstream.handle(hangBeforeHeaders);
    const response = await send(await declared({ timeouts: { first_token: 300 } }));
    expect(await codeOf(response)).toEqual([504, 'provider_timeout']);
  });

  it('with no listener is a 502', async () => {
    expect(await codeOf(await send(await declared({}, 'http://127.0.0.1:1')))).toEqual([
      502,
      'provider_unreachable',
    ]);
  });
});

describe('a stream', () => {
  it('is handed on as it came, without the usage that the client did not ask for', async () => {
    const events = openaiChatEvents({ text: ['Grüße', ' 👋'] }, { includeUsage: true });
    upstream.handle(sse(events, { tearAt: 'every-byte' }));
    const text = await (await send(await declared(), { stream: true })).text();
    expect(upstream.requests[0]!.json).toMatchObject({ stream_options: { include_usage: true } });
    expect(text).toBe(events.filter((event) => !event.includes('"usage":{')).join(''));
  });

  it('that is cut anywhere never looks finished', async () => {
    const events = openaiChatEvents({ text: ['a', 'b', 'c'] });
    // The first event has no content: cut there, another target would be asked, and with none it is a 502.
    for (let after = 2; after < events.length; after += 1) {
      upstream.handle(sse(events, { cutAfter: after }));
      const sent = await declared().then(({ url, headers }) =>
        request(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          agent: false,
        }),
      );
      sent.end(JSON.stringify({ messages: [{ role: 'user', content: 'x' }], stream: true }));
      const [response] = await once(sent, 'response');
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk;
      });
      response.on('error', () => {});
      await once(response, 'close').catch(() => {});
      expect(response.complete).toBe(false);
      expect(text).toContain('"code":"stream_interrupted"');
      expect(text).not.toContain('[DONE]');
    }
  });

  it('whose client leaves is stopped at the provider', async () => {
    upstream.handle(sse(openaiChatEvents({ text: ['a', 'b'] }), { hangAfter: 2 }));
    const leave = new AbortController();
    const response = await send(await declared(), { stream: true }, {}, leave.signal);
    const reading = response.text().catch(() => 'broken');
    leave.abort();
    expect(await (await upstream.request(0)).over).toBe(true);
    expect(await reading).toBe('broken');
  });
});

it('models: the target’s own, the client’s, and those that are allowed', async () => {
  upstream.handle(reply(200, openaiChat()));
  await send(await declared(), { model: 'asked-for' });
  expect(upstream.requests[0]!.json).toMatchObject({ model: 'm' });
  const limited = await declared({ allowed_models: ['good'] });
  expect(await codeOf(await send(limited, { model: 'bad' }))).toEqual([404, 'model_not_found']);
  expect((await send(limited, { model: 'good' })).status).toBe(200);
  expect(upstream.requests).toHaveLength(2);
});

describe('requests of wrong types that only a translation would notice', () => {
  const user = { role: 'user', content: 'x' };
  it.each<[string, object]>([
    ['an image without a URL', { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }],
    ['text that is a number', { messages: [{ role: 'user', content: [{ type: 'text', text: 7 }] }] }],
    [
      'a tool call without a function',
      { messages: [user, { role: 'assistant', tool_calls: [{ id: 'a' }] }] },
    ],
    ['a tool that is null', { messages: [user], tools: [null] }],
    ['a function without a name', { messages: [user], tools: [{ type: 'function', function: {} }] }],
  ])('%s: 400', async (_name, body) => {
    expect(await codeOf(await send(await declared(), body))).toEqual([400, 'invalid_request']);
    expect(upstream.requests).toEqual([]);
  });
});
