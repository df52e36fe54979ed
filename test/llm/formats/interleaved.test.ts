// Regression: blocks and items come one after the other; a piece of a call that is closed would be lost without a trace.
import { expect, test } from 'vitest';
import type { ChatChunk, ChatDelta, ChatRequest } from '../../../kong/llm/chat.ts';
import { anthropic } from '../../../kong/llm/formats/anthropic/format.ts';
import { gemini } from '../../../kong/llm/formats/gemini/format.ts';
import { openaiResponses } from '../../../kong/llm/formats/openai-responses/format.ts';

const REQUEST = { model: 'm', messages: [] } as ChatRequest;

const chunk = (delta: ChatDelta): ChatChunk => ({
  id: 'i',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: null }],
});
const piece = (index: number, text: string) =>
  chunk({ tool_calls: [{ index, id: `call_${index}`, function: { name: 'f', arguments: text } }] });

test.each([anthropic, openaiResponses])(
  '$name: a piece that comes for a closed call breaks the stream',
  ({ chat }) => {
    const writer = chat!.fromChunks(REQUEST);
    writer.chunk(piece(0, '{"a"'));
    writer.chunk(piece(1, '{}'));
    expect(() => writer.chunk(piece(0, ':1}'))).toThrow('interleaved');
  },
);

test('gemini: calls are said when they are whole, however their pieces come', () => {
  const writer = gemini.chat!.fromChunks(REQUEST);
  for (const one of [piece(0, '{"a"'), piece(1, '{}'), piece(0, ':1}')])
    expect(writer.chunk(one)).toEqual([]);
  const [last] = writer.end();
  expect(last!.json).toMatchObject({
    candidates: [
      {
        content: { parts: [{ functionCall: { args: { a: 1 } } }, { functionCall: { args: {} } }] },
        finishReason: 'STOP',
      },
    ],
  });
});

test('a stream of nothing is a message of nothing', () => {
  for (const { chat } of [anthropic, openaiResponses, gemini]) {
    const events = chat!.fromChunks(REQUEST).end();
    expect(events.length).toBeGreaterThan(0);
  }
});
