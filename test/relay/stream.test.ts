// Streams over real sockets: how they end, how they break, and what a slow or leaving client does to the provider.
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { SseEvent } from '../../kong/llm/sse.ts';
import type { StreamSink, StreamSource } from '../../kong/llm/stream.ts';
import { WholeAnswer } from '../../kong/relay/answer.ts';
import { GatewayError } from '../../kong/relay/errors.ts';
import type { Exchange, Outcome } from '../../kong/relay/exchange.ts';
import { deferred } from '../support/deferred.ts';
import {
  CHAT,
  layer,
  ManualSource,
  PATH,
  provider,
  STREAMED,
  startTestRelay,
  streamOf,
  type TestRelay,
} from './relay.ts';

/** A request whose answer is read only when a test reads it. */
async function open(
  relay: TestRelay,
  body: unknown = STREAMED,
): Promise<{ response: IncomingMessage; leave(): void }> {
  const sent = httpRequest(relay.url + PATH, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...relay.plan() },
    agent: new Agent({ keepAlive: false }),
  });
  sent.on('error', () => {});
  sent.end(JSON.stringify(body));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { response, leave: () => sent.destroy() };
}

/** All of an answer, and whether it ended as HTTP says. */
async function readAll(response: IncomingMessage): Promise<{ text: string; clean: boolean }> {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('error', () => {});
  await once(response, 'close').catch(() => {});
  return { text: Buffer.concat(chunks).toString(), clean: response.complete };
}

const streaming = (source: StreamSource) =>
  provider((exchange) => {
    exchange.answer = streamOf(source);
  });

/** The outcome of the first exchange. */
function watching() {
  const outcome = deferred<Outcome>();
  const plugin = layer('watch', 799, (exchange, next) => {
    exchange.onFinish(outcome.resolve);
    return next();
  });
  return { outcome: outcome.promise, plugin };
}

describe('a stream', () => {
  it('comes event by event, and ends cleanly', async () => {
    const source = new ManualSource();
    const { outcome, plugin } = watching();
    const relay = await startTestRelay([plugin, streaming(source)]);
    const opening = open(relay);
    await source.started;
    source.text('one');
    const { response } = await opening;
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    const [first] = (await once(response, 'data')) as [Buffer];
    expect(first.toString()).toContain('one');
    const rest = readAll(response);
    source.text('two');
    source.end();
    expect(await rest).toEqual({ text: expect.stringMatching(/two[\s\S]*data: \[DONE\]\n\n$/), clean: true });
    expect(await outcome).toEqual({ kind: 'complete', status: 200 });
    expect(source.cancelled).toEqual([]);
  });

  it('that the provider breaks ends in an error event and a broken connection', async () => {
    const source = new ManualSource();
    const { outcome, plugin } = watching();
    const relay = await startTestRelay([plugin, streaming(source)]);
    const opening = open(relay);
    await source.started;
    source.text('half');
    source.fail(new GatewayError('stream_interrupted'));
    const { text, clean } = await readAll((await opening).response);
    expect(clean).toBe(false);
    expect(text).toContain('half');
    expect(text).not.toContain('[DONE]');
    expect(JSON.parse(text.trim().split('data: ').at(-1)!)).toMatchObject({
      error: { code: 'stream_interrupted' },
    });
    expect(await outcome).toMatchObject({ kind: 'failed', error: { code: 'stream_interrupted' } });
  });

  it('that a stage breaks says stage_failed and nothing more; the log has the cause', async () => {
    const source = new ManualSource();
    const relay = await startTestRelay([
      layer('bad', 797, async (exchange, next) => {
        await next();
        if (exchange.answer?.kind !== 'stream') return;
        exchange.answer.stream.use({
          event() {
            throw new Error('a secret of the stage');
          },
        });
      }),
      streaming(source),
    ]);
    const opening = open(relay);
    await source.started;
    source.text('half');
    const { text, clean } = await readAll((await opening).response);
    expect([clean, text]).toEqual([false, expect.stringContaining('stage_failed')]);
    expect(text).not.toContain('secret');
    expect(source.cancelled).toHaveLength(1);
    const logged = relay.lines.find(({ msg }) => msg === 'stream failed');
    expect(logged).toMatchObject({ code: 'stage_failed', err: { message: 'a secret of the stage' } });
  });

  it('that fails before its first event still is an error inside a stream', async () => {
    const source = new ManualSource();
    const relay = await startTestRelay([streaming(source)]);
    const opening = open(relay);
    await source.started;
    source.fail(new GatewayError('provider_timeout'));
    const { text, clean } = await readAll((await opening).response);
    expect([clean, text]).toEqual([false, expect.stringContaining('provider_timeout')]);
  });
});

