// A stage that edits a stream changes its text wherever the format says it, again and again too, and never tears the
// format's own order: as redaction does.
import { expect, test } from 'vitest';
import type { ChatChunk, ChatDelta, ChatRequest } from '../../../kong/llm/chat.ts';
import { ENDPOINTS } from '../../../kong/llm/formats/index.ts';
import type { SseEvent } from '../../../kong/llm/sse.ts';
import { editStream, observeStream } from '../../../kong/llm/stream-edit.ts';

const REQUEST = { model: 'm', messages: [], stream: true } as ChatRequest;
const SECRET = 'secret';
const HIDDEN = '[hidden]';

const chunk = (
  delta: ChatDelta,
  finish_reason: ChatChunk['choices'][number]['finish_reason'] = null,
): ChatChunk => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
});

const CHUNKS: ChatChunk[] = [
  chunk({ reasoning_content: 'a sec' }),
  chunk({ reasoning_content: 'ret thought' }),
  chunk({ content: 'My se' }),
  chunk({ content: 'cret is a s' }),
  chunk({ content: 'ecret' }),
  chunk({
    tool_calls: [
      { index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":"sec' } },
    ],
  }),
  chunk({ tool_calls: [{ index: 0, function: { arguments: 'ret"}' } }] }),
  chunk({}, 'tool_calls'),
];

/** Holds back what may be the beginning of the word. */
function hiding() {
  let held = '';
  return {
    push(text: string): string {
      held = (held + text).replaceAll(SECRET, HIDDEN);
      const keep = Math.min(held.length, SECRET.length - 1);
      const out = held.slice(0, held.length - keep);
      held = held.slice(held.length - keep);
      return out;
    },
    flush: () => held,
  };
}

const chats = ENDPOINTS.flatMap(({ format }) =>
  format.chat ? [{ name: format.name, format, chat: format.chat }] : [],
);

test.each(chats)('$name: what is said again is observed once', ({ format, chat }) => {
  const writer = chat.fromChunks(REQUEST);
  const events = [...structuredClone(CHUNKS).flatMap((one) => writer.chunk(one)), ...writer.end()];
  let seen = '';
  const watch = observeStream(format, ({ kind, text }) => {
    if (kind === 'text') seen += text;
  });
  const sink = { event() {}, end() {}, fail() {} };
  for (const event of events) watch.event(event, sink);
  expect(seen).toBe('My secret is a secret');
});

test.each(chats)('$name: edited', ({ format, chat }) => {
  const writer = chat.fromChunks(REQUEST);
  const events = [...structuredClone(CHUNKS).flatMap((one) => writer.chunk(one)), ...writer.end()];
  expect(said(format, events)).toEqual(
    known(format, ['a secret thought', 'My secret is a secret', expect.stringContaining(SECRET)]),
  );

  const transform = editStream(format, hiding);
  const out: SseEvent[] = [];
  const sink = {
    event: (event: SseEvent) => out.push(event),
    end() {},
    fail(error: Error) {
      throw error;
    },
  };
  for (const event of events) transform.event(event, sink);
  transform.end!(sink);

  const bytes = out.map((event) => event.toBytes().toString()).join('');
  expect(bytes).not.toContain(SECRET);
  expect(said(format, out)).toEqual(
    known(format, [`a ${HIDDEN} thought`, `My ${HIDDEN} is a ${HIDDEN}`, expect.stringContaining(HIDDEN)]),
  );
  // What a client is told of the order of things is as it was: nothing opens, closes or ends elsewhere.
  expect(out.map(kindOf).filter((kind) => !kind.includes('delta'))).toEqual(
    events.map(kindOf).filter((kind) => !kind.includes('delta')),
  );
});

/** A completion is its text: no thought, no call. */
const known = ({ operation }: (typeof chats)[number]['format'], texts: unknown[]): unknown[] =>
  operation === 'completion' ? texts.slice(1, 2) : texts;

/** The texts of the channels, in the order in which they began. */
function said(format: (typeof chats)[number]['format'], events: SseEvent[]): string[] {
  const texts = new Map<string, string>();
  for (const event of events) {
    for (const { channel, text, repeat } of format.stream.deltas(event)) {
      if (!repeat && text !== '') texts.set(channel, (texts.get(channel) ?? '') + text);
    }
  }
  return [...texts.values()];
}

function kindOf(event: SseEvent): string {
  const body = (event.json ?? {}) as { type?: string; choices?: { finish_reason: unknown }[] };
  if (body.type !== undefined) return body.type;
  return body.choices?.some(({ finish_reason }) => finish_reason) ? 'finish' : 'delta';
}
