import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { WholeAnswer } from '../../kong/relay/answer.ts';
import { deferred } from '../support/deferred.ts';
import {
  answers,
  CHAT,
  errorOf,
  ManualSource,
  PATH,
  provider,
  STREAMED,
  startTestRelay,
  streamOf,
  type TestRelay,
} from './relay.ts';

const MAX = 100_000;

/** A chat request of exactly so many bytes. */
function chatOf(bytes: number): string {
  const empty = JSON.stringify({ messages: [{ role: 'user', content: '' }] }).length;
  return JSON.stringify({ messages: [{ role: 'user', content: 'x'.repeat(bytes - empty) }] });
}

/** Sends a body in chunks, without a content length. */
async function sendChunked(relay: TestRelay, body: string): Promise<Response> {
  const sent = httpRequest(relay.url + PATH, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...relay.plan() },
  });
  sent.on('error', () => {});
  const answered = once(sent, 'response');
  for (let at = 0; at < body.length; at += 16_384) sent.write(body.slice(at, at + 16_384));
  sent.end();
  const [response] = await answered;
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return new Response(Buffer.concat(chunks), { status: response.statusCode });
}

describe('a body', () => {
  it('exactly at the limit passes, in one piece and in chunks', async () => {
    const relay = await startTestRelay([answers()], { maxBodyBytes: MAX });
    expect((await relay.post(chatOf(MAX))).status).toBe(200);
    expect((await sendChunked(relay, chatOf(MAX))).status).toBe(200);
  });

  it('one byte over the limit is a 413, by its length and by its bytes', async () => {
    const relay = await startTestRelay([answers()], { maxBodyBytes: MAX });
    expect(await errorOf(await relay.post(chatOf(MAX + 1)))).toEqual({ status: 413, code: 'body_too_large' });
    expect(await errorOf(await sendChunked(relay, chatOf(MAX + 1)))).toEqual({
      status: 413,
      code: 'body_too_large',
    });
  });

  it('far over the limit gets its 413, although the client is still sending', async () => {
    const relay = await startTestRelay([answers()], { maxBodyBytes: MAX });
    const huge = chatOf(40_000_000);
    expect(await errorOf(await relay.post(huge))).toEqual({ status: 413, code: 'body_too_large' });
    expect(await errorOf(await sendChunked(relay, huge))).toEqual({ status: 413, code: 'body_too_large' });
    expect((await relay.post(CHAT)).status).toBe(200);
  });

  it('that is large and within the limit passes byte for byte', async () => {
    const body = chatOf(20_000_000);
    const relay = await startTestRelay(
      [
        provider((exchange) => {
          exchange.answer = WholeAnswer.ofJson(200, { same: exchange.request.toBytes().toString() === body });
        }),
      ],
      { maxBodyBytes: 32 * 1024 * 1024 },
    );
    expect(await (await relay.post(body)).json()).toEqual({ same: true });
  });

  it('that stops halfway reaches no stage', async () => {
    const asked: unknown[] = [];
    const relay = await startTestRelay([provider((exchange) => void asked.push(exchange))]);
    const headers = Object.entries({
      ...relay.plan(),
      host: 'x',
      'content-type': 'application/json',
      'content-length': '99',
    });
    const socket = connect(relay.port, '127.0.0.1');
    socket.write(
      `POST ${PATH} HTTP/1.1\r\n${headers.map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n{"messages"`,
    );
    await expect.poll(() => relay.active()).toBe(1);
    socket.destroy();
    await expect.poll(() => relay.active()).toBe(0);
    expect(asked).toEqual([]);
  });
});

