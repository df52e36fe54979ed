import { describe, expect, it } from 'vitest';
import { openaiChat } from '../../kong/llm/formats/openai-chat/format.ts';
import { SseEvent } from '../../kong/llm/sse.ts';
import { EventStream, type StreamSink, type StreamTransform } from '../../kong/llm/stream.ts';
import { type ChannelEditor, editStream, observeStream } from '../../kong/llm/stream-edit.ts';
import { GatewayError } from '../../kong/relay/errors.ts';

const DONE = 'data: [DONE]\n\n';

const chunk = (delta: object, more: object = {}, choice: object = {}): string =>
  `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: null, ...choice }], ...more })}\n\n`;

/** Holds back everything and gives it out upper-case at the end. */
const holdAll = (): ChannelEditor => {
  let held = '';
  return {
    push(text) {
      held += text;
      return '';
    },
    flush: () => held.toUpperCase(),
  };
};

const unchanged = (): ChannelEditor => ({ push: (text) => text, flush: () => '' });

interface Seen {
  events: SseEvent[];
  ended: boolean;
  error: Error | undefined;
  cancelled: Error | undefined;
}

function run(transform: StreamTransform, frames: readonly string[], finish: 'end' | Error = 'end'): Seen {
  const seen: Seen = { events: [], ended: false, error: undefined, cancelled: undefined };
  const stream = new EventStream({
    start(sink: StreamSink) {
      for (const frame of frames) sink.event(SseEvent.fromBytes(Buffer.from(frame)));
      if (finish === 'end') sink.end();
      else sink.fail(finish);
    },
    pause() {},
    resume() {},
    cancel(reason) {
      seen.cancelled = reason;
    },
  });
  stream.use(transform);
  stream.start({
    event: (event) => seen.events.push(event),
    end: () => {
      seen.ended = true;
    },
    fail: (error) => {
      seen.error = error;
    },
  });
  return seen;
}

/** What a client would put together. */
function textOf(seen: Seen, channel = '0'): string {
  const slots = seen.events.flatMap((event) => openaiChat.stream.deltas(event));
  return slots
    .filter((slot) => slot.channel === channel)
    .map((slot) => slot.text)
    .join('');
}

const finishOf = (seen: Seen): number =>
  seen.events.findIndex((event) => openaiChat.stream.finishReasons(event).length > 0);

