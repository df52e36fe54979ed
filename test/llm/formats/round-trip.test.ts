// What goes out and comes back loses nothing: a request in a provider's format read as a client's, and the signatures of
// a provider through a client of another format.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChatAnswer, ChatMessage, ChatRequest } from '../../../kong/llm/chat.ts';
import type { Format } from '../../../kong/llm/format.ts';
import { anthropic } from '../../../kong/llm/formats/anthropic/format.ts';
import { anthropicOutbound } from '../../../kong/llm/formats/anthropic/outbound.ts';
import { bedrockOutbound } from '../../../kong/llm/formats/bedrock/outbound.ts';
import { gemini } from '../../../kong/llm/formats/gemini/format.ts';
import { geminiOutbound } from '../../../kong/llm/formats/gemini/outbound.ts';
import { openaiChat } from '../../../kong/llm/formats/openai-chat/format.ts';
import { openaiResponses } from '../../../kong/llm/formats/openai-responses/format.ts';
import type { SseEvent } from '../../../kong/llm/sse.ts';
import { anthropicMessage } from '../../support/upstream/anthropic.ts';
import { BEDROCK_SIGNATURE, converseAnswer } from '../../support/upstream/bedrock.ts';
import { GEMINI_SIGNATURE, geminiAnswer } from '../../support/upstream/gemini.ts';

const MODEL = 'gemini-3-pro claude-sonnet-4-5';

const word = fc.stringMatching(/^[a-zA-Zäß🙂"\\{} ]{1,12}$/u).filter((text) => text.trim() !== '');
const id = fc.stringMatching(/^call_[a-z0-9]{8}$/);
const image = fc.constant({ type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AAAA' } });
const user = fc.record({
  role: fc.constant('user' as const),
  content: fc.array(
    fc.oneof(
      word.map((text) => ({ type: 'text' as const, text })),
      image,
    ),
    { minLength: 1, maxLength: 3 },
  ),
});
const args = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,5}$/),
  fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null)),
  { maxKeys: 3 },
);

/** A turn of calls, with the results of all of them. */
const loop = fc
  .uniqueArray(fc.record({ id, args, result: word, name: fc.constantFrom('f', 'g') }), {
    minLength: 1,
    maxLength: 3,
    selector: (call) => call.id,
  })
  .chain((calls) => fc.option(word).map((text) => turnOf(calls, text)));

function turnOf(
  calls: { id: string; args: unknown; result: string; name: string }[],
  text: string | null,
): ChatMessage[] {
  const tool_calls = calls.map((call) => ({
    id: call.id,
    type: 'function' as const,
    function: { name: call.name, arguments: JSON.stringify(call.args) },
  }));
  const results = calls.map((call) => ({
    role: 'tool' as const,
    tool_call_id: call.id,
    content: call.result,
  }));
  return [{ role: 'assistant', content: text, tool_calls }, ...results];
}

const messages = fc
  .tuple(
    fc.option(word),
    fc.array(
      fc.tuple(
        user,
        fc.oneof(
          word.map((content): ChatMessage[] => [{ role: 'assistant', content }]),
          loop,
        ),
      ),
      { maxLength: 3 },
    ),
    user,
  )
  .map(([system, turns, last]): ChatMessage[] => [
    ...(system === null ? [] : [{ role: 'system' as const, content: system }]),
    ...turns.flatMap(([asked, answered]) => [asked, ...answered]),
    last,
  ]);

const tools = fc.array(
  fc.record({
    type: fc.constant('function' as const),
    function: fc.record({
      name: fc.constantFrom('f', 'g'),
      description: word,
      parameters: fc.constant({ type: 'object', properties: { a: { type: 'string' } } }),
    }),
  }),
  { maxLength: 2 },
);

const request = fc
  .record(
    {
      messages,
      tools,
      max_tokens: fc.integer({ min: 1, max: 9_000 }),
      temperature: fc.constantFrom(0, 0.5, 1),
      top_p: fc.constantFrom(0.1, 0.9),
      top_k: fc.integer({ min: 1, max: 50 }),
      stop: fc.array(word, { minLength: 1, maxLength: 4 }),
      tool_choice: fc.constantFrom('auto' as const, 'none' as const, 'required' as const, {
        type: 'function' as const,
        function: { name: 'f' },
      }),
    },
    { requiredKeys: ['messages', 'max_tokens'] },
  )
  .map((one): ChatRequest => ({ model: MODEL, ...one }) as ChatRequest);