describe('a client that leaves', () => {
  it('before the answer fires the signal', async () => {
    const reason = deferred<Error & { code?: string }>();
    const { outcome, plugin } = watching();
    const relay = await startTestRelay([
      plugin,
      provider(
        (exchange) =>
          new Promise((_resolve, reject) => {
            exchange.signal.addEventListener('abort', () => {
              reason.resolve(exchange.signal.reason as Error);
              reject(exchange.signal.reason as Error);
            });
          }),
      ),
    ]);
    const leave = new AbortController();
    const left = relay.post(CHAT, { signal: leave.signal }).catch(() => 'left');
    await expect.poll(() => relay.active()).toBe(1);
    leave.abort();
    expect(await left).toBe('left');
    expect(await reason.promise).toMatchObject({ code: 'client_gone' });
    expect(await outcome).toMatchObject({ kind: 'aborted', status: 499, error: { code: 'client_gone' } });
    await expect.poll(() => relay.active()).toBe(0);
    expect(relay.lines.filter(({ level }) => (level as number) >= 50)).toEqual([]);
  });

  it('in the middle of a stream stops the provider, once', async () => {
    const source = new ManualSource();
    const { outcome, plugin } = watching();
    const relay = await startTestRelay([plugin, streaming(source)]);
    const opening = open(relay);
    await source.started;
    source.text('one');
    const { leave } = await opening;
    leave();
    expect(await outcome).toMatchObject({ kind: 'aborted', error: { code: 'client_gone' } });
    expect(source.cancelled.map(({ message }) => message)).toEqual(['client closed the connection']);
    // What still comes from the provider hurts nobody.
    source.text('late');
    source.end();
    await expect.poll(() => relay.active()).toBe(0);
  });

  it('while bytes stream through closes their source', async () => {
    const bytes = new Readable({ read: () => {} });
    const { outcome, plugin } = watching();
    const relay = await startTestRelay([
      plugin,
      provider((exchange) => {
        exchange.answer = {
          kind: 'bytes',
          status: 200,
          headers: { 'content-type': 'audio/mpeg' },
          stream: bytes,
        };
      }),
    ]);
    const opening = open(relay, CHAT);
    bytes.push(Buffer.alloc(10));
    const { response, leave } = await opening;
    expect(response.headers['content-type']).toBe('audio/mpeg');
    leave();
    expect(await outcome).toMatchObject({ kind: 'aborted' });
    expect(bytes.destroyed).toBe(true);
  });
});

/** Produces events as fast as they are taken, until it is paused. */
class EagerSource implements StreamSource {
  sent = 0;
  private sink: StreamSink | undefined;
  private paused = false;
  private readonly event = SseEvent.of('x'.repeat(8_000));
  private readonly total: number;

  constructor(total: number) {
    this.total = total;
  }

  start(sink: StreamSink): void {
    this.sink = sink;
    this.run();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.run();
  }

  cancel(): void {
    this.sink = undefined;
  }

  private run(): void {
    while (this.sink && !this.paused && this.sent < this.total) {
      this.sent += 1;
      this.sink.event(this.event);
    }
    if (this.sink && !this.paused && this.sent === this.total) this.sink.end();
  }
}

