// Perplexity's Agent API on the provider's side. Shapes as its SDK documents them (perplexityai/perplexity-node).
import { describe, expect, test } from 'vitest';
import { AnswerBuilder } from '../../../kong/llm/answer-chunks.ts';
import type { ChatRequest } from '../../../kong/llm/chat.ts';
import { TranslationError } from '../../../kong/llm/format.ts';
import { perplexityOutbound } from '../../../kong/llm/formats/perplexity/outbound.ts';
import { SseEvent } from '../../../kong/llm/sse.ts';

const ask = (more: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'openai/gpt-5.4',
  messages: [{ role: 'user', content: 'hi' }],
  ...more,
});
const weather = {
  type: 'function' as const,
  function: { name: 'weather', description: 'd', parameters: { type: 'object' } },
};

describe('requests', () => {
  test('say the conversation in items', () => {
    const { input } = perplexityOutbound.fromCommon(
      ask({
        messages: [
          { role: 'system', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What?' },
              { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
            ],
          },
          {
            role: 'assistant',
            content: 'Let me see.',
            tool_calls: [
              { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"a":1}' } },
              { id: 'c2', type: 'function', function: { name: 'weather', arguments: '{}' } },
            ],
          },
          { role: 'tool', tool_call_id: 'c1', content: 'sun' },
          { role: 'tool', tool_call_id: 'c2', content: [{ type: 'text', text: 'rain' }] },
        ],
      }),
    );
    expect(input).toEqual([
      { type: 'message', role: 'system', content: 'Be brief.' },
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'What?' },
          { type: 'input_image', image_url: 'data:image/png;base64,AA==' },
        ],
      },
      { type: 'message', role: 'assistant', content: 'Let me see.' },
      { type: 'function_call', call_id: 'c1', name: 'weather', arguments: '{"a":1}' },
      { type: 'function_call', call_id: 'c2', name: 'weather', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: 'sun' },
      { type: 'function_call_output', call_id: 'c2', output: 'rain' },
    ]);
  });

  test('have the API’s parameters', () => {
    const format = { type: 'json_schema' as const, json_schema: { name: 's', schema: { type: 'object' } } };
    const { input: _, ...body } = perplexityOutbound.fromCommon(
      ask({
        max_completion_tokens: 5,
        reasoning_effort: 'max',
        response_format: format,
        stream: true,
        tools: [weather],
      }),
    );
    expect(body).toEqual({
      model: 'openai/gpt-5.4',
      stream: true,
      max_output_tokens: 5,
      reasoning: { effort: 'xhigh' },
      response_format: format,
      tools: [{ type: 'function', name: 'weather', description: 'd', parameters: { type: 'object' } }],
      store: false,
    });
  });

  test.each<[string, object]>([
    ['sonar', { model: 'perplexity/sonar', tools: [{ type: 'web_search' }] }],
    ['perplexity/sonar', { model: 'perplexity/sonar', tools: [{ type: 'web_search' }] }],
    ['fast', { preset: 'fast' }],
    ['anthropic/claude-sonnet-4-5', { model: 'anthropic/claude-sonnet-4-5' }],
  ])('of %s: a model, or a preset, and sonar searches', (model, said) => {
    const { input: _i, stream: _s, store: _t, ...body } = perplexityOutbound.fromCommon(ask({ model }));
    expect(body).toEqual(said);
  });

  test('that ask for a web search get one, with its options', () => {
    const web_search_options = {
      search_context_size: 'low',
      user_location: { type: 'approximate', approximate: { country: 'DE' } },
    };
    const { tools } = perplexityOutbound.fromCommon(ask({ web_search_options, tools: [weather] }));
    expect(tools).toMatchObject([
      { type: 'web_search', search_context_size: 'low', user_location: { country: 'DE' } },
      { type: 'function', name: 'weather' },
    ]);
  });

  test.each<[string, Partial<ChatRequest>]>([
    ['temperature', { temperature: 0.2 }],
    ['stop', { stop: ['x'] }],
    ['tool_choice', { tool_choice: 'required', tools: [weather] }],
    ['response_format', { response_format: { type: 'json_object' } }],
    [
      'messages[0].content[0]',
      { messages: [{ role: 'user', content: [{ type: 'file', file: { file_data: 'data:,x' } }] }] },
    ],
  ])('%s is refused, or left out', (param, more) => {
    const refused = (): unknown => perplexityOutbound.fromCommon(ask(more));
    expect(refused).toThrow(TranslationError);
    expect(refused).toThrow(expect.objectContaining({ param }));
    const dropped: string[] = [];
    perplexityOutbound.fromCommon(ask(more), { dropUnsupported: true, onDrop: (name) => dropped.push(name) });
    expect(dropped).toEqual([param]);
  });
});

