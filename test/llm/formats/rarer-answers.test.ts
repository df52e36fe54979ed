// The rarer things that providers say in answers and streams, of their documented shapes or leniently read, and how each
// client is told them.
import { describe, expect, test } from 'vitest';
import { AnswerBuilder } from '../../../kong/llm/answer-chunks.ts';
import type { AnswerMessage, ChatAnswer, ChatChunk, ChatDelta, ChatRequest } from '../../../kong/llm/chat.ts';
import type { OutboundChat } from '../../../kong/llm/format.ts';
import { anthropic } from '../../../kong/llm/formats/anthropic/format.ts';
import { anthropicOutbound } from '../../../kong/llm/formats/anthropic/outbound.ts';
import { bedrockOutbound } from '../../../kong/llm/formats/bedrock/outbound.ts';
import { cohereOutbound } from '../../../kong/llm/formats/cohere/outbound.ts';
import { gemini } from '../../../kong/llm/formats/gemini/format.ts';
import { geminiOutbound } from '../../../kong/llm/formats/gemini/outbound.ts';
import { openaiChat } from '../../../kong/llm/formats/openai-chat/format.ts';
import { openaiChatOf, openaiChatOutbound } from '../../../kong/llm/formats/openai-chat/outbound.ts';
import { openaiResponses } from '../../../kong/llm/formats/openai-responses/format.ts';
import { perplexityOutbound } from '../../../kong/llm/formats/perplexity/outbound.ts';
import { SseEvent } from '../../../kong/llm/sse.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies of the wire, read as deep as they go
type Body = Record<string, any>;

const REQUEST: ChatRequest = { model: 'm', messages: [] };

const message = (outbound: OutboundChat, body: Body): AnswerMessage =>
  outbound.toAnswer(body).choices[0]!.message;
const choice = (outbound: OutboundChat, body: Body) => outbound.toAnswer(body).choices[0]!;

/** The events of a stream as an answer put together, and what the reader says of the stream. */
function streamed(outbound: OutboundChat, events: [name: string, body: unknown][]) {
  const reader = outbound.toChunks(REQUEST);
  const builder = new AnswerBuilder();
  for (const [name, body] of events) {
    for (const one of reader.event(SseEvent.of(JSON.stringify(body), name))) builder.add(one);
  }
  return { reader, answer: builder.answer(), choice: builder.answer().choices[0] };
}
const typed = (...bodies: Body[]): [string, Body][] => bodies.map((body) => [String(body.type ?? ''), body]);

const url = (more: Body = {}) => ({ type: 'url_citation', url_citation: { url: 'https://w.test', ...more } });
const passage = (more: Body) => ({ type: 'document_citation', document_citation: more });

