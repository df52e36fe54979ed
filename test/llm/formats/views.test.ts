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

type Body = Record<string, unknown>;

const formatNamed = (name: string): Format => ENDPOINTS.find(({ format }) => format.name === name)!.format;

const REQUESTS: [name: string, body: Body, attachments: string[]][] = [
  [
    'openai-chat',
    {
      model: 'm',
      messages: [
        { role: 'system', content: '«1»' },
        { role: 'developer', content: [{ type: 'text', text: '«2»' }] },
        {
          role: 'user',
          name: 'ada',
          content: [
            { type: 'text', text: '«3»' },
            { type: 'image_url', image_url: { url: 'https://x/a.png' } },
            { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
            { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA' } },
          ],
        },
        {
          role: 'assistant',
          content: '«4»',
          reasoning_content: '«5»',
          refusal: null,
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":"«6»"}' } }],
        },
        { role: 'tool', tool_call_id: 'c', content: '«7»' },
        { role: 'assistant', content: [{ type: 'refusal', refusal: '«8»' }] },
        { role: 'assistant', content: null, function_call: { name: 'f', arguments: '«9»' } },
        { role: 'function', name: 'f', content: '«10»' },
      ],
      prediction: { type: 'content', content: '«11»' },
    },
    ['image', 'audio', 'file'],
  ],
  [
    'anthropic',
    {
      model: 'm',
      max_tokens: 9,
      system: [{ type: 'text', text: '«1»', cache_control: { type: 'ephemeral' } }],
      messages: [
        { role: 'user', content: '«2»' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: '«3»', signature: 'sig' },
            { type: 'redacted_thinking', data: 'opaque' },
            { type: 'text', text: '«4»' },
            { type: 'tool_use', id: 't', name: 'f', input: { a: '«5»', b: [{ c: '«6»' }], n: 1 } },
            { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: '«7»' } },
            {
              type: 'web_search_tool_result',
              tool_use_id: 's',
              content: [
                {
                  type: 'web_search_result',
                  title: '«8»',
                  url: 'https://x',
                  encrypted_content: 'opaque',
                  page_age: null,
                },
              ],
            },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 't',
              is_error: true,
              content: [
                { type: 'text', text: '«9»' },
                { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
                {
                  type: 'search_result',
                  source: '«10»',
                  title: '«11»',
                  content: [{ type: 'text', text: '«12»' }],
                },
              ],
            },
            {
              type: 'document',
              title: '«13»',
              context: '«14»',
              source: { type: 'text', media_type: 'text/plain', data: '«15»' },
            },
            { type: 'document', source: { type: 'content', content: [{ type: 'text', text: '«16»' }] } },
            { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AAAA' } },
          ],
        },
        { role: 'system', content: '«17»' },
      ],
    },
    ['image', 'file'],
  ],
  [
    'openai-responses',
    {
      model: 'm',
      instructions: '«1»',
      prompt: { id: 'p', variables: { city: '«2»', more: { type: 'input_text', text: '«3»' } } },
      input: [
        { role: 'user', content: '«4»' },
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: '«5»' },
            { type: 'input_image', image_url: 'https://x/a.png', detail: 'auto' },
            { type: 'input_file', file_data: 'data:application/pdf;base64,AAAA', filename: 'a.pdf' },
          ],
        },
        {
          type: 'reasoning',
          id: 'rs_1',
          summary: [{ type: 'summary_text', text: '«6»' }],
          encrypted_content: 'opaque',
        },
        {
          type: 'message',
          id: 'msg_1',
          status: 'completed',
          role: 'assistant',
          content: [
            { type: 'output_text', text: '«7»', annotations: [] },
            { type: 'refusal', refusal: '«8»' },
          ],
        },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{"a":"«9»"}' },
        { type: 'function_call_output', call_id: 'c', output: '«10»' },
        {
          type: 'function_call_output',
          call_id: 'd',
          output: [
            { type: 'input_text', text: '«11»' },
            { type: 'input_image', image_url: 'data:image/png;base64,AAAA' },
          ],
        },
        { type: 'custom_tool_call', call_id: 'e', name: 'patch', input: '«12»' },
        { type: 'custom_tool_call_output', call_id: 'e', output: '«13»' },
        { type: 'mcp_call', id: 'mcp', name: 'n', server_label: 's', arguments: '«14»', output: '«15»' },
        {
          type: 'code_interpreter_call',
          id: 'ci',
          code: '«16»',
          container_id: 'c',
          outputs: [{ type: 'logs', logs: '«17»' }],
        },
        { type: 'shell_call', call_id: 's', action: { commands: ['«18»'] } },
      ],
    },
    ['image', 'file', 'image'],
  ],
  [
    'gemini',
    {
      systemInstruction: { parts: [{ text: '«1»' }] },
      contents: [
        {
          role: 'user',
          parts: [
            { text: '«2»' },
            { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
            { file_data: { mime_type: 'application/pdf', file_uri: 'gs://x' } },
          ],
        },
        {
          role: 'model',
          parts: [
            { text: '«3»', thought: true },
            { functionCall: { name: 'f', args: { a: '«4»', b: ['«5»'] } }, thoughtSignature: 'opaque' },
            { executableCode: { language: 'PYTHON', code: '«6»' } },
            { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '«7»' } },
          ],
        },
        { role: 'user', parts: [{ functionResponse: { name: 'f', response: { output: '«8»' } } }] },
        { role: 'user', parts: [{ function_response: { name: 'f', response: { x: ['«9»'] } } }] },
      ],
    },
    ['image', 'file'],
  ],
  ['openai-completions', { model: 'm', prompt: ['«1»', '«2»'], suffix: '«3»' }, []],
  ['openai-completions', { model: 'm', prompt: '«1»' }, []],
  ['openai-embeddings', { model: 'm', input: ['«1»', '«2»'] }, []],
  ['openai-embeddings', { model: 'm', input: [[1, 2], [3]] }, []],
  [
    'openai-moderations',
    {
      model: 'm',
      input: [
        { type: 'text', text: '«1»' },
        { type: 'image_url', image_url: { url: 'https://x' } },
      ],
    },
    ['image'],
  ],
  ['openai-images', { model: 'm', prompt: '«1»' }, []],
  ['openai-speech', { model: 'm', voice: 'alloy', input: '«1»', instructions: '«2»' }, []],
  ['openai-transcriptions', { model: 'm', prompt: '«1»' }, []],
  ['rerank', { model: 'm', query: '«1»', documents: ['«2»', { text: '«3»', title: '«4»' }] }, []],
  ['anthropic-count-tokens', { model: 'm', system: '«1»', messages: [{ role: 'user', content: '«2»' }] }, []],
];

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
      [['reasoning', '0/reasoning']],
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
        ['tool_arguments', '0/call/2/0'],
      ],
      ['0/call'],
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
