// One stream for several clients: who gets what, who holds it up, who pays, and when the provider is let go.
import { describe, expect, it } from 'vitest';
import { openaiChat } from '../../../kong/llm/formats/openai-chat/format.ts';
import { answerReader } from '../../../kong/llm/read-back.ts';
import { SseEvent } from '../../../kong/llm/sse.ts';
import { EventStream, type StreamSink } from '../../../kong/llm/stream.ts';
import { Cancellation } from '../../../kong/relay/cancellation.ts';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import { Flights } from '../../../plugins/semantic-cache/flight.ts';
import type { Keeper } from '../../../plugins/semantic-cache/keep.ts';
import { replay } from '../../../plugins/semantic-cache/replay.ts';
import { SharedStream, type SharedStreamOptions } from '../../../plugins/semantic-cache/shared-stream.ts';

const KB = 1024;

function shared(options: Partial<SharedStreamOptions> = {}) {
  const calls: string[] = [];
  let sink: StreamSink | undefined;
  const source = new EventStream({
    start: (into) => {
      calls.push('start');
      sink = into;
    },
    pause: () => calls.push('pause'),
    resume: () => calls.push('resume'),
    cancel: () => calls.push('cancel'),
  });
  const payer = { signal: new AbortController().signal } as unknown as Exchange;
  const stream = new SharedStream({
    source,
    reader: answerReader(openaiChat).stream({ model: 'm', messages: [] } as never),
    maxBytes: 100 * KB,
    keeper: {} as Keeper,
    model: {},
    payer,
    onEnd: (answer) => calls.push(`end ${answer?.choices[0]?.message.content ?? 'nothing kept'}`),
    onFail: (error) => calls.push(`fail ${error.message}`),
    isAwaited: () => false,
    onAbandoned: () => calls.push('abandoned'),
    ...options,
  });
  return { stream, calls, sink: () => sink! };
}

const chunk = (content: string, more: object = {}): SseEvent =>
  SseEvent.ofJson({ id: 'x', choices: [{ index: 0, delta: { content }, finish_reason: null }], ...more });