describe('citations, as far as they go', () => {
  const text = { type: 'text', text: 'It rains.' };
  const place = { start_index: 0, end_index: 9 };
  const ofAnthropic = (...citations: unknown[]) => ({ content: [{ ...text, citations }] });

  test.each<[string, Body, unknown[]]>([
    ['of a page without a title or a passage', { url: 'https://w.test', title: null }, [url(place)]],
    [
      'of a search result',
      { type: 'search_result_location', source: 'https://x.test', title: 'T', cited_text: 'rain' },
      [passage({ ...place, title: 'T', cited_text: 'rain', sources: ['https://x.test'] })],
    ],
    ['of a document without anything', { type: 'char_location', document_index: -1 }, [passage(place)]],
  ])('Anthropic: %s', (_what, citation, found) => {
    expect(message(anthropicOutbound, ofAnthropic(citation)).annotations).toEqual(found);
  });

  test('Anthropic, streamed: with the text that is open, and nothing for what is none', () => {
    const { choice: read } = streamed(
      anthropicOutbound,
      typed(
        { type: 'message_start', message: {} },
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'So: ' } },
        { type: 'content_block_stop', index: 0 },
        { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
        { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'It rains.' } },
        {
          type: 'content_block_delta',
          index: 1,
          delta: { type: 'citations_delta', citation: { url: 'https://w.test' } },
        },
        { type: 'content_block_delta', index: 1, delta: { type: 'citations_delta' } },
        { type: 'content_block_stop', index: 1 },
      ),
    );
    expect(read!.message).toMatchObject({
      content: 'So: It rains.',
      annotations: [url({ start_index: 4, end_index: 13 })],
    });
  });

  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CitationsContentBlock.html
  test('Bedrock: of the web, of documents and of search results', () => {
    const cited = (citations: Body[]) => ({
      citationsContent: { content: [{ text: 'It ' }, { text: 'rains.' }], citations },
    });
    const web = {
      title: 'W',
      location: { web: { url: 'https://w.test' } },
      sourceContent: [{ text: 'wet' }],
    };
    const document = {
      location: { documentChar: { documentIndex: 1, start: 0, end: 4 } },
      sourceContent: [{ text: 'rain' }],
    };
    const found = { source: 'https://s.test', title: 'S', location: { searchResultLocation: {} } };
    const body = {
      output: { message: { content: [cited([web]), { text: ' ' }, cited([document, found])] } },
    };
    expect(message(bedrockOutbound, body)).toMatchObject({
      content: 'It rains. It rains.',
      annotations: [
        url({ title: 'W', text: 'wet', start_index: 0, end_index: 9 }),
        passage({ cited_text: 'rain', document_index: 1, start_index: 10, end_index: 19 }),
        passage({ cited_text: '', title: 'S', sources: ['https://s.test'], start_index: 10, end_index: 19 }),
      ],
    });
    const { choice: read } = streamed(bedrockOutbound, [
      ['messageStart', { role: 'assistant' }],
      ['contentBlockStart', { contentBlockIndex: 0, start: {} }],
      ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'It rains.' } }],
      ['contentBlockDelta', { contentBlockIndex: 0, delta: { citation: web } }],
      ['contentBlockStop', { contentBlockIndex: 0 }],
    ]);
    expect(read!.message.annotations).toEqual([
      url({ title: 'W', text: 'wet', start_index: 0, end_index: 9 }),
    ]);
  });

  test('Cohere: without a place; streamed, alone or in a list', () => {
    const citation = { text: 'rains', sources: [{ id: 'd1' }, {}] };
    const found = [passage({ cited_text: 'rains', sources: ['d1', ''] })];
    expect(message(cohereOutbound, { message: { citations: [citation] } }).annotations).toEqual(found);
    for (const citations of [citation, [citation]]) {
      const { choice: read } = streamed(
        cohereOutbound,
        typed(
          { type: 'message-start', id: 'c' },
          { type: 'citation-start', index: 0, delta: { message: { citations } } },
        ),
      );
      expect(read!.message.annotations).toEqual(found);
    }
  });

  test('Gemini: sources that no passage rests on, sources without an address or a title', () => {
    const candidate = (more: Body) => ({
      candidates: [{ content: { parts: [{ text: 'It rains.' }] }, ...more }],
    });
    const chunks = [
      { web: { uri: 'https://w.test' } },
      { retrievedContext: {} },
      { web: { title: 'no address' } },
    ];
    expect(
      message(geminiOutbound, candidate({ groundingMetadata: { groundingChunks: chunks } })).annotations,
    ).toEqual([url()]);
    const support = { segment: { endIndex: 2 }, groundingChunkIndices: [0, 1, 7] };
    const supports = [support, { segment: { endIndex: 9 } }];
    expect(
      message(
        geminiOutbound,
        candidate({ groundingMetadata: { groundingChunks: chunks, groundingSupports: supports } }),
      ).annotations,
    ).toEqual([url({ start_index: 0, end_index: 2 })]);
    const sources = { citationSources: [{ uri: 'https://w.test', startIndex: 3, endIndex: 9, title: 'T' }] };
    expect(message(geminiOutbound, candidate({ citationMetadata: sources })).annotations).toEqual([
      url({ title: 'T', start_index: 3, end_index: 9 }),
    ]);
  });

  test('Perplexity: without an address they are none, without a place they have none', () => {
    const annotations = [
      { type: 'url_citation', url: 'https://w.test' },
      { type: 'url_citation', title: 'T' },
    ];
    const body = { output: [{ type: 'message', content: [{ text: 'It rains.', annotations }] }] };
    expect(message(perplexityOutbound, body).annotations).toEqual([url()]);
  });

  test('servers of OpenAI’s format: those that are not as documented are left out', () => {
    const annotations = [
      url({ title: null }),
      url({ title: 5 }),
      { type: 'url_citation', url_citation: {} },
      { type: 'file_citation', file_citation: { file_id: 'f' } },
      passage({ cited_text: 'x', document_index: 0 }),
      passage({ cited_text: {} }),
      { type: 'document_citation' },
    ];
    const body = { choices: [{ message: { content: 'It rains.', annotations } }] };
    const read = message(openaiChatOutbound, body);
    expect(read.annotations).toEqual([url(), passage({ cited_text: 'x', document_index: 0 })]);
  });

  test('servers that search: the sources beside an answer, with titles or bare', () => {
    const whole = (more: Body) =>
      message(openaiChatOutbound, { choices: [{ message: { content: 'x' } }], ...more });
    expect(
      whole({ search_results: [{ url: 'https://w.test' }, { url: 'https://w.test', title: 'T' }] })
        .annotations,
    ).toEqual([url(), url({ title: 'T' })]);
    expect(whole({ citations: ['https://w.test'] }).annotations).toEqual([url()]);
    const chunk = (more: Body) => ({
      choices: [{ index: 0, delta: { content: 'x' }, ...more }],
      citations: ['https://w.test'],
    });
    const { choice: read } = streamed(openaiChatOutbound, [
      ['', chunk({})],
      ['', chunk({})],
      ['', chunk({ finish_reason: 'stop' })],
    ]);
    // The whole list comes with every chunk.
    expect(read!.message).toMatchObject({ content: 'xxx', annotations: [url()] });
  });
});

