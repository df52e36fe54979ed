// The model upstream of the bench: answers at once, with bytes that were made once. Streams as many chunks, so many ms
// apart, as the path says: /chunks/100/gap/10/v1/chat/completions.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const TEXT = 'An answer of a usual length, so that nobody measures only headers. ';

const openai = (content: string): object => ({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1,
  model: 'bench',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content, refusal: null },
      finish_reason: 'stop',
      logprobs: null,
    },
  ],
  usage: { prompt_tokens: 250, completion_tokens: 100, total_tokens: 350 },
});

const anthropic = (text: string): object => ({
  id: 'msg_bench',
  type: 'message',
  role: 'assistant',
  model: 'bench',
  content: [{ type: 'text', text }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 250, output_tokens: 100 },
});

const gemini = (text: string): object => ({
  candidates: [{ index: 0, content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }],
  usageMetadata: { promptTokenCount: 250, candidatesTokenCount: 100, totalTokenCount: 350 },
  modelVersion: 'bench',
});

const whole = (body: object): Buffer => Buffer.from(JSON.stringify(body));
const WHOLE: readonly [suffix: string, body: Buffer][] = [
  ['/chat/completions', whole(openai(TEXT.repeat(8)))],
  ['/messages', whole(anthropic(TEXT.repeat(8)))],
  [':generateContent', whole(gemini(TEXT.repeat(8)))],
];

const chunk = (delta: object, finish: string | null): Buffer =>
  Buffer.from(
    `data: ${JSON.stringify({
      id: 'chatcmpl-bench',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'bench',
      choices: [{ index: 0, delta, finish_reason: finish }],
    })}\n\n`,
  );
const FIRST = chunk({ role: 'assistant', content: '' }, null);
const MIDDLE = chunk({ content: ' a few words' }, null);
const LAST = chunk({}, 'stop');
const USAGE = Buffer.from(
  'data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1,"model":"bench","choices":[],' +
    '"usage":{"prompt_tokens":250,"completion_tokens":100,"total_tokens":350}}\n\ndata: [DONE]\n\n',
);

const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
  const url = new URL(request.url ?? '/', 'http://bench');
  let streams = false;
  request.on('data', (bytes: Buffer) => {
    streams ||= bytes.includes('"stream":true');
  });
  request.on('end', () => {
    if (streams) return stream(response, pathNumber(url, 'chunks', 20), pathNumber(url, 'gap', 0));
    const body = WHOLE.find(([suffix]) => url.pathname.endsWith(suffix))?.[1];
    if (!body) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  });
});

function pathNumber(url: URL, name: string, otherwise: number): number {
  return Number(new RegExp(`/${name}/(\\d+)/`).exec(url.pathname)?.[1] ?? otherwise);
}

function stream(response: ServerResponse, chunks: number, gapMs: number): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(FIRST);
  if (gapMs === 0) {
    for (let i = 0; i < chunks; i += 1) response.write(MIDDLE);
    return finish(response);
  }
  let sent = 0;
  const timer = setInterval(() => {
    sent += 1;
    if (sent <= chunks) return response.write(MIDDLE);
    clearInterval(timer);
    finish(response);
  }, gapMs);
  response.on('close', () => clearInterval(timer));
}

function finish(response: ServerResponse): void {
  response.write(LAST);
  response.end(USAGE);
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ bench: 'upstream', port })}\n`);
});
process.on('SIGTERM', () => process.exit(0));