describe('what is no chat request', () => {
  const json = { 'content-type': 'application/json' };
  it.each<
    [
      string,
      number,
      string,
      { body?: unknown; path?: string; method?: string; headers?: Record<string, string> },
    ]
  >([
    ['a body that is no JSON', 400, 'invalid_json', { body: '{"messages":' }],
    ['an empty body', 400, 'invalid_json', { body: '' }],
    ['a list', 400, 'invalid_json', { body: [] }],
    ['null', 400, 'invalid_json', { body: 'null' }],
    ['no messages', 400, 'invalid_request', { body: { model: 'm' } }],
    ['empty messages', 400, 'invalid_request', { body: { messages: [] } }],
    ['messages of a wrong type', 400, 'invalid_request', { body: { messages: 'hello' } }],
    ['a message that is null', 400, 'invalid_request', { body: { messages: [null] } }],
    [
      'a role that does not exist',
      400,
      'invalid_request',
      { body: { messages: [{ role: 'boss', content: 'x' }] } },
    ],
    [
      'content of a wrong type',
      400,
      'invalid_request',
      { body: { messages: [{ role: 'user', content: 7 }] } },
    ],
    ['a temperature of a wrong type', 400, 'invalid_request', { body: { ...CHAT, temperature: 'hot' } }],
    ['a negative limit', 400, 'invalid_request', { body: { ...CHAT, max_tokens: -1 } }],
    ['stream of a wrong type', 400, 'invalid_request', { body: { ...CHAT, stream: 'yes' } }],
    ['text', 415, 'unsupported_media_type', { headers: { 'content-type': 'text/plain' } }],
    [
      'a compressed body',
      415,
      'unsupported_media_type',
      { headers: { ...json, 'content-encoding': 'gzip' } },
    ],
    ['GET', 405, 'method_not_allowed', { method: 'GET' }],
    ['DELETE', 405, 'method_not_allowed', { method: 'DELETE' }],
    ['a path that ends in no endpoint', 404, 'unknown_endpoint', { path: '/v1/nothing', body: { a: 1 } }],
    ['GET on such a path', 404, 'unknown_endpoint', { path: '/', method: 'GET' }],
  ])('%s is a %i %s', async (_name, status, code, { body = CHAT, headers = {}, ...init }) => {
    const asked: unknown[] = [];
    const relay = await startTestRelay([provider((exchange) => void asked.push(exchange))]);
    const response = await relay.post(body, { ...init, headers: { ...relay.plan(), ...headers } });
    expect(await errorOf(response)).toEqual({ status, code });
    expect(asked).toEqual([]);
    if (status === 405) expect(response.headers.get('allow')).toBe('POST');
  });

  it('is named by its field', async () => {
    const relay = await startTestRelay([answers()]);
    const response = await relay.post({
      messages: [
        { role: 'user', content: 'a' },
        { role: 'user', content: [7] },
      ],
    });
    expect(await response.json()).toMatchObject({ error: { param: 'messages[1].content[0]' } });
  });
});

describe('load', () => {
  it('too many headers are a 431', async () => {
    const relay = await startTestRelay([answers()], { maxHeaders: 50 });
    const filler = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`x-${n}`, '1']));
    expect((await relay.post(CHAT)).status).toBe(200);
    const response = await relay.post(CHAT, { headers: { ...relay.plan(), ...filler } });
    expect(await errorOf(response)).toEqual({ status: 431, code: 'headers_too_large' });
  });

  it('a plan behind thousands of headers is not dropped without a word', async () => {
    const relay = await startTestRelay([answers()], { maxHeaders: 10_000 });
    const filler = Array.from({ length: 3_000 }, (_, n) => `a${n}: 1\r\n`).join('');
    const plan = Object.entries(relay.plan()).map(([name, value]) => `${name}: ${value}\r\n`);
    const body = JSON.stringify(CHAT);
    const socket = connect(relay.port, '127.0.0.1');
    socket.write(
      `POST ${PATH} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n` +
        `content-length: ${body.length}\r\n${filler}${plan.join('')}\r\n${body}`,
    );
    let text = '';
    for await (const chunk of socket) text += chunk;
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('more at once than admitted are a 503 with retry-after, and the place is free again afterwards', async () => {
    const open = deferred();
    const relay = await startTestRelay(
      [
        provider(async (exchange) => {
          await open.promise;
          exchange.answer = WholeAnswer.ofJson(200, {});
        }),
      ],
      { maxConcurrent: 2 },
    );
    const busy = [relay.post(CHAT), relay.post(CHAT)];
    await expect.poll(() => relay.active()).toBe(2);
    const refused = await relay.post(CHAT);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await errorOf(refused)).toEqual({ status: 503, code: 'overloaded' });
    open.resolve();
    for (const one of busy) expect((await one).status).toBe(200);
    await expect.poll(() => relay.active()).toBe(0);
    expect((await relay.post(CHAT)).status).toBe(200);
  });
});