describe('reasoning that only its provider can read', () => {
  const blocks = [{ redacted: 'secret', format: 'anthropic' }];

  test('Anthropic, streamed', () => {
    const { choice: read } = streamed(
      anthropicOutbound,
      typed(
        { type: 'message_start', message: {} },
        {
          type: 'content_block_start',
          index: 0,
          content_block: { type: 'redacted_thinking', data: 'secret' },
        },
        { type: 'content_block_stop', index: 0 },
      ),
    );
    expect(read!.message.reasoning_blocks).toEqual(blocks);
  });

  test('Bedrock, whole and streamed', () => {
    const reasoningContent = { redactedContent: 'secret' };
    const read = message(bedrockOutbound, { output: { message: { content: [{ reasoningContent }] } } });
    expect(read).toMatchObject({ reasoning_content: '', reasoning_blocks: blocks });
    const { choice: said } = streamed(bedrockOutbound, [
      ['contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent } }],
      ['contentBlockStop', { contentBlockIndex: 0 }],
    ]);
    expect(said!.message.reasoning_blocks).toEqual(blocks);
  });

  test('Gemini: a thought without a signature is a thought', () => {
    const parts = [{ text: 'hm', thought: true }, { text: 'x' }];
    expect(message(geminiOutbound, { candidates: [{ content: { parts } }] })).toMatchObject({
      reasoning_content: 'hm',
      reasoning_blocks: [{ text: 'hm' }],
      content: 'x',
    });
  });

  test('Mistral and others: thinking as a string', () => {
    const content = [
      { type: 'thinking', thinking: 'hm' },
      { type: 'text', text: 'x' },
    ];
    expect(message(openaiChatOf('mistral'), { choices: [{ message: { content } }] })).toMatchObject({
      reasoning_content: 'hm',
      content: 'x',
    });
  });
});

describe('how an answer ended', () => {
  test.each<[string, OutboundChat, Body]>([
    ['anthropic', anthropicOutbound, { stop_reason: 'constructor' }],
    ['bedrock', bedrockOutbound, { stopReason: 'constructor' }],
    ['cohere', cohereOutbound, { finish_reason: 'constructor' }],
    ['gemini', geminiOutbound, { candidates: [{ finishReason: 'constructor' }] }],
    ['mistral', openaiChatOf('mistral'), { choices: [{ finish_reason: 'constructor' }] }],
  ])('%s: a reason that nobody knows is an end', (_name, outbound, body) => {
    expect(choice(outbound, body).finish_reason).toBe('stop');
  });

  test('which stop sequence it was: Bedrock, Anthropic, and servers of OpenAI’s format that say it (vLLM)', () => {
    const stop = { stop_sequence: 'END' };
    expect(
      choice(bedrockOutbound, { stopReason: 'stop_sequence', additionalModelResponseFields: stop }),
    ).toMatchObject(stop);
    expect(
      choice(openaiChatOf('vllm'), { choices: [{ finish_reason: 'stop', stop_reason: 'END' }] }),
    ).toMatchObject(stop);
    const { choice: read } = streamed(
      anthropicOutbound,
      typed({ type: 'message_delta', delta: { stop_reason: 'stop_sequence', stop_sequence: 'END' } }),
    );
    expect(read).toMatchObject({ finish_reason: 'stop', ...stop });
  });

  test('Anthropic, streamed: its explanation is a refusal', () => {
    const { choice: read } = streamed(
      anthropicOutbound,
      typed({
        type: 'message_delta',
        delta: { stop_reason: 'refusal', stop_details: { explanation: 'No.' } },
      }),
    );
    expect(read).toMatchObject({ message: { refusal: 'No.' }, finish_reason: 'content_filter' });
  });

  test('Gemini, streamed: a prompt that was blocked', () => {
    const { choice: read, reader } = streamed(geminiOutbound, [
      ['', { promptFeedback: { blockReason: 'SAFETY' } }],
    ]);
    expect([read!.finish_reason, reader.mayClose]).toEqual(['content_filter', true]);
  });

  test('Perplexity: cut short, or without a word of what it used', () => {
    const cut = { status: 'incomplete', output: [] };
    expect(perplexityOutbound.toAnswer(cut)).toMatchObject({
      created: expect.any(Number),
      choices: [{ message: { content: null }, finish_reason: 'length' }],
    });
    expect(perplexityOutbound.toAnswer(cut)).not.toHaveProperty('usage');
    const { answer, reader } = streamed(
      perplexityOutbound,
      typed(
        { type: 'response.created', response: { id: 'r' } },
        { type: 'response.completed', response: cut },
      ),
    );
    expect(reader.complete).toBe(true);
    expect(answer).toMatchObject({ id: 'r', choices: [{ finish_reason: 'length' }] });
    expect(answer).not.toHaveProperty('usage');
  });
});

describe('failures inside a stream have words, if only ours', () => {
  test.each<[string, OutboundChat, [string, unknown], { message: string; code?: string }]>([
    ['anthropic', anthropicOutbound, ['error', { type: 'error' }], { message: 'unknown error' }],
    [
      'bedrock',
      bedrockOutbound,
      ['exception:throttlingException', { message: 'slow' }],
      { message: 'slow', code: 'throttlingException' },
    ],
    [
      'bedrock',
      bedrockOutbound,
      ['exception:modelStreamErrorException', { Message: 'gone' }],
      { message: 'gone', code: 'modelStreamErrorException' },
    ],
    ['bedrock', bedrockOutbound, ['exception:x', {}], { message: 'unknown error', code: 'x' }],
    [
      'cohere',
      cohereOutbound,
      ['', { type: 'message-end', delta: { finish_reason: 'ERROR' } }],
      { message: 'The model failed.', code: 'error' },
    ],
    ['perplexity', perplexityOutbound, ['', { type: 'error', error: { message: 'no' } }], { message: 'no' }],
    ['perplexity', perplexityOutbound, ['response.failed', {}], { message: 'The model failed.' }],
    ['gemini', geminiOutbound, ['', { error: {} }], { message: 'unknown error' }],
    ['openai', openaiChatOutbound, ['', { error: 'gone' }], { message: 'gone' }],
    ['openai', openaiChatOutbound, ['', { error: { code: 'x' } }], { message: 'unknown error', code: 'x' }],
  ])('%s: %j', (_name, outbound, event, error) => {
    const { reader, answer } = streamed(outbound, [event]);
    expect(reader.error).toEqual(error);
    expect([reader.complete, answer.choices]).toEqual([false, []]);
  });

  test.each<[Body, { message: string; code?: string } | undefined]>([
    [
      { type: 'error', error: { message: 'no', code: 'x' } },
      { message: 'no', code: 'x' },
    ],
    [{ type: 'error' }, { message: 'unknown error' }],
    [{ type: 'response.failed', response: {} }, { message: 'unknown error' }],
    [{ type: 'response.completed', response: {} }, undefined],
  ])('the Responses API: %j', (body, error) => {
    expect(openaiResponses.stream.error(SseEvent.ofJson(body))).toEqual(error);
  });
});

describe('events that say nothing that a client knows', () => {
  test.each<[string, OutboundChat, [string, unknown][]]>([
    [
      'anthropic',
      anthropicOutbound,
      typed({ type: 'ping' }, { type: 'content_block_delta', index: 0, delta: { type: 'constructor' } }),
    ],
    [
      'bedrock',
      bedrockOutbound,
      [
        ['somethingNew', {}],
        ['', {}],
        ['contentBlockStart', { start: { image: {} } }],
      ],
    ],
    ['cohere', cohereOutbound, typed({ type: 'debug' }, { type: 'content-end', index: 0 })],
    [
      'perplexity',
      perplexityOutbound,
      typed(
        { type: 'response.in_progress' },
        { type: 'response.output_item.done', item: { type: 'search_results' } },
      ),
    ],
  ])('%s', (_name, outbound, events) => {
    const { reader, answer } = streamed(outbound, events);
    expect([reader.error, reader.complete, answer.choices]).toEqual([undefined, false, []]);
  });

  test('Anthropic: a delta of a kind that only an object would know is no text', () => {
    const event = SseEvent.ofJson({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'constructor', text: 'x' },
    });
    expect(anthropic.stream.deltas(event).map(({ text }) => text)).toEqual(['x']);
    expect(anthropic.stream.closes(event)).toEqual(['0/whole']);
    const odd = SseEvent.ofJson({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: 5 },
    });
    expect(anthropic.stream.deltas(odd)).toEqual([]);
  });
});