/** Text is a string or a part: the same. Parts of a user in a row, too. */
function normal(from: ChatRequest): unknown {
  const out: ChatMessage[] = [];
  for (const message of from.messages) {
    const content =
      typeof message.content === 'string'
        ? [{ type: 'text', text: message.content }]
        : (message.content ?? []);
    const last = out.at(-1);
    if (message.role === 'user' && last?.role === 'user') (last.content as unknown[]).push(...content);
    else out.push({ ...message, content: [...content] } as ChatMessage);
  }
  const { tools, tool_choice, stream: _, ...rest } = from;
  const offered = tools && tools.length > 0 ? { tools, ...(tool_choice ? { tool_choice } : {}) } : {};
  return JSON.parse(JSON.stringify({ ...rest, messages: out, ...offered }));
}

const SAME: [name: string, format: Format, echo: (request: ChatRequest) => ChatRequest][] = [
  ['anthropic', anthropic, (one) => anthropic.chat!.toCommon(anthropicOutbound.fromCommon(one))],
  [
    'gemini',
    gemini,
    (one) => ({
      ...gemini.chat!.toCommon(geminiOutbound.fromCommon(one), { path: geminiOutbound.path!('m', false) }),
      model: MODEL,
    }),
  ],
];

test.each(SAME)('%s: a request that goes out and is read again is the same', (name, format, echo) => {
  fc.assert(
    fc.property(request, (asked) => {
      // Gemini 3 wants a signature on calls that it did not make: it is no part of what was said.
      const unsigned = JSON.parse(
        JSON.stringify(echo(asked)).replaceAll(',"signature":"skip_thought_signature_validator"', ''),
      );
      const back = normal(unsigned);
      expect(back).toEqual(normal(asked));
      const wire =
        name === 'anthropic' ? anthropicOutbound.fromCommon(asked) : geminiOutbound.fromCommon(asked);
      expect(format.request.check(wire)).toBeUndefined();
    }),
    { numRuns: 150 },
  );
});

test('empty arrays stay arrays', () => {
  const asked: ChatRequest = {
    model: MODEL,
    messages: [{ role: 'user', content: 'x' }],
    tools: [],
    stop: [],
  };
  expect(anthropicOutbound.fromCommon(asked)).toMatchObject({ tools: [], stop_sequences: [] });
  const common = anthropic.chat!.toCommon({
    model: 'm',
    max_tokens: 1,
    messages: [{ role: 'user', content: [] }],
    tools: [],
  });
  expect(common).toMatchObject({ messages: [{ role: 'user', content: [] }], tools: [] });
});

/** The conversation that follows an answer: the client sends it back as it came, with the tool's result. */
// biome-ignore lint/suspicious/noExplicitAny: an answer of the wire, read as deep as it goes
const ECHO: Record<string, (answer: Record<string, any>) => Record<string, unknown>> = {
  'openai-chat': (answer) => ({
    model: MODEL,
    messages: [
      { role: 'user', content: 'x' },
      answer.choices[0].message,
      { role: 'tool', tool_call_id: answer.choices[0].message.tool_calls[0].id, content: 'sunny' },
    ],
  }),
  anthropic: (answer) => ({
    model: MODEL,
    max_tokens: 9,
    messages: [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: answer.content },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: answer.content.find((one: { type: string }) => one.type === 'tool_use').id,
            content: 'sunny',
          },
        ],
      },
    ],
  }),
  'openai-responses': (answer) => ({
    model: MODEL,
    input: [
      { role: 'user', content: 'x' },
      ...answer.output,
      {
        type: 'function_call_output',
        call_id: answer.output.find((one: { type: string }) => one.type === 'function_call').call_id,
        output: 'sunny',
      },
    ],
  }),
  gemini: (answer) => ({
    contents: [
      { role: 'user', parts: [{ text: 'x' }] },
      answer.candidates[0].content,
      { role: 'user', parts: [{ functionResponse: { name: 'f', response: { output: 'sunny' } } }] },
    ],
  }),
};

const SAID = {
  reasoning: ['hm'],
  text: ['Let me look.'],
  tools: [{ id: 'toolu_1', name: 'f', arguments: ['{"a":1}'] }],
};
const FORMATS = [openaiChat, anthropic, openaiResponses, gemini];