const last = (): SseEvent =>
  SseEvent.ofJson({ id: 'x', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const usage = (): SseEvent =>
  SseEvent.ofJson({
    id: 'x',
    choices: [],
    usage: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 },
  });

/** One client. */
function listen(stream: EventStream) {
  const seen = { text: '', usage: undefined as unknown, over: '' };
  stream.start({
    event: ({ data }) => {
      if (data === '[DONE]') return;
      const { choices, usage } = JSON.parse(data) as {
        choices: { delta: { content?: string } }[];
        usage?: unknown;
      };
      seen.text += choices[0]?.delta.content ?? '';
      seen.usage = usage ?? seen.usage;
    },
    end: () => {
      seen.over = 'ended';
    },
    fail: (error) => {
      seen.over = error.message;
    },
  });
  return seen;
}

const REQUEST = { model: 'm', messages: [], stream: true, stream_options: { include_usage: true } } as never;
const writer = () => openaiChat.chat!.fromChunks(REQUEST);
const joiner = (): Exchange =>
  ({ attempts: [], notes: {}, signal: new AbortController().signal }) as unknown as Exchange;

describe('a shared stream', () => {
  it('is read once somebody listens; who joins late gets it from its beginning, without its bill', () => {
    const { stream, calls, sink } = shared();
    const own = stream.own();
    expect(calls).toEqual([]);
    const first = listen(own);
    sink().event(chunk('one '));
    const second = listen(stream.join(writer(), joiner()));
    sink().event(chunk('two'));
    sink().event(last());
    sink().event(usage());
    sink().end();
    const late = listen(stream.join(writer(), joiner()));
    expect(calls).toEqual(['start', 'end one two']);
    for (const seen of [first, second, late]) expect(seen).toMatchObject({ text: 'one two', over: 'ended' });
    expect(first.usage).toMatchObject({ total_tokens: 12 });
    expect(second.usage).toMatchObject({ total_tokens: 0 });
  });

  it('that breaks is broken for all, and nobody can join it any more', () => {
    const { stream, calls, sink } = shared();
    const seen = [listen(stream.own()), listen(stream.join(writer(), joiner()))];
    sink().event(chunk('one'));
    sink().fail(new Error('reset'));
    sink().end();
    expect(seen.map(({ over }) => over)).toEqual(['reset', 'reset']);
    expect(calls).toEqual(['start', 'fail reset']);
    expect(stream.joinable).toBe(false);
    expect(listen(stream.join(writer(), joiner())).over).toBe('reset');
  });

  it('that is longer than is kept goes on, cannot be joined and is not kept', () => {
    const { stream, calls, sink } = shared({ maxBytes: 200 });
    const seen = listen(stream.own());
    sink().event(chunk('a'.repeat(300)));
    sink().event(chunk('b'));
    expect(stream.joinable).toBe(false);
    sink().event(last());
    sink().end();
    expect(seen).toMatchObject({ text: `${'a'.repeat(300)}b`, over: 'ended' });
    expect(calls).toEqual(['start', 'end nothing kept']);
  });

  it('whose last client leaves is cancelled, whatever comes afterwards', () => {
    const { stream, calls, sink } = shared();
    const [one, two] = [stream.own(), stream.join(writer(), joiner())];
    listen(one);
    listen(two);
    one.cancel(new Error('left'));
    expect(calls).toEqual(['start']);
    two.cancel(new Error('left'));
    expect(calls).toEqual(['start', 'cancel', 'abandoned']);
    sink().event(chunk('late'));
    sink().end();
    expect(calls).toEqual(['start', 'cancel', 'abandoned']);
  });

  it('goes on without listeners while somebody waits for its end, and is begun for them', () => {
    const { stream, calls, sink } = shared({ isAwaited: () => true });
    const own = stream.own();
    own.cancel(new Error('left'));
    expect(calls).toEqual(['start']);
    sink().event(chunk('one'));
    sink().event(last());
    sink().end();
    expect(calls).toEqual(['start', 'end one']);
  });

  it('of a payer who has left is paid by the first who went on', () => {
    const payer = { signal: AbortSignal.abort(), usage: { raw: 1 }, attempts: ['a'] } as unknown as Exchange;
    const heir = joiner();
    const { stream, sink } = shared({ payer });
    const own = stream.own();
    listen(own);
    listen(stream.join(writer(), heir));
    own.cancel(new Error('left'));
    sink().event(last());
    sink().end();
    expect(heir).toMatchObject({
      usage: { raw: 1 },
      attempts: ['a'],
      notes: { cache: { status: 'Miss', reason: 'inherited' } },
    });
  });

  it('of a payer who has left and nobody who went on is nobody’s', () => {
    const payer = { signal: AbortSignal.abort(), attempts: [] } as unknown as Exchange;
    const { stream, calls, sink } = shared({ payer, isAwaited: () => true });
    stream.own().cancel(new Error('left'));
    sink().event(last());
    sink().end();
    expect(calls).toEqual(['start', 'end nothing kept']);
  });
});

describe('a slow client', () => {
  const big = (): SseEvent => chunk('x'.repeat(64 * KB));

  it('holds the provider up when it is the only one, until it has taken what waits', () => {
    const { stream, calls, sink } = shared({ maxBytes: 10_000 * KB });
    const own = stream.own();
    const seen = listen(own);
    own.pause();
    for (let i = 0; i < 4; i++) sink().event(big());
    expect(calls).toEqual(['start', 'pause']);
    own.resume();
    expect(calls).toEqual(['start', 'pause', 'resume']);
    expect(seen.text).toHaveLength(4 * 64 * KB);
  });

  it('does not hold up others, for what has come is kept anyway; it gets all of it in order', () => {
    const { stream, calls, sink } = shared({ maxBytes: 10_000 * KB });
    const [slow, fast] = [stream.own(), stream.join(writer(), joiner())];
    const [behind, ahead] = [listen(slow), listen(fast)];
    slow.pause();
    for (let i = 0; i < 6; i++) sink().event(chunk(`${i}`.repeat(64 * KB)));
    sink().event(last());
    sink().end();
    expect(calls).toEqual(['start', expect.stringMatching(/^end 0/)]);
    expect([ahead.over, behind.over]).toEqual(['ended', '']);
    slow.resume();
    expect(behind).toMatchObject({ over: 'ended', text: ahead.text });
  });

  it('holds them up once it is too long to be kept; when it leaves they go on', () => {
    const { stream, calls, sink } = shared({ maxBytes: 100 * KB });
    const [slow, fast] = [stream.own(), stream.join(writer(), joiner())];
    listen(slow);
    listen(fast);
    slow.pause();
    for (let i = 0; i < 6; i++) sink().event(big());
    expect(calls).toEqual(['start', 'pause']);
    slow.cancel(new Error('left'));
    expect(calls).toEqual(['start', 'pause', 'resume']);
  });
});

describe('those who wait', () => {
  const options = (more: object = {}) => ({
    streams: false,
    cancellation: new Cancellation(),
    timeoutMs: 1_000,
    maxWaiting: 10,
    ...more,
  });

  it('and stream go with the stream that begins; the others wait for its end', async () => {
    const flights = new Flights();
    const { flight } = flights.take('k', options());
    const turns = [true, false].map((streams) => flights.take('k', options({ streams })).turn);
    const { stream } = shared();
    flight.begin(stream);
    expect(await turns[0]).toEqual({ kind: 'stream', shared: stream });
    expect(flight.waiters).toBe(1);
    expect(flights.take('k', options({ streams: true })).turn).toEqual({ kind: 'stream', shared: stream });
    flight.release();
    expect(await turns[1]).toEqual({ kind: 'alone' });
    expect(flights.size).toBe(0);
  });

  it('ask alone when the stream can no longer be joined, and when too many wait', () => {
    const flights = new Flights();
    const { flight } = flights.take('k', options());
    expect(flights.take('k', options({ maxWaiting: 0 })).turn).toEqual({ kind: 'alone' });
    const { stream, sink } = shared({ maxBytes: 1 });
    listen(stream.own());
    flight.begin(stream);
    sink().event(chunk('too long'));
    expect(flights.take('k', options({ streams: true })).turn).toEqual({ kind: 'alone' });
  });

  it('and leave do not stop the one who leads; the last to leave does', async () => {
    const flights = new Flights();
    const leader = new Cancellation();
    const waiter = new Cancellation();
    const { flight } = flights.take('k', options());
    const call = flight.lead(leader);
    const { turn } = flights.take('k', options({ cancellation: waiter }));
    waiter.cancel(new Error('left'));
    expect(await turn).toEqual({ kind: 'alone' });
    expect(call.reason).toBeUndefined();
    leader.cancel(new Error('left too'));
    expect(call.reason).toMatchObject({ message: 'left too' });
    expect(flights.size).toBe(0);
  });

  it('for one who had left before it led is for nobody', () => {
    const { flight } = new Flights().take('k', options());
    const client = new Cancellation();
    client.cancel(new Error('gone'));
    expect(flight.lead(client).reason).toBe(client.reason);
  });
});

describe('a kept answer that is streamed', () => {
  const kept = {
    id: 'x',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [
      { index: 0, message: { role: 'assistant', content: 'word '.repeat(400) }, finish_reason: 'stop' },
    ],
    usage: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 },
  };
  const start = (tokens_per_second = 0) => {
    const exchange = { format: openaiChat, streams: true } as Exchange;
    const answer = replay(exchange, { model: 'm', messages: [] } as never, kept as never, {
      tokens_per_second,
      usage: 'zero',
    });
    if (answer.kind !== 'stream') throw new Error('no stream');
    return answer.stream;
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('gives others their turn, waits while its client does, and goes on where it was', async () => {
    const stream = start();
    const seen = listen(stream);
    expect(seen.over).toBe('');
    stream.pause();
    await turn();
    await turn();
    const { length } = seen.text;
    expect(length).toBeLessThan(2_000);
    await turn();
    expect(seen.text).toHaveLength(length);
    stream.resume();
    stream.resume();
    for (let i = 0; i < 50 && seen.over === ''; i++) await turn();
    expect(seen).toMatchObject({ over: 'ended', text: 'word '.repeat(400) });
  });

  it('ends with its client', async () => {
    const stream = start();
    const seen = listen(stream);
    stream.cancel(new Error('left'));
    const { length } = seen.text;
    await turn();
    await turn();
    expect([seen.text.length, seen.over]).toEqual([length, '']);
  });

  it('comes piece by piece when a pace is set', async () => {
    const seen = listen(start(200));
    const { length } = seen.text;
    expect(length).toBeLessThan(20);
    await expect.poll(() => seen.text.length).toBeGreaterThan(length);
  });
});