describe('OpenAI’s events, as servers differ', () => {
  const texts = (delta: Body, more: Body = {}) =>
    openaiChat.stream
      .deltas(SseEvent.ofJson({ choices: [{ delta, ...more }] }))
      .map(({ kind, channel, text, repeat }) => [kind, channel, text, ...(repeat ? ['repeat'] : [])]);

  test('numbers that are missing are the first', () => {
    expect(texts({ content: 'a' })).toEqual([['text', '0', 'a']]);
    expect(
      texts({
        tool_calls: [
          { function: { arguments: '{' } },
          { custom: { input: 'x' } },
          { index: 4, custom: { input: 'y' } },
        ],
      }),
    ).toEqual([
      ['tool_arguments', '0/tool/0', '{'],
      ['tool_arguments', '0/custom/0', 'x'],
      ['tool_arguments', '0/custom/4', 'y'],
    ]);
    const reasoning_details = [
      { type: 'reasoning.text', text: 'a' },
      { type: 'reasoning.summary', summary: 'b', index: 5 },
    ];
    expect(texts({ reasoning_details })).toEqual([
      ['reasoning', '0/text/0', 'a'],
      ['reasoning', '0/summary/5', 'b'],
    ]);
    // Once more in the field that most servers have.
    expect(
      texts({ reasoning_content: 'ab', reasoning_details })
        .slice(1)
        .map(([, , , repeat]) => repeat),
    ).toEqual(['repeat', 'repeat']);
  });

  test('contents in parts are of their kinds', () => {
    const content = [
      { type: 'text', text: 'a' },
      { type: 'refusal', refusal: 'b' },
      { type: 'thinking', thinking: [{ text: 'c' }] },
    ];
    expect(texts({ content }, { index: 1 })).toEqual([
      ['text', '1', 'a'],
      ['refusal', '1/refusal', 'b'],
      ['reasoning', '1/reasoning', 'c'],
    ]);
  });

  test('what is no text is none', () => {
    expect(texts({ reasoning_content: 5, reasoning: {}, refusal: [], content: 5 })).toEqual([]);
  });

  test('an event of a refusal can be made', () => {
    const made = openaiChat.stream.delta('1/refusal', 'refusal', 'no', undefined);
    expect(made.json).toMatchObject({ choices: [{ index: 1, delta: { refusal: 'no' } }] });
    expect(openaiChat.stream.deltas(made).map(({ channel, text }) => [channel, text])).toEqual([
      ['1/refusal', 'no'],
    ]);
  });

  test('Responses: a piece that is no text is none', () => {
    const event = (body: Body) =>
      openaiResponses.stream.deltas(SseEvent.ofJson({ output_index: 0, content_index: 0, ...body }));
    expect(event({ type: 'response.output_text.delta', delta: 5 })).toEqual([]);
    expect(event({ type: 'response.output_text.done' })).toEqual([]);
  });
});

