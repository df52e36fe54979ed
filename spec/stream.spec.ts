// Streams as networks and providers really send them: torn, with CRLF and comments, cut off, silent, abandoned.
import { describe, expect, test } from 'vitest';
import { anthropicError, anthropicEvent } from '../test/support/upstream/anthropic.ts';
import {
  type Bytes,
  cutAfterBytes,
  hangBeforeHeaders,
  reply,
  reset,
  sse,
} from '../test/support/upstream/index.ts';
import { ANTHROPIC, DIALECTS, type Dialect, OPENAI } from './support/dialects.ts';
import { openai, post } from './support/gateway.ts';
import { script, seen } from './support/upstream-client.ts';

const TEXT = ['Grüße ', 'aus ', '東京 ', '👩‍👩‍👧 ', 'und "Ende"\n'];
const messages = [{ role: 'user' as const, content: 'Hello?' }];

const pathOf = (dialect: Dialect) => `/spec/stream/${dialect.route}`;
const client = (dialect: Dialect) => openai(pathOf(dialect), '');

async function streamedText(dialect: Dialect, model: string): Promise<string> {
  let text = '';
  const stream = await client(dialect).chat.completions.create({ model, messages, stream: true });
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  return text;
}

/** What a plain client gets, and whether the answer ended as HTTP says it should. */
async function rawStream(dialect: Dialect, model: string) {
  const response = await post(`${pathOf(dialect)}/v1/chat/completions`, { model, messages, stream: true });
  let text = '';
  let broken = false;
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body!) text += decoder.decode(chunk as Uint8Array, { stream: true });
  } catch {
    broken = true;
  }
  return { status: response.status, type: response.headers.get('content-type') ?? '', text, broken };
}

/** The JSON of every data line. */
function dataOf(
  text: string,
): { error?: { code?: string; type?: string }; choices?: { finish_reason?: unknown }[] }[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice('data: '.length)));
}

function expectBrokenEnd({ text, broken }: { text: string; broken: boolean }, code: string): void {
  const data = dataOf(text);
  expect(data.at(-1)?.error).toMatchObject({ code, message: expect.any(String), type: 'server_error' });
  expect(text).not.toContain('[DONE]');
  expect(data.flatMap(({ choices }) => choices?.[0]?.finish_reason ?? [])).toEqual([]);
  expect(broken, 'the connection breaks').toBe(true);
}