describe('editStream', () => {
  it('replaces the text of each event by what the editor returns', () => {
    const shout = (): ChannelEditor => ({ push: (text) => text.toUpperCase(), flush: () => '' });
    const seen = run(editStream(openaiChat, shout), [
      chunk({ content: 'one ' }),
      chunk({ content: 'two' }),
      DONE,
    ]);
    expect(textOf(seen)).toBe('ONE TWO');
    expect(seen.ended).toBe(true);
  });

  it('passes events on byte for byte when no text changes', () => {
    const frames = [
      chunk({ role: 'assistant', content: '' }),
      ': x\ndata:  {"odd" : 1}\r\n\r\n',
      chunk({ content: 'hi' }),
      DONE,
    ];
    const seen = run(editStream(openaiChat, unchanged), frames);
    expect(seen.events.map((event) => event.toBytes().toString())).toEqual(frames);
    expect(seen.events.every((event) => event.raw !== undefined)).toBe(true);
  });

  it('drops an event whose text was held back and that says nothing else', () => {
    const seen = run(editStream(openaiChat, holdAll), [
      chunk(
        { content: 'a' },
        { system_fingerprint: 'fp', service_tier: 'default', usage: null },
        { logprobs: null },
      ),
      chunk({ content: 'b' }),
      DONE,
    ]);
    expect(seen.events.map((event) => openaiChat.stream.deltas(event).map(({ text }) => text))).toEqual([
      ['AB'],
      [],
    ]);
  });

  it('takes out the log probabilities of what is not said as it came, from the first difference on', () => {
    const said = (content: string) => chunk({ content }, {}, { logprobs: { content: [{ token: content }] } });
    // One letter behind: what comes out of the third event is the very text that it brought.
    let held = '';
    const late = () => ({
      push(text: string): string {
        if (text === 'a') return text;
        const out = held;
        held = text;
        return out;
      },
      flush: () => held,
    });
    const seen = run(editStream(openaiChat, late), [said('a'), said('5'), said('5'), said('5'), DONE]);
    const bodies = seen.events.map(({ json }) => json as { choices: { logprobs?: unknown }[] } | undefined);
    const tokens = bodies.flatMap((body) => body?.choices ?? []).map(({ logprobs }) => logprobs);
    expect(tokens).toEqual([{ content: [{ token: 'a' }] }, null, null, undefined]);
  });

  it.each([
    ['a role', chunk({ role: 'assistant', content: 'x' })],
    ['usage', chunk({ content: 'x' }, { usage: { prompt_tokens: 1, completion_tokens: 1 } })],
    [
      'the id of a tool call',
      chunk({ tool_calls: [{ index: 0, id: 'call_1', function: { name: 'f', arguments: '{' } }] }),
    ],
  ])('keeps an event with %s when its text was held back', (_, frame) => {
    const seen = run(editStream(openaiChat, holdAll), [frame, DONE]);
    const kept = seen.events[0]!;
    expect(JSON.parse(kept.data)).toMatchObject({ id: 'c1' });
    expect(openaiChat.stream.deltas(kept)[0]!.text).toBe('');
    expect(seen.events).toHaveLength(3);
  });

  it('keeps an event whose other channel still has text', () => {
    const hold0 = ({ channel }: { channel: string }): ChannelEditor | undefined =>
      channel === '0' ? holdAll() : undefined;
    const seen = run(editStream(openaiChat, hold0), [
      chunk({ content: 'a', reasoning_content: 'why' }),
      DONE,
    ]);
    expect(textOf(seen, '0/reasoning')).toBe('why');
    expect(textOf(seen)).toBe('A');
  });

  it('keeps an event that came empty', () => {
    const seen = run(editStream(openaiChat, holdAll), [chunk({ content: '' }), DONE]);
    expect(seen.events).toHaveLength(2);
    expect(seen.events[0]!.raw).toBeDefined();
  });

  it('gives the rest out before the finish reason, with the ids of the stream', () => {
    const seen = run(editStream(openaiChat, holdAll), [
      chunk({ content: 'abc' }),
      chunk({}, {}, { finish_reason: 'stop' }),
      DONE,
    ]);
    expect(seen.events).toHaveLength(3);
    expect(seen.events[0]!.json).toMatchObject({
      id: 'c1',
      model: 'm',
      choices: [{ index: 0, delta: { content: 'ABC' } }],
    });
    expect(finishOf(seen)).toBe(1);
  });

  it('puts the rest behind the text of an event that closes its own channel', () => {
    const seen = run(editStream(openaiChat, holdAll), [
      chunk({ content: 'ab' }),
      chunk({ content: 'cd' }, {}, { finish_reason: 'stop' }),
      DONE,
    ]);
    expect(textOf(seen)).toBe('ABCD');
    expect(finishOf(seen)).toBe(0);
  });

  it('closes tool calls with their choice, each in its own form, and leaves other choices open', () => {
    const other = chunk({ content: 'late' }).replace('"index":0', '"index":1');
    const seen = run(editStream(openaiChat, holdAll), [
      other,
      chunk({ tool_calls: [{ index: 2, function: { arguments: '{"a":1}' } }] }),
      chunk({}, {}, { finish_reason: 'tool_calls' }),
      DONE,
    ]);
    expect(textOf(seen, '0/tool/2')).toBe('{"A":1}');
    expect(finishOf(seen)).toBe(1);
    expect(textOf({ ...seen, events: seen.events.slice(0, 2) }, '1')).toBe('');
    expect(textOf(seen, '1')).toBe('LATE');
  });

  it('gives the rest out at the end of a stream that never closed its channels', () => {
    const seen = run(editStream(openaiChat, holdAll), [chunk({ content: 'abc' })]);
    expect(textOf(seen)).toBe('ABC');
    expect(seen.ended).toBe(true);
  });

  it('emits nothing that it held back when the stream breaks', () => {
    const seen = run(editStream(openaiChat, holdAll), [chunk({ content: 'secret' })], new Error('broke'));
    expect(textOf(seen)).toBe('');
    expect(seen.error?.message).toBe('broke');
    expect(seen.ended).toBe(false);
  });

  it('makes one editor per channel, on first sight, with its kind', () => {
    const made: unknown[] = [];
    const make = (channel: unknown): undefined => {
      made.push(channel);
    };
    run(editStream(openaiChat, make), [
      chunk({ content: 'a' }),
      chunk({ content: 'b', reasoning_content: 'c' }),
      DONE,
    ]);
    expect(made).toEqual([
      { channel: '0', kind: 'text' },
      { channel: '0/reasoning', kind: 'reasoning' },
    ]);
  });

  it.each(['push', 'flush'] as const)(
    'ends the stream with what an editor throws in %s, and cancels the provider',
    (method) => {
      const stop = (): never => {
        throw new GatewayError('stage_failed');
      };
      const seen = run(
        editStream(openaiChat, () => ({ ...holdAll(), [method]: stop })),
        [chunk({ content: 'a' }), chunk({}, {}, { finish_reason: 'stop' }), DONE],
      );
      expect(seen.error).toBeInstanceOf(GatewayError);
      expect(seen.cancelled).toBe(seen.error);
      expect(textOf(seen)).toBe('');
      expect(seen.ended).toBe(false);
    },
  );
});

