// The same format in and out: no byte of the request, the answer or the stream is another, and nothing is parsed twice or
// written anew.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FakeUpstream, reply, sse, startUpstream } from '../../support/upstream/index.ts';
import { startProxy, type TestProxy } from './support.ts';

/** In the prompt and in the answer: what is parsed or written with it is counted. */
const MARK = 'mark-4711';
/** Once in the relay, and once by the fake upstream, which is in the same process. */
const HERE_AND_THERE = 2;
/** JSON that nobody writes so: any other writer would make it otherwise. */
const odd = (fields: string): string => `{ ${fields} ,\n "x_new" : [1.0, "\\u4f60\\/", {}] }`;

interface Same {
  name: string;
  provider: string;
  path: string;
  body: string;
  answer: string;
  stream?: { path?: string; body: string; events: string[] };
}

const CHAT = `"messages":[{"role":"user","content":"${MARK} \\u4f60"}], "model" : "m"`;
const chunk = (delta: string, finish = 'null'): string =>
  `data: { "id":"c", "choices":[{"index":0,"delta":${delta},"finish_reason":${finish}}] }\r\n\r\n`;
const typed = (type: string, more: string): string =>
  `event: ${type}\ndata: {"type": "${type}", ${more} , "x_new": 1.0 }\n\n`;
const RESPONSE = '"id":"r","object":"response","status":"completed","model":"m"';

const SAME: Same[] = [
  {
    name: 'OpenAI chat',
    provider: 'openai',
    path: '/v1/chat/completions',
    body: odd(CHAT),
    answer: odd(
      `"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"${MARK}"},"finish_reason":"stop"}]`,
    ),
    stream: {
      body: odd(`"stream": true, "stream_options": {"include_usage" : true}, ${CHAT}`),
      events: [
        chunk('{"role":"assistant","content":""}'),
        chunk(`{"content": "${MARK}", "x_new": 1.0}`),
        chunk('{}', '"stop"'),
        'data: {"id":"c","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}\n\n',
        'data: [DONE]\n\n',
      ],
    },
  },
  {
    name: 'OpenAI completions',
    provider: 'openai',
    path: '/v1/completions',
    body: odd(`"prompt":"${MARK}","model":"m"`),
    answer: odd(`"id":"x","choices":[{"index":0,"text":"${MARK}","finish_reason":"stop"}]`),
  },
  {
    name: 'OpenAI responses',
    provider: 'openai',
    path: '/v1/responses',
    body: odd(`"input":"${MARK}","model":"m"`),
    answer: odd(
      `${RESPONSE},"output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"${MARK}"}]}]`,
    ),
    stream: {
      body: odd(`"input":"${MARK}","stream":true,"model":"m"`),
      events: [
        typed('response.created', `"response": {${RESPONSE}, "output": []}`),
        typed('response.output_text.delta', `"output_index":0,"content_index":0,"delta":"${MARK}"`),
        typed('response.completed', `"response": {${RESPONSE}, "output": []}`),
      ],
    },
  },
  {
    name: 'Anthropic messages',
    provider: 'anthropic',
    path: '/v1/messages',
    body: odd(`"max_tokens": 9, ${CHAT}`),
    answer: odd(
      `"id":"x","type":"message","content":[{"type":"text","text":"${MARK}"}],"stop_reason":"end_turn"`,
    ),
    stream: {
      body: odd(`"max_tokens": 9, "stream": true, ${CHAT}`),
      events: [
        typed('message_start', '"message": {"id":"m","content":[],"usage":{"input_tokens":1}}'),
        typed('content_block_start', '"index":0,"content_block":{"type":"text","text":""}'),
        typed('content_block_delta', `"index":0,"delta":{"type":"text_delta","text":"${MARK}"}`),
        typed('content_block_stop', '"index":0'),
        typed('message_delta', '"delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}'),
        typed('message_stop', '"x":1'),
      ],
    },
  },
  {
    name: 'Gemini',
    provider: 'gemini',
    path: '/v1beta/models/m:generateContent',
    body: odd(`"contents":[{"role":"user","parts":[{"text":"${MARK}"}]}]`),
    answer: odd(
      `"candidates":[{"content":{"role":"model","parts":[{"text":"${MARK}"}]},"finishReason":"STOP","index":0}]`,
    ),
    stream: {
      path: '/v1beta/models/m:streamGenerateContent?alt=sse',
      body: odd(`"contents":[{"role":"user","parts":[{"text":"${MARK}"}]}]`),
      events: [
        `data: {"candidates": [{"content": {"parts": [{"text": "${MARK}"}]} , "x_new": 1.0}]}\r\n\r\n`,
        'data: {"candidates": [{"finishReason": "STOP"}],"usageMetadata": {"promptTokenCount": 1}}\r\n\r\n',
      ],
    },
  },
  {
    name: 'embeddings',
    provider: 'openai',
    path: '/v1/embeddings',
    body: odd(`"input":"${MARK}","model":"m"`),
    answer: odd(`"object":"list","model":"${MARK}","data":[{"index":0,"embedding":[1.0, -0.0]}]`),
  },
];