describe.each(FORMATS)('through a client of $name', (format) => {
  const asked = { model: MODEL, messages: [], stream: true } as ChatRequest;
  const path = '/v1beta/models/m:generateContent';
  const wholeBody = (answer: ChatAnswer) => format.chat!.fromAnswer(answer, asked);

  const CASES: [name: string, answer: ChatAnswer, check: (common: ChatRequest) => void][] = [
    [
      'Gemini’s signature of a call',
      geminiOutbound.toAnswer(geminiAnswer(SAID) as Record<string, unknown>),
      (common) => {
        const sent = JSON.stringify(geminiOutbound.fromCommon(common));
        const { contents } = JSON.parse(sent) as { contents: { parts: Record<string, unknown>[] }[] };
        const call = contents.flatMap(({ parts }) => parts).find((part) => part.functionCall);
        expect(call).toMatchObject({
          functionCall: { name: 'f', args: { a: 1 } },
          thoughtSignature: GEMINI_SIGNATURE,
        });
      },
    ],
    [
      'Anthropic’s signed thinking',
      anthropicOutbound.toAnswer(
        anthropicMessage({
          thinking: 'hm',
          text: 'Let me look.',
          toolUses: [{ name: 'f', input: '{"a":1}' }],
        }),
      ),
      (common) => {
        const { messages } = anthropicOutbound.fromCommon(common) as { messages: { content: unknown[] }[] };
        expect(messages[1]!.content).toEqual([
          { type: 'thinking', thinking: 'hm', signature: expect.stringMatching(/^EqQBCgIYAhIM/) },
          { type: 'text', text: 'Let me look.' },
          { type: 'tool_use', id: expect.any(String), name: 'f', input: { a: 1 } },
        ]);
      },
    ],
    [
      'Anthropic’s redacted thinking',
      anthropicOutbound.toAnswer({
        content: [
          { type: 'redacted_thinking', data: 'opaque' },
          { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 } },
        ],
        stop_reason: 'tool_use',
      }),
      (common) => {
        const { messages } = anthropicOutbound.fromCommon(common) as { messages: { content: unknown[] }[] };
        expect(messages[1]!.content[0]).toEqual({ type: 'redacted_thinking', data: 'opaque' });
      },
    ],
    [
      'Bedrock’s signed reasoning',
      bedrockOutbound.toAnswer(converseAnswer(SAID)),
      (common) => {
        const { messages } = bedrockOutbound.fromCommon(common) as { messages: { content: unknown[] }[] };
        expect(messages[1]!.content[0]).toEqual({
          reasoningContent: { reasoningText: { text: 'hm', signature: BEDROCK_SIGNATURE } },
        });
      },
    ],
  ];

  test.each(CASES)('%s comes back', (_name, answer, check) => {
    const echoed = ECHO[format.name]!(JSON.parse(JSON.stringify(wholeBody(answer))));
    expect(format.request.check(echoed)).toBeUndefined();
    check({ ...format.chat!.toCommon(echoed, { path }), model: MODEL });
  });

  test('another provider is not sent a signature that it cannot check', () => {
    const [, signed] = CASES[0]!;
    const common = format.chat!.toCommon(ECHO[format.name]!(JSON.parse(JSON.stringify(wholeBody(signed)))), {
      path,
    });
    for (const outbound of [anthropicOutbound, bedrockOutbound]) {
      const sent = JSON.stringify(outbound.fromCommon({ ...common, model: MODEL }));
      expect(sent).not.toContain(GEMINI_SIGNATURE);
      expect(sent).not.toMatch(/thinking|reasoning/);
    }
  });
});

test('streamed signatures arrive where the whole answer has them', () => {
  const chunks = geminiOutbound.toChunks({ model: MODEL, messages: [] });
  const writer = anthropic.chat!.fromChunks({ model: MODEL, messages: [] });
  const parts = (geminiAnswer(SAID) as { candidates: { content: { parts: unknown[] } }[] }).candidates[0]!
    .content.parts;
  const events = parts.flatMap((part) => {
    const body = {
      candidates: [{ content: { parts: [part] }, index: 0 }],
      responseId: 'r',
      modelVersion: 'g',
    };
    return chunks.event({ json: body } as SseEvent).flatMap((chunk) => writer.chunk(chunk));
  });
  const blocks = [...events, ...writer.end()]
    .map((event) => event.json as { type: string; content_block?: { type: string; data?: string } })
    .filter(({ type }) => type === 'content_block_start')
    .map(({ content_block }) => content_block!);
  expect(blocks.map(({ type }) => type)).toEqual(['thinking', 'text', 'redacted_thinking', 'tool_use']);
  const redacted = JSON.parse(Buffer.from(blocks[2]!.data!, 'base64').toString().slice('kong-ai::'.length));
  expect(redacted).toMatchObject({ format: 'gemini', signature: GEMINI_SIGNATURE });
});
