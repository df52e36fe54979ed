// Guards, redaction and meters see a request, an answer or an event only through its format's view: what the view misses
// nobody guards. Every text in these bodies is in «», and must be found and be changeable.
import { describe, expect, test } from 'vitest';
import type { Format } from '../../../kong/llm/format.ts';
import { anthropic } from '../../../kong/llm/formats/anthropic/format.ts';
import { gemini } from '../../../kong/llm/formats/gemini/format.ts';
import { ENDPOINTS } from '../../../kong/llm/formats/index.ts';
import { openaiChat } from '../../../kong/llm/formats/openai-chat/format.ts';
import { openaiResponses } from '../../../kong/llm/formats/openai-responses/format.ts';
import { SseEvent } from '../../../kong/llm/sse.ts';
import { type Body, REQUESTS } from './samples.ts';

const formatNamed = (name: string): Format => ENDPOINTS.find(({ format }) => format.name === name)!.format;

test.each(REQUESTS)(
  '%s: every text of a request is found, in order, and can be changed',
  (name, body, kinds) => {
    const format = formatNamed(name);
    expect(format.request.check(body)).toBeUndefined();
    const slots = format.request.texts(body);
    const marks = JSON.stringify(body).match(/«\d+»/g) ?? [];
    expect(slots.map(({ text }) => /«\d+»/.exec(text)?.[0]).sort()).toEqual([...marks].sort());
    expect(format.request.attachments(body).map(({ kind }) => kind)).toEqual(kinds);
    for (const slot of slots) slot.text = slot.text.replace(/«\d+»/, 'gone');
    expect(JSON.stringify(body)).not.toContain('«');
    for (const attachment of format.request.attachments(body)) attachment.remove();
    expect(format.request.attachments(body)).toEqual([]);
    expect(format.request.check(body)).toBeUndefined();
  },
);

test('tool inputs that are objects stay objects', () => {
  const [, body] = REQUESTS.find(([name]) => name === 'anthropic')!;
  const input = { a: 'x', b: [{ c: 'y' }] };
  const copy = {
    ...body,
    messages: [{ role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input }] }],
  };
  const slots = anthropic.request.texts({ ...copy, system: undefined });
  expect(slots.map(({ text, kind }) => [text, kind])).toEqual([
    ['x', 'tool_arguments'],
    ['y', 'tool_arguments'],
  ]);
  slots[1]!.text = 'quote " and \\ backslash';
  expect(input.b[0]!.c).toBe('quote " and \\ backslash');
});

const BROKEN: unknown[] = [
  null,
  1,
  'x',
  [],
  [null],
  [1],
  {},
  { parts: 1 },
  [{ content: 1 }],
  [{ parts: [null] }],
];

test.each(ENDPOINTS.map(({ format }) => format))(
  '$name: bodies that are not as documented are refused or empty, never thrown at',
  (format) => {
    for (const field of [
      'messages',
      'input',
      'contents',
      'prompt',
      'system',
      'documents',
      'query',
      'tools',
      'choices',
      'content',
      'output',
      'candidates',
      'usage',
    ]) {
      for (const value of BROKEN) {
        const body = { model: 'm', [field]: value };
        format.request.check(body);
        format.request.texts(body);
        format.request.attachments(body);
        format.answer.texts(body);
        format.answer.usage(body);
        format.answer.finishReasons(body);
        for (const event of [SseEvent.ofJson(body), SseEvent.ofJson(value), SseEvent.of('no json')]) {
          format.stream.deltas(event);
          format.stream.closes(event);
          format.stream.usage(event);
          format.stream.finishReasons(event);
          format.stream.isTerminal(event);
          format.stream.error(event);
        }
      }
    }
  },
);