let upstream: FakeUpstream;
let proxy: TestProxy;

beforeAll(async () => {
  upstream = await startUpstream();
});
beforeEach(() => upstream.clear());
afterEach(async () => {
  vi.restoreAllMocks();
  await proxy?.close();
});
afterAll(() => upstream?.close());

interface Counts {
  /** How often each JSON text with the mark was read. */
  reads: Map<string, number>;
  /** How often one was written. */
  writes: number;
}

function counted(): Counts {
  const counts: Counts = { reads: new Map(), writes: 0 };
  const { parse, stringify } = JSON;
  vi.spyOn(JSON, 'parse').mockImplementation((text, reviver) => {
    if (String(text).includes(MARK)) counts.reads.set(text, (counts.reads.get(text) ?? 0) + 1);
    return parse(text, reviver);
  });
  vi.spyOn(JSON, 'stringify').mockImplementation((value: unknown, ...more: unknown[]) => {
    const text = stringify(value, ...(more as []));
    if (text?.includes(MARK)) counts.writes += 1;
    return text;
  });
  return counts;
}

describe.each(SAME)('$name', ({ provider, path, body, answer, stream }) => {
  beforeEach(async () => {
    const options = { base_url: `${upstream.url}/v1` };
    proxy = await startProxy({ targets: [{ model: { provider, options }, auth: { keys: ['k'] } }] });
  });

  /** What went out, without the fake upstream's own reading of it. */
  const sent = (): string => upstream.requests.at(-1)!.body;

  test('whole', async () => {
    upstream.enqueue(reply(200, Buffer.from(answer), { 'content-type': 'application/json' }));
    const counts = counted();
    const response = await proxy.post(body, { path });
    const text = await response.text();
    expect(counts.reads.get(body)).toBe(HERE_AND_THERE);
    expect(counts.reads.get(answer) ?? 0).toBeLessThanOrEqual(1);
    expect(counts.writes).toBe(0);
    expect(text).toBe(answer);
    expect(sent()).toBe(body);
  });

  if (!stream) return;

  test('streamed', async () => {
    upstream.enqueue(sse(stream.events, { tearAt: [7, 100, 101] }));
    const counts = counted();
    const response = await proxy.post(stream.body, { path: stream.path ?? path });
    const text = await response.text();
    expect(counts.reads.get(stream.body)).toBe(HERE_AND_THERE);
    expect(Math.max(...[...counts.reads].map(([read, times]) => (read === stream.body ? 0 : times)))).toBe(1);
    expect(counts.writes).toBe(0);
    expect(text).toBe(stream.events.join(''));
    expect(sent()).toBe(stream.body);
  });
});
