// Answers in the clients' formats read back into the common language: what keeps answers for clients of other formats
// must never take one that was cut short, or that it can only tell in part, for a whole one.
import { describe, expect, test } from 'vitest';
import { AnswerBuilder } from '../../kong/llm/answer-chunks.ts';
import type { ChatAnswer, ChatRequest } from '../../kong/llm/chat.ts';
import { ENDPOINTS } from '../../kong/llm/formats/index.ts';
import { answerReader } from '../../kong/llm/read-back.ts';
import type { SseEvent } from '../../kong/llm/sse.ts';

const REQUEST: ChatRequest = {
  model: 'm',
  messages: [],
  stream: true,
  stream_options: { include_usage: true },
};
const formatOf = (name: string) => ENDPOINTS.find(({ format }) => format.name === name)!.format;
const readerOf = (name: string) => answerReader(formatOf(name));

const answer = (more: Partial<ChatAnswer['choices'][number]> = {}): ChatAnswer => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 7,
  model: 'm',
  choices: [
    { index: 0, message: { role: 'assistant', content: 'It rains.' }, finish_reason: 'stop', ...more },
  ],
});

/** What a client is told, read back from its events. */
function streamed(name: string, events: readonly SseEvent[]): ChatAnswer {
  const reader = readerOf(name).stream(REQUEST);
  const builder = new AnswerBuilder();
  for (const event of events) for (const chunk of reader.event(event)) builder.add(chunk);
  return builder.answer();
}

/** What a format's writer makes of an answer, as a stream. */
function told(name: string, from: ChatAnswer): SseEvent[] {
  const writer = formatOf(name).chat!.fromChunks(REQUEST);
  const [choice] = from.choices;
  const { content, reasoning_content, tool_calls } = choice!.message;
  const head = { ...from, object: 'chat.completion.chunk' as const };
  const deltas = [
    { reasoning_content: reasoning_content ?? '' },
    ...(content ?? '').split(/(?= )/).map((piece) => ({ content: piece })),
    ...(tool_calls ?? []).map((call, index) => ({ tool_calls: [{ index, ...call }] })),
  ];
  return [
    ...deltas.flatMap((delta) =>
      writer.chunk({ ...head, choices: [{ index: 0, delta, finish_reason: null }] }),
    ),
    ...writer.chunk({
      ...head,
      choices: [{ index: 0, delta: {}, finish_reason: choice!.finish_reason }],
    }),
    ...writer.end(),
  ];
}

const CALL = { id: 'call_1', type: 'function' as const, function: { name: 'f', arguments: '{"a":1}' } };
const CHATS = ['openai-chat', 'anthropic', 'gemini', 'openai-responses', 'openai-completions'];
const WITH_CALLS = ['openai-chat', 'anthropic', 'gemini'];
const WITH_REASONING = ['openai-chat', 'anthropic', 'gemini', 'openai-responses'];

describe.each(CHATS)('%s', (name) => {
  test('a text that ended well is the same, whole and streamed', () => {
    const body = formatOf(name).chat!.fromAnswer(answer(), REQUEST);
    const before = JSON.stringify(body);
    const whole = readerOf(name).whole(body as Record<string, unknown>)!;
    expect(JSON.stringify(body)).toBe(before);
    for (const found of [whole, streamed(name, told(name, answer()))]) {
      expect(found.choices).toMatchObject([
        { index: 0, message: { role: 'assistant', content: 'It rains.' }, finish_reason: 'stop' },
      ]);
      expect(found.model).toBe('m');
      expect(found.id).toEqual(expect.any(String));
    }
  });

  test('one that was cut short never looks like one that ended well', () => {
    const cut = answer({ finish_reason: 'length' });
    const whole = readerOf(name).whole(
      formatOf(name).chat!.fromAnswer(cut, REQUEST) as Record<string, unknown>,
    );
    expect(whole ? whole.choices[0]!.finish_reason : 'length').toBe('length');
    expect(streamed(name, told(name, cut)).choices[0]!.finish_reason).toBe('length');
  });
});

test.each(WITH_REASONING)('%s: calls are kept, or the answer does not look whole', (name) => {
  const calling = answer({
    message: { role: 'assistant', content: 'Let me see.', tool_calls: [CALL] },
    finish_reason: 'tool_calls',
  });
  const body = formatOf(name).chat!.fromAnswer(calling, REQUEST) as Record<string, unknown>;
  const whole = readerOf(name).whole(body);
  const stream = streamed(name, told(name, calling)).choices[0]!;
  if (!WITH_CALLS.includes(name)) {
    expect(whole).toBeUndefined();
    expect(stream).toMatchObject({ message: { content: 'Let me see.' }, finish_reason: 'length' });
    return;
  }
  for (const choice of [whole!.choices[0]!, stream]) {
    expect(choice).toMatchObject({
      message: { content: 'Let me see.', tool_calls: [CALL] },
      finish_reason: 'tool_calls',
    });
  }
});

test.each(WITH_REASONING)('%s: reasoning is kept beside the text', (name) => {
  const thought = answer({
    message: { role: 'assistant', content: 'It rains.', reasoning_content: 'Look out.' },
  });
  const body = formatOf(name).chat!.fromAnswer(thought, REQUEST) as Record<string, unknown>;
  for (const found of [readerOf(name).whole(body)!, streamed(name, told(name, thought))]) {
    expect(found.choices[0]!.message).toMatchObject({
      content: 'It rains.',
      reasoning_content: 'Look out.',
    });
  }
});

test('what a body does not name gets a name: an id, and no model', () => {
  const found = readerOf('openai-responses').whole({
    status: 'completed',
    output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] }],
  })!;
  expect(found.id).toMatch(/^chatcmpl-./);
  expect(found).toMatchObject({ model: '', choices: [{ message: { content: 'Hi' } }] });
});

test('what a stream says again when it is done is not read twice', () => {
  const events = told('openai-responses', answer()).map((event) => event.toBytes().toString());
  expect(events.join('').match(/It rains\./g)!.length).toBeGreaterThan(1);
  expect(streamed('openai-responses', told('openai-responses', answer())).choices[0]!.message.content).toBe(
    'It rains.',
  );
});

test('what an answer says twice, of its sources say, is read once', () => {
  const annotations = [
    { type: 'url_citation', url: 'https://w.test', title: 'It rains.', start_index: 0, end_index: 9 },
  ];
  const content = [{ type: 'output_text', text: 'It rains.', annotations }];
  const body = { status: 'completed', output: [{ type: 'message', role: 'assistant', content }] };
  expect(readerOf('openai-responses').whole(body)!.choices[0]!.message.content).toBe('It rains.');
});