const REFUSED: [format: Format, body: Body, param: string][] = [
  [anthropic, { messages: [{ role: 'user', content: 'x' }] }, 'max_tokens'],
  [anthropic, { max_tokens: 1, messages: [] }, 'messages'],
  [anthropic, { max_tokens: 1, messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].role'],
  [anthropic, { max_tokens: 1, messages: [{ role: 'user', content: [{}] }] }, 'messages[0].content[0]'],
  [openaiResponses, { input: [{ foo: 1 }] }, 'input[0]'],
  [openaiResponses, { input: 5 }, 'input'],
  [openaiChat, { messages: 'x' }, 'messages'],
  [gemini, { contents: [{ parts: 'x' }] }, 'contents[0].parts'],
  [formatNamed('openai-embeddings'), { input: [] }, 'input'],
  [formatNamed('rerank'), { query: 'x', documents: [] }, 'documents'],
  [formatNamed('openai-completions'), {}, 'prompt'],
  [formatNamed('openai-speech'), { voice: 'x' }, 'input'],
];

test.each(REFUSED)('$name: a request is refused with the field that is wrong: %#', (format, body, param) => {
  expect(format.request.check(body)).toMatchObject({ param, message: expect.any(String) });
});

describe('events', () => {
  const event = (body: unknown) => SseEvent.ofJson(body);
  const EVENTS: [format: Format, body: Body, found: [kind: string, channel: string][], closes: unknown][] = [
    [openaiChat, { choices: [{ index: 1, delta: { content: '«1»' } }] }, [['text', '1']], undefined],
    [
      openaiChat,
      {
        choices: [
          {
            index: 0,
            delta: { tool_calls: [{ index: 2, function: { arguments: '«1»' } }] },
            finish_reason: 'tool_calls',
          },
        ],
      },
      [['tool_arguments', '0/tool/2']],
      ['0'],
    ],
    [
      openaiChat,
      { choices: [{ index: 0, delta: { reasoning: '«1»' } }] },
      [['reasoning', '0/thought']],
      undefined,
    ],
    [
      anthropic,
      { type: 'content_block_delta', index: 3, delta: { type: 'text_delta', text: '«1»' } },
      [['text', '3']],
      undefined,
    ],
    [
      anthropic,
      { type: 'content_block_delta', index: 4, delta: { type: 'input_json_delta', partial_json: '«1»' } },
      [['tool_arguments', '4']],
      undefined,
    ],
    [
      anthropic,
      { type: 'content_block_start', index: 5, content_block: { type: 'text', text: '«1»' } },
      [['text', '5']],
      undefined,
    ],
    [anthropic, { type: 'content_block_stop', index: 3 }, [], ['3']],
    [
      openaiResponses,
      { type: 'response.output_text.delta', output_index: 1, content_index: 0, item_id: 'i', delta: '«1»' },
      [['text', '1/text/0']],
      undefined,
    ],
    [
      openaiResponses,
      { type: 'response.output_text.done', output_index: 1, content_index: 0, text: '«1»' },
      [['text', 'repeat/1/text/0']],
      ['1/text/0', 'repeat'],
    ],
    [
      openaiResponses,
      {
        type: 'response.content_part.done',
        output_index: 1,
        content_index: 0,
        part: { type: 'output_text', text: '«1»' },
      },
      [['text', 'repeat/0']],
      ['repeat'],
    ],
    [
      openaiResponses,
      {
        type: 'response.completed',
        response: {
          output: [
            { type: 'function_call', arguments: '«1»' },
            { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: '«2»' }] },
          ],
        },
      },
      [
        ['tool_arguments', 'repeat/0'],
        ['text', 'repeat/1'],
      ],
      'all',
    ],
    [
      gemini,
      {
        candidates: [
          {
            index: 0,
            content: {
              parts: [
                { text: '«1»', thought: true },
                { text: '«2»' },
                { functionCall: { name: 'f', args: { a: '«3»' } } },
              ],
            },
          },
        ],
      },
      [
        ['reasoning', '0/reasoning'],
        ['text', '0'],
        ['tool_arguments', '0/whole/2/0'],
      ],
      ['0/whole'],
    ],
    [formatNamed('openai-completions'), { choices: [{ index: 0, text: '«1»' }] }, [['text', '0']], undefined],
    [
      formatNamed('openai-transcriptions'),
      { type: 'transcript.text.delta', delta: '«1»' },
      [['text', '0']],
      undefined,
    ],
  ];

  test.each(EVENTS)('$name: texts are found, and closed: %#', (format, body, found, closes) => {
    const one = event(body);
    const slots = format.stream.deltas(one);
    expect(slots.map(({ kind, channel }) => [kind, channel])).toEqual(found);
    expect(format.stream.closes(one)).toEqual(closes);
    for (const slot of slots) slot.text = 'gone';
    expect(one.toBytes().toString()).not.toContain('«');
  });

  test.each(
    EVENTS.filter(
      ([format, , found]) => found.length === 1 && !found[0]![1].startsWith('repeat') && format.stream.delta,
    ),
  )('$name: an event made for a channel is found on it again: %#', (format, body, found) => {
    const [[kind, channel]] = found as [['text', string]];
    const made = format.stream.delta(channel, kind, 'made', event(body));
    const again = format.stream.deltas(SseEvent.fromBytes(made.toBytes()));
    expect(again.map((slot) => [slot.kind, slot.channel, slot.text])).toEqual([[kind, channel, 'made']]);
  });

  test('an end is known, and an error', () => {
    const cases: [Format, unknown, unknown][] = [
      [
        anthropic,
        { type: 'message_stop' },
        { type: 'error', error: { type: 'overloaded_error', message: 'full' } },
      ],
      [
        openaiResponses,
        { type: 'response.completed', response: {} },
        { type: 'error', code: 'c', message: 'full' },
      ],
      [
        openaiResponses,
        { type: 'response.incomplete', response: {} },
        { type: 'response.failed', response: { error: { code: 'c', message: 'full' } } },
      ],
      [gemini, undefined, { error: { code: 503, message: 'full', status: 'UNAVAILABLE' } }],
    ];
    for (const [format, end, failure] of cases) {
      if (end) expect(format.stream.isTerminal(SseEvent.fromBytes(event(end).toBytes()))).toBe(true);
      expect(format.stream.isTerminal(event(failure))).toBe(false);
      expect(format.stream.error(event(failure))).toMatchObject({ message: 'full' });
    }
    expect(gemini.stream.mayClose!(event({ candidates: [{ finishReason: 'STOP' }] }))).toBe(true);
    expect(gemini.stream.mayClose!(event({ candidates: [{}] }))).toBe(false);
  });
});