describe('a slow client', () => {
  it('holds the provider back, and gets everything in the end', async () => {
    const source = new EagerSource(10_000);
    const relay = await startTestRelay([streaming(source)]);
    const { response } = await open(relay);
    let last = -1;
    await expect
      .poll(() => {
        const settled = source.sent === last;
        last = source.sent;
        return settled;
      })
      .toBe(true);
    // 80 MB in all; what is under way is what sockets hold.
    expect(source.sent).toBeLessThan(5_000);
    const { text, clean } = await readAll(response);
    expect(clean).toBe(true);
    expect(text.match(/data: /g)).toHaveLength(10_000);
  });

  it('that takes its time after the end is no reason for a heartbeat, nor for a crash', async () => {
    const all: StreamSource = {
      // One burst that no socket holds, and the end at once.
      start(sink) {
        for (let i = 0; i < 2_000; i += 1) sink.event(SseEvent.of('x'.repeat(8_000)));
        sink.end();
      },
      pause() {},
      resume() {},
      cancel() {},
    };
    const relay = await startTestRelay([streaming(all)], { heartbeatMs: 5 });
    const { response } = await open(relay);
    await new Promise((resolve) => setTimeout(resolve, 60));
    const { text, clean } = await readAll(response);
    expect(clean).toBe(true);
    expect(text).not.toContain('keep-alive');
    expect(relay.active()).toBe(0);
  });
});

describe('heartbeats', () => {
  it('come before the first byte and between events, while the provider is silent', async () => {
    const source = new ManualSource();
    const ask = deferred();
    const relay = await startTestRelay(
      [
        provider(async (exchange) => {
          await ask.promise;
          exchange.answer = streamOf(source);
        }),
      ],
      { heartbeatMs: 10 },
    );
    const { response } = await open(relay);
    const [before] = (await once(response, 'data')) as [Buffer];
    expect(before.toString()).toBe(': keep-alive\n\n');
    ask.resolve();
    await source.started;
    let text = '';
    response.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    source.text('one');
    await expect.poll(() => text).toMatch(/one[\s\S]*: keep-alive\n\n/);
    source.end();
    await once(response, 'end');
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
  });

  it('begin no answer for a client that asked for a whole one', async () => {
    const relay = await startTestRelay(
      [
        provider(async (exchange) => {
          await new Promise((resolve) => setTimeout(resolve, 60));
          exchange.answer = WholeAnswer.ofJson(200, { ok: true });
        }),
      ],
      { heartbeatMs: 5 },
    );
    expect(await (await relay.post(CHAT)).json()).toEqual({ ok: true });
  });

  it('that have begun a stream leave an error its place inside it', async () => {
    const failing = async (_exchange: Exchange) => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      throw new GatewayError('provider_unreachable');
    };
    const relay = await startTestRelay([provider(failing)], { heartbeatMs: 5 });
    const { response } = await open(relay);
    const { text, clean } = await readAll(response);
    expect(response.statusCode).toBe(200);
    expect([clean, text]).toEqual([
      false,
      expect.stringMatching(/keep-alive[\s\S]*"code":"provider_unreachable"/),
    ]);
  });

  it('are off at 0', async () => {
    const source = new ManualSource();
    const relay = await startTestRelay([streaming(source)], { heartbeatMs: 0 });
    const opening = open(relay);
    await source.started;
    source.text('one');
    const { response } = await opening;
    await new Promise((resolve) => setTimeout(resolve, 50));
    source.end();
    expect((await readAll(response)).text).not.toContain('keep-alive');
  });
});

describe('a whole answer', () => {
  it('that nobody changes is the provider’s, byte for byte', async () => {
    const bytes = Buffer.from('{ "a" : 1.0,\r\n "b":"\\u00e9",  "a":2 }\n');
    const relay = await startTestRelay([
      layer('reads', 797, async (exchange, next) => {
        await next();
        expect((exchange.answer as WholeAnswer).body).toMatchObject({ b: 'é' });
      }),
      provider((exchange) => {
        exchange.answer = WholeAnswer.ofBytes(200, { 'content-type': 'application/json' }, bytes);
      }),
    ]);
    const response = await relay.post(CHAT);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
  });

  it('after heartbeats is a failure inside the stream, not a second answer', async () => {
    const relay = await startTestRelay(
      [
        provider(async (exchange) => {
          await new Promise((resolve) => setTimeout(resolve, 60));
          exchange.answer = WholeAnswer.ofJson(200, { whole: true });
        }),
      ],
      { heartbeatMs: 5 },
    );
    const { text, clean } = await readAll((await open(relay)).response);
    expect([clean, text]).toEqual([false, expect.stringContaining('provider_bad_answer')]);
  });
});