describe('Gemini’s answers, as they differ', () => {
  test('thoughts that are signed; a time of its own, or ours', () => {
    const body = (createTime?: string) => ({
      createTime,
      candidates: [{ content: { parts: [{ text: 'hm', thought: true, thoughtSignature: 's' }] } }],
    });
    expect(geminiOutbound.toAnswer(body('2025-01-01T00:00:00Z'))).toMatchObject({
      created: 1_735_689_600,
      choices: [{ message: { reasoning_blocks: [{ text: 'hm', signature: 's', format: 'gemini' }] } }],
    });
    const now = Math.floor(Date.now() / 1000);
    for (const time of [undefined, 'some day'])
      expect(geminiOutbound.toAnswer(body(time)).created).toBeGreaterThanOrEqual(now);
  });

  test('passages without an end have no place', () => {
    const citationSources = [{ uri: 'https://w.test', startIndex: 1 }];
    const candidate = { content: { parts: [{ text: 'x' }] }, citationMetadata: { citationSources } };
    expect(message(geminiOutbound, { candidates: [candidate] }).annotations).toEqual([url()]);
  });

  test('streamed: log probabilities', () => {
    const reader = geminiOutbound.toChunks(REQUEST);
    const [first] = reader.event(
      SseEvent.ofJson({
        candidates: [
          {
            content: { parts: [{ text: 'x' }] },
            logprobsResult: { chosenCandidates: [{ token: 'x', logProbability: -1 }] },
          },
        ],
      }),
    );
    expect(first!.choices[0]!.logprobs).toMatchObject({
      content: [{ token: 'x', logprob: -1, top_logprobs: [] }],
    });
  });

  test('a request whose path is not known names no model, and streams not', () => {
    const { model, stream } = gemini.chat!.toCommon({ contents: [{ parts: [{ text: 'hi' }] }] });
    expect([model, stream]).toEqual(['', undefined]);
  });
});