describe('observeStream', () => {
  it('shows each text and passes the events on as they came', () => {
    const frames = [
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'a' }),
      chunk({ reasoning_content: 'b' }),
      DONE,
    ];
    const texts: string[] = [];
    const seen = run(
      observeStream(openaiChat, ({ channel, text }) => texts.push(`${channel}:${text}`)),
      frames,
    );
    expect(texts).toEqual(['0:a', '0/reasoning:b']);
    expect(seen.events.map((event) => event.toBytes().toString())).toEqual(frames);
  });
});

describe('a long text in one event', () => {
  const long = 'abcdefgh'.repeat(4_000);
  /** Resolves when the stream is over. */
  const finished = async (seen: Seen): Promise<Seen> => {
    for (let turns = 0; turns < 1_000 && !seen.ended && !seen.error; turns++)
      await new Promise((resume) => setImmediate(resume));
    return seen;
  };
  const textOf = (seen: Seen): string =>
    seen.events
      .map(
        ({ json }) =>
          (json as { choices?: { delta: { content?: string } }[] } | undefined)?.choices?.[0]?.delta
            .content ?? '',
      )
      .join('');

  it('is edited in turns, and what comes behind it waits', async () => {
    const pieces: number[] = [];
    const editor = (): ChannelEditor => ({
      push: (text) => {
        pieces.push(text.length);
        return text.toUpperCase();
      },
      flush: () => '!',
    });
    const frames = [
      chunk({ content: 'x' }),
      chunk({ content: long }),
      chunk({ content: 'y' }),
      chunk({ content: long }),
      chunk({ content: 'z' }),
      DONE,
    ];
    const seen = run(editStream(openaiChat, editor), frames);
    expect(seen.events).toHaveLength(1);
    expect(seen.ended).toBe(false);
    await finished(seen);
    expect(textOf(seen)).toBe(`X${long.toUpperCase()}Y${long.toUpperCase()}Z!`);
    expect(Math.max(...pieces)).toBeLessThanOrEqual(4_096);
    expect(seen.ended).toBe(true);
  });

  it('before a break passes, and then the break', async () => {
    const seen = await finished(
      run(editStream(openaiChat, unchanged), [chunk({ content: long })], new Error('broke')),
    );
    expect(textOf(seen)).toBe(long);
    expect(seen.error?.message).toBe('broke');
    expect(seen.ended).toBe(false);
  });

  it('that an editor refuses ends the stream with its error, and nothing behind it passes', async () => {
    let pushed = 0;
    const refusing = (): ChannelEditor => ({
      push: () => {
        pushed += 1;
        if (pushed === 3) throw new GatewayError('pii_answer_blocked');
        return 'x';
      },
      flush: () => 'held',
    });
    const seen = await finished(
      run(editStream(openaiChat, refusing), [chunk({ content: long }), chunk({ content: 'more' }), DONE]),
    );
    expect(seen.error).toBeInstanceOf(GatewayError);
    expect(seen.events).toEqual([]);
    expect(seen.ended).toBe(false);
  });

  it('beside a text that is empty, and one that nobody edits', async () => {
    const onlyText = ({ kind }: { kind: string }) => (kind === 'text' ? unchanged() : undefined);
    const seen = await finished(
      run(editStream(openaiChat, onlyText), [
        chunk({ content: long, reasoning_content: long, refusal: '' }),
        DONE,
      ]),
    );
    expect(textOf(seen)).toBe(long);
    expect(seen.events[0]!.json).toMatchObject({
      choices: [{ delta: { reasoning_content: long, refusal: '' } }],
    });
    expect(seen.ended).toBe(true);
  });

  it('that breaks an editor in any way ends the stream, and nothing of it passes', async () => {
    const broken = (): ChannelEditor => ({
      push() {
        throw 'no error at all';
      },
      flush: () => 'held',
    });
    const seen = await finished(run(editStream(openaiChat, broken), [chunk({ content: long }), DONE]));
    expect([seen.error?.message, seen.events, seen.ended]).toEqual(['stage failed', [], false]);
  });

  it('goes no further when the client has gone', async () => {
    const events: SseEvent[] = [];
    const stream = new EventStream({
      start: (sink) => sink.event(SseEvent.fromBytes(Buffer.from(chunk({ content: long })))),
      pause() {},
      resume() {},
      cancel() {},
    });
    stream.use(editStream(openaiChat, unchanged));
    stream.start({ event: (event) => events.push(event), end() {}, fail() {} });
    stream.cancel(new Error('client went away'));
    for (let turns = 0; turns < 50; turns++) await new Promise((resume) => setImmediate(resume));
    expect(events).toEqual([]);
  });
});