const usage = {
  input_tokens: 10,
  output_tokens: 4,
  total_tokens: 14,
  input_tokens_details: { cache_read_input_tokens: 3, cache_creation_input_tokens: 2 },
};
const annotations = [{ type: 'url_citation', url: 'https://x', title: 'T', start_index: 0, end_index: 5 }];
const MESSAGE = {
  id: 'm1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: 'Hello', annotations }],
};
const CALL = {
  id: 'f1',
  type: 'function_call',
  call_id: 'c1',
  name: 'weather',
  arguments: '{"a":1}',
  status: 'completed',
};
const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 7,
  model: 'perplexity/sonar',
  status: 'completed',
  output: [{ type: 'search_results', results: [] }, MESSAGE, CALL],
  usage,
};
const COMMON = {
  id: 'resp_1',
  model: 'perplexity/sonar',
  created: 7,
  choices: [
    {
      finish_reason: 'tool_calls',
      message: {
        content: 'Hello',
        annotations: [
          {
            type: 'url_citation',
            url_citation: { url: 'https://x', title: 'T', start_index: 0, end_index: 5 },
          },
        ],
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"a":1}' } }],
      },
    },
  ],
  usage: {
    prompt_tokens: 10,
    completion_tokens: 4,
    total_tokens: 14,
    prompt_tokens_details: { cached_tokens: 3, cache_write_tokens: 2 },
  },
};

/** What a reader makes of the events, put together, and what it says of the stream. */
function read(...events: object[]) {
  const reader = perplexityOutbound.toChunks(ask());
  const builder = new AnswerBuilder();
  for (const event of events) {
    for (const chunk of reader.event(SseEvent.ofJson(event, (event as { type: string }).type)))
      builder.add(chunk);
  }
  return { reader, answer: builder.answer() };
}

describe('answers', () => {
  test('whole', () => {
    expect(perplexityOutbound.toAnswer(RESPONSE)).toMatchObject(COMMON);
  });

  test.each<[string, object[]]>([
    [
      'with deltas',
      [
        { type: 'response.output_text.delta', item_id: 'm1', delta: 'Hel' },
        { type: 'response.output_text.delta', item_id: 'm1', delta: 'lo' },
        { type: 'response.output_text.done', item_id: 'm1', text: 'Hello' },
        { type: 'response.output_item.done', output_index: 1, item: MESSAGE },
        { type: 'response.output_item.done', output_index: 2, item: CALL },
      ],
    ],
    ['with items only', [{ type: 'response.output_item.done', output_index: 1, item: MESSAGE }]],
    ['with nothing before the end', []],
  ])('streamed, %s, are the same: nothing twice, nothing lost', (_name, events) => {
    const { reader, answer } = read(
      { type: 'response.created', response: { ...RESPONSE, output: [], status: 'in_progress' } },
      ...events,
      { type: 'response.completed', response: RESPONSE },
    );
    expect([reader.complete, reader.error]).toEqual([true, undefined]);
    expect(answer).toMatchObject(COMMON);
  });

  test('what it thinks while it searches is reasoning', () => {
    const { answer } = read(
      { type: 'response.reasoning.search_queries', queries: ['x'], thought: 'Search.' },
      { type: 'response.completed', response: { ...RESPONSE, output: [MESSAGE] } },
    );
    expect(answer.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { reasoning_content: 'Search.', content: 'Hello' },
    });
  });

  test.each([
    { type: 'response.failed', error: { message: 'no', code: 'x' } },
    { type: 'response.failed', response: { error: { message: 'no', code: 'x' } } },
    {
      type: 'response.completed',
      response: { ...RESPONSE, status: 'failed', error: { message: 'no', code: 'x' } },
    },
  ])('a failure ends the stream: %j', (event) => {
    const { reader } = read(event);
    expect([reader.complete, reader.error]).toEqual([false, { message: 'no', code: 'x' }]);
  });
});