describe('a list', () => {
  it.each(['messages', 'tools', 'anything'])(
    'of %s beyond the limit is a 400 that names it',
    async (param) => {
      const asked: unknown[] = [];
      const relay = await startTestRelay([provider((exchange) => void asked.push(exchange))], {
        maxItems: 3,
      });
      const message = { role: 'user', content: 'Hi' };
      const tool = { type: 'function', function: { name: 'f' } };
      const entry = { messages: message, tools: tool, anything: 1 }[param];
      const response = await relay.post({ ...CHAT, [param]: Array.from({ length: 4 }, () => entry) });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: 'too_many_items', param } });
      expect(asked).toEqual([]);
    },
  );

  it('within the limit passes', async () => {
    const relay = await startTestRelay([answers()], { maxItems: 3 });
    const messages = Array.from({ length: 3 }, () => ({ role: 'user', content: 'Hi' }));
    expect((await relay.post({ messages })).status).toBe(200);
  });
});

describe('an answer beyond its size', () => {
  it('that is whole is a 502', async () => {
    const relay = await startTestRelay([answers({ text: 'x'.repeat(2_000) })], { maxAnswerBytes: 1_000 });
    expect(await errorOf(await relay.post(CHAT))).toEqual({ status: 502, code: 'answer_too_large' });
  });

  it('that is streamed ends with an error, is no finished one, and stops the provider', async () => {
    const source = new ManualSource();
    const relay = await startTestRelay(
      [
        provider((exchange) => {
          exchange.answer = streamOf(source);
        }),
      ],
      { maxAnswerBytes: 1_000 },
    );
    const posted = relay.post(STREAMED);
    await source.started;
    while (source.cancelled.length === 0) source.text('x'.repeat(100));
    const text = await readBroken(await posted);
    expect(text).toContain('answer_too_large');
    expect(text).not.toContain('[DONE]');
    expect(source.cancelled).toHaveLength(1);
    await expect.poll(() => relay.active()).toBe(0);
  });

  it('that is bytes is broken off', async () => {
    const relay = await startTestRelay(
      [
        provider((exchange) => {
          const stream = Readable.from(Array.from({ length: 20 }, () => Buffer.alloc(100)));
          exchange.answer = { kind: 'bytes', status: 200, headers: { 'content-type': 'audio/mpeg' }, stream };
        }),
      ],
      { maxAnswerBytes: 1_000 },
    );
    await expect(relay.post(CHAT).then((response) => response.arrayBuffer())).rejects.toThrow();
    await expect.poll(() => relay.active()).toBe(0);
  });
});

describe('a request that takes too long', () => {
  it('is a 504 before its answer', async () => {
    const relay = await startTestRelay(
      [
        provider(
          (exchange) =>
            new Promise((_, reject) => {
              exchange.signal.addEventListener('abort', () => reject(exchange.signal.reason as Error));
            }),
        ),
      ],
      { maxRequestMs: 100 },
    );
    expect(await errorOf(await relay.post(CHAT))).toEqual({ status: 504, code: 'request_too_long' });
  });

  it('ends its stream with an error and stops the provider', async () => {
    const source = new ManualSource();
    const relay = await startTestRelay(
      [
        provider((exchange) => {
          exchange.answer = streamOf(source);
        }),
      ],
      { maxRequestMs: 300 },
    );
    const posted = relay.post(STREAMED);
    await source.started;
    source.text('and then');
    const text = await readBroken(await posted);
    expect(text).toContain('request_too_long');
    expect(text).not.toContain('[DONE]');
    expect(source.cancelled).toHaveLength(1);
  });

  it('is broken off while its body still dribbles in', async () => {
    const relay = await startTestRelay([answers()], { maxRequestMs: 200 });
    const headers = { ...relay.plan(), 'content-type': 'application/json', 'content-length': '99' };
    const sent = httpRequest(relay.url + PATH, { method: 'POST', headers });
    sent.write('{"messages"');
    await expect(once(sent, 'response')).rejects.toThrow('socket hang up');
    await expect.poll(() => relay.active()).toBe(0);
  });
});

/** The text of an answer that is broken off. */
async function readBroken(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body!) text += decoder.decode(chunk, { stream: true });
  } catch {
    return text;
  }
  throw new Error(`was whole: ${text}`);
}