test('Perplexity, streamed: an item without citations has none', () => {
  const item = { id: 'm', type: 'message', content: [{ text: 'Hi' }] };
  const { choice: read } = streamed(perplexityOutbound, typed({ type: 'response.output_item.done', item }));
  expect(read!.message).toEqual({ role: 'assistant', content: 'Hi' });
});

describe('what was used, as far as it was told', () => {
  test('Perplexity: each count alone', () => {
    const usage = (raw: Body) => perplexityOutbound.toAnswer({ usage: raw }).usage;
    expect(usage({ input_tokens: 3 })).toEqual({ prompt_tokens: 3 });
    expect(usage({ output_tokens: 4 })).toEqual({ completion_tokens: 4 });
    expect(
      usage({ input_tokens: 3, output_tokens: 4, input_tokens_details: { cache_creation_input_tokens: 1 } }),
    ).toEqual({
      prompt_tokens: 3,
      completion_tokens: 4,
      total_tokens: 7,
      prompt_tokens_details: { cache_write_tokens: 1 },
    });
    expect(usage({ input_tokens: 3, input_tokens_details: { cache_read_input_tokens: 2 } })).toEqual({
      prompt_tokens: 3,
      prompt_tokens_details: { cached_tokens: 2 },
    });
  });

  test('OpenAI: what was written to a cache, and audio, without the other kinds', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 8,
      prompt_tokens_details: { cache_write_tokens: 3 },
      completion_tokens_details: { audio_tokens: 2 },
    };
    expect(openaiChat.answer.usage({ usage })).toEqual({
      input: { total: 10, noCache: 7, cacheWrite: 3 },
      output: { total: 8, text: 6, audio: 2 },
      raw: usage,
    });
  });

  test('Anthropic: a stream that broke tells what the prompt used, an ended one all of it', () => {
    const start = { type: 'message_start', message: { usage: { input_tokens: 9, output_tokens: 1 } } };
    const { reader } = streamed(anthropicOutbound, typed(start));
    expect(reader.usage).toEqual({ prompt_tokens: 9 });
    const ended = streamed(
      anthropicOutbound,
      typed(
        start,
        { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } },
        { type: 'message_stop' },
      ),
    );
    expect(ended.reader.usage).toEqual({ prompt_tokens: 9, completion_tokens: 5, total_tokens: 14 });
    expect(ended.answer.usage).toEqual(ended.reader.usage);
    const event = (body: Body) => anthropic.stream.usage(SseEvent.ofJson(body));
    expect(event({ type: 'message_start', message: {} })).toBeUndefined();
    expect(event(start)).toMatchObject({ input: { total: 9 }, output: {} });
  });
});