describe.each(DIALECTS)('from $name', (dialect) => {
  const events = dialect.events({ text: TEXT });
  const shapes: Record<string, Bytes[]> = {
    'one write per event': events,
    'all in one write': [events.join('')],
    'CRLF line ends': events.map((event) => event.replaceAll('\n', '\r\n')),
    'CR line ends': events.map((event) => event.replaceAll('\n', '\r')),
    'comments between events': events.flatMap((event) => [': ping\n\n', event, ':\n']),
    'no space after the colon': events.map((event) => event.replace(/^(\w+): /gm, '$1:')),
    'fields nobody knows': events.map((event) => `id: 7\nretry: 10\nx-other: y\n${event}`),
    'a byte order mark': [Buffer.from([0xef, 0xbb, 0xbf]), ...events],
    'data in several lines': events.map((event) => event.replace(/^data: \{/m, 'data: {\ndata: ')),
  };

  test.each(Object.keys(shapes))('%s gives the same text', async (name) => {
    const model = await script(sse(shapes[name]!));
    expect(await streamedText(dialect, model)).toBe(TEXT.join(''));
  });

  test.each(['\n', '\r\n'])('torn at every byte, line ends %j, the text is the same', async (newline) => {
    const torn = events.map((event) => event.replaceAll('\n', newline));
    const model = await script(sse(torn, { tearAt: 'every-byte' }));
    expect(await streamedText(dialect, model)).toBe(TEXT.join(''));
  });

  test('what a plain client gets is well-formed, ends with [DONE], and ends well', async () => {
    const { status, type, text, broken } = await rawStream(dialect, await script(sse(events)));
    expect([status, broken]).toEqual([200, false]);
    expect(type).toContain('text/event-stream');
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(text.match(/\[DONE\]/g)).toHaveLength(1);
    expect(dataOf(text).every(({ error }) => error === undefined)).toBe(true);
  });

  test('a stream that the provider cuts between events ends in an error and breaks', async () => {
    const model = await script(sse(events, { cutAfter: 4 }));
    expectBrokenEnd(await rawStream(dialect, model), 'stream_interrupted');
    await expect(streamedText(dialect, model)).rejects.toThrow();
  });

  test('a stream that the provider cuts inside an event ends in an error and breaks', async () => {
    const length = Buffer.byteLength(events.slice(0, 4).join(''));
    const model = await script(cutAfterBytes(sse(events), length + 10));
    expectBrokenEnd(await rawStream(dialect, model), 'stream_interrupted');
  });

  test('a stream that ends as HTTP says but without its last event has broken off', async () => {
    const model = await script(sse(events.slice(0, 4)));
    expectBrokenEnd(await rawStream(dialect, model), 'stream_interrupted');
  });

  test('events pass on while the provider has not finished, and a client that leaves is gone for it too', async () => {
    const model = await script(sse(events, { hangAfter: 4 }));
    const stream = await client(dialect).chat.completions.create({ model, messages, stream: true });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    await expect.poll(async () => (await seen(model))[0]?.aborted, { timeout: 10_000 }).toBe(true);
  });

  test.each([true, false])(
    'a client that leaves before any answer is gone for the provider too, stream: %s',
    async (stream) => {
      const model = await script(hangBeforeHeaders);
      const leave = new AbortController();
      const call = client(dialect).chat.completions.create(
        { model, messages, stream },
        { signal: leave.signal },
      );
      const failed = expect(call).rejects.toThrow();
      await expect.poll(async () => (await seen(model)).length, { timeout: 10_000 }).toBe(1);
      expect((await seen(model))[0]!.aborted).toBe(false);
      leave.abort();
      await failed;
      await expect.poll(async () => (await seen(model))[0]!.aborted, { timeout: 10_000 }).toBe(true);
    },
  );

  test('a provider that resets the connection is unreachable', async () => {
    const response = await post(`${pathOf(dialect)}/v1/chat/completions`, {
      model: await script(reset),
      messages,
      stream: true,
    });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'provider_unreachable' } });
  });

  test.each([
    ['a web page', reply(200, '<html>', { 'content-type': 'text/html' })],
    ['no JSON', reply(200, '{"id":', { 'content-type': 'application/json' })],
  ])('%s instead of events is a bad answer', async (_name, behaviour) => {
    const model = await script(behaviour);
    const response = await post(`${pathOf(dialect)}/v1/chat/completions`, { model, messages, stream: true });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'provider_bad_answer' } });
  });
});

test('an error event in Anthropic’s stream is an error in OpenAI’s, and a broken end', async () => {
  const events = ANTHROPIC.events({ text: TEXT }).slice(0, 4);
  const error = anthropicEvent(anthropicError('overloaded_error', 'Overloaded'));
  const model = await script(sse([...events, error]));
  expectBrokenEnd(await rawStream(ANTHROPIC, model), 'provider_error');
});

test('an error in OpenAI’s stream stays one, and never looks finished', async () => {
  const events = OPENAI.events({ text: TEXT }).slice(0, 3);
  const error = `data: ${JSON.stringify({ error: { message: 'The server had an error', type: 'server_error', param: null, code: null } })}\n\n`;
  const model = await script(sse([...events, error]));
  expectBrokenEnd(await rawStream(OPENAI, model), 'provider_error');
});

describe('from a provider that falls silent', () => {
  const impatient = { ...OPENAI, route: 'impatient' };

  test('before its answer: 504', async () => {
    const body = { model: await script(hangBeforeHeaders), messages, stream: true };
    const response = await post(`${pathOf(impatient)}/v1/chat/completions`, body);
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ error: { code: 'provider_timeout' } });
  });

  test('inside its answer: an error and a broken end, and the provider’s connection is closed', async () => {
    const model = await script(sse(OPENAI.events({ text: TEXT }), { hangAfter: 4 }));
    expectBrokenEnd(await rawStream(impatient, model), 'provider_timeout');
    await expect.poll(async () => (await seen(model))[0]?.aborted, { timeout: 10_000 }).toBe(true);
  });
});