const answer = (
  more: Partial<AnswerMessage>,
  end: Partial<ChatAnswer['choices'][number]> = {},
): ChatAnswer => ({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'It rains.', ...more },
      finish_reason: 'stop',
      ...end,
    },
  ],
});
const chunk = (
  delta: ChatDelta,
  finish_reason: ChatChunk['choices'][number]['finish_reason'] = null,
): ChatChunk => ({
  id: 'c',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
});

describe('clients are told', () => {
  const citations = [
    passage({ sources: ['https://s.test'] }),
    passage({ document_index: 2 }),
    passage({}),
    url(),
  ] as AnswerMessage['annotations'] & object;

  test('Anthropic’s: citations, with a place even where there is none', () => {
    expect(
      (anthropic.chat!.fromAnswer(answer({ annotations: citations }), REQUEST) as Body).content[0].citations,
    ).toMatchObject([
      { type: 'search_result_location', source: 'https://s.test', title: null, cited_text: '' },
      { type: 'char_location', document_index: 2, document_title: null, cited_text: '', end_char_index: 0 },
      { type: 'search_result_location', source: '' },
      { type: 'web_search_result_location', url: 'https://w.test', title: null, cited_text: '' },
    ]);
  });

  test('those of the Responses API: files by what names them', () => {
    const body = openaiResponses.chat!.fromAnswer(answer({ annotations: citations }), REQUEST) as Body;
    expect(body.output[0].content[0].annotations).toEqual([
      { type: 'file_citation', file_id: 'https://s.test', filename: '', index: 0 },
      { type: 'file_citation', file_id: 'document_2', filename: '', index: 0 },
      { type: 'file_citation', file_id: 'document_0', filename: '', index: 0 },
      { type: 'url_citation', url: 'https://w.test', title: '', start_index: 0, end_index: 0 },
    ]);
  });

  test('Gemini’s: sources without a place are sources all the same', () => {
    const places = [url(), url({ end_index: 2 }), passage({})] as typeof citations;
    const body = gemini.chat!.fromAnswer(answer({ annotations: places }), REQUEST) as Body;
    const { groundingChunks, groundingSupports } = body.candidates[0].groundingMetadata;
    expect(groundingChunks).toHaveLength(2);
    expect(groundingSupports).toEqual([{ segment: { endIndex: 2 }, groundingChunkIndices: [1] }]);
  });

  test('of a call’s signature that comes late, behind the call', () => {
    const call = (more: object) => chunk({ tool_calls: [{ index: 0, ...more }] });
    const pieces = [
      call({ id: 'c1', function: { name: 'f', arguments: '{' } }),
      call({ function: { arguments: '}' }, signature: 's' }),
    ];
    for (const { chat } of [anthropic, openaiResponses, gemini]) {
      const writer = chat!.fromChunks(REQUEST);
      const events = [...pieces.flatMap((one) => writer.chunk(one)), ...writer.end()].map(
        ({ json }) => json as Body,
      );
      const told = JSON.stringify(events);
      expect(told).toContain('"f"');
      if (chat === gemini.chat)
        expect(events.at(-1)!.candidates[0].content.parts[0].thoughtSignature).toBe('s');
      else {
        // Sealed, in the place that the format has for a token: after the call was opened and closed.
        const sealed = Buffer.from('kong-ai::').toString('base64');
        expect(told.indexOf(sealed)).toBeGreaterThan(told.indexOf('"f"'));
      }
    }
  });

  test('of encrypted reasoning in the middle of a thought', () => {
    const writer = anthropic.chat!.fromChunks(REQUEST);
    const events = [
      ...writer.chunk(chunk({ reasoning_content: 'hm' })),
      ...writer.chunk(chunk({ reasoning_blocks: [{ redacted: 'secret', format: 'anthropic' }] })),
      ...writer.chunk(chunk({ reasoning_content: 'so' })),
      ...writer.chunk(chunk({ reasoning_blocks: [{ text: 'so' }] })),
      ...writer.chunk(chunk({ content: 'x' }, 'stop')),
      ...writer.end(),
    ].map(({ json }) => json as Body);
    const starts = events
      .filter(({ type }) => type === 'content_block_start')
      .map(({ content_block: block }) => block.type);
    expect(starts).toEqual(['thinking', 'redacted_thinking', 'thinking', 'text']);
    const stops = events.filter(({ type }) => type === 'content_block_stop').map(({ index }) => index);
    expect(stops).toEqual([0, 1, 2, 3]);
    expect(events.some(({ delta }) => delta?.type === 'signature_delta')).toBe(false);
  });

  test('of a custom tool’s input as text, whole and streamed', () => {
    const request: ChatRequest = {
      ...REQUEST,
      tools: [{ type: 'function', free_text: true, function: { name: 'sql' } }],
    };
    const call = (text: string) => ({
      id: 'c1',
      type: 'function' as const,
      function: { name: 'sql', arguments: text },
    });
    const { chat } = openaiResponses;
    // A model that did not keep to the schema is told as it is.
    for (const [text, input] of [
      ['{"input":"SELECT 1"}', 'SELECT 1'],
      ['{"other":1}', '{"other":1}'],
      ['SELECT 1', 'SELECT 1'],
    ] as const) {
      const body = chat!.fromAnswer(answer({ content: null, tool_calls: [call(text)] }), request) as Body;
      expect(body.output).toMatchObject([{ type: 'custom_tool_call', call_id: 'c1', name: 'sql', input }]);
      expect(body.tools).toEqual([{ type: 'custom', name: 'sql', description: '' }]);
      const writer = chat!.fromChunks(request);
      const halves = [text.slice(0, 5), text.slice(5)];
      const events = [
        ...halves.flatMap((half, i) =>
          writer.chunk(
            chunk({
              tool_calls: [
                {
                  index: 0,
                  ...(i === 0 ? { id: 'c1' } : {}),
                  function: { ...(i === 0 ? { name: 'sql' } : {}), arguments: half },
                },
              ],
            }),
          ),
        ),
        ...writer.end(),
      ].map(({ json }) => json as Body);
      const types = events.map(({ type }) => type);
      expect(types.filter((type) => String(type).includes('custom_tool_call_input'))).toEqual([
        'response.custom_tool_call_input.delta',
        'response.custom_tool_call_input.done',
      ]);
      expect(types).not.toContain('response.function_call_arguments.delta');
      expect(events.find(({ type }) => type === 'response.custom_tool_call_input.done')!.input).toBe(input);
    }
  });

  test('that an answer without an end has none', () => {
    const open = answer({ content: null }, { finish_reason: null });
    expect((gemini.chat!.fromAnswer(open, REQUEST) as Body).candidates[0]).not.toHaveProperty('finishReason');
    expect((anthropic.chat!.fromAnswer(open, REQUEST) as Body).content).toEqual([]);
    const none = { ...open, choices: [] };
    expect(anthropic.chat!.fromAnswer(none, REQUEST)).toMatchObject({ content: [], stop_reason: 'end_turn' });
    expect(openaiResponses.chat!.fromAnswer(none, REQUEST)).toMatchObject({
      output: [],
      status: 'completed',
    });
  });

  test('Gemini’s: thoughts that others signed, and those that nobody did', () => {
    const writer = gemini.chat!.fromChunks(REQUEST);
    const parts = [
      { text: 'hm', signature: 's', format: 'anthropic' as const },
      { redacted: 'secret', format: 'anthropic' as const },
      { text: 'free' },
    ].flatMap((block) => writer.chunk(chunk({ reasoning_blocks: [block] })));
    // Their texts came before, piece by piece: what is left is what signs them.
    expect(parts.map(({ json }) => (json as Body).candidates[0].content.parts)).toEqual([
      [{ text: '', thought: true, thoughtSignature: expect.any(String) }],
      [{ text: '', thought: true, thoughtSignature: expect.any(String) }],
    ]);
  });
});

test.each<[typeof anthropic, number, Body]>([
  [anthropic, 418, { error: { type: 'invalid_request_error' } }],
  [anthropic, 500, { error: { type: 'api_error' } }],
  [gemini, 418, { error: { code: 418, status: 'INVALID_ARGUMENT' } }],
  [gemini, 500, { error: { code: 500, status: 'INTERNAL' } }],
])(
  '$name: an error of a status that the format does not document has the type of its kind: %s',
  (format, status, body) => {
    expect(format.error({ status, message: 'no', type: 't', code: 'c' })).toMatchObject(body);
  },
);
