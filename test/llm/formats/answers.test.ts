// What answers tell besides text and calls, in every client's words, whole and streamed: refusals, citations, reasons to
// finish, kinds of tokens, log probabilities. Providers' answers are of their documented shapes.
import { describe, expect, test } from 'vitest';
import { answerToChunks } from '../../../kong/llm/answer-chunks.ts';
import type { ChatAnswer, ChatRequest } from '../../../kong/llm/chat.ts';
import type { OutboundChat } from '../../../kong/llm/format.ts';
import { anthropic } from '../../../kong/llm/formats/anthropic/format.ts';
import { anthropicOutbound } from '../../../kong/llm/formats/anthropic/outbound.ts';
import { bedrockOutbound } from '../../../kong/llm/formats/bedrock/outbound.ts';
import { cohereOutbound } from '../../../kong/llm/formats/cohere/outbound.ts';
import { gemini } from '../../../kong/llm/formats/gemini/format.ts';
import { geminiOutbound } from '../../../kong/llm/formats/gemini/outbound.ts';
import { openaiChat } from '../../../kong/llm/formats/openai-chat/format.ts';
import { openaiChatOutbound } from '../../../kong/llm/formats/openai-chat/outbound.ts';
import { openaiResponses } from '../../../kong/llm/formats/openai-responses/format.ts';
import { SseEvent } from '../../../kong/llm/sse.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies of the wire, read as deep as they go
type Body = Record<string, any>;

const REQUEST: ChatRequest = { model: 'm', messages: [], stream_options: { include_usage: true } };
const CLIENTS = { openai: openaiChat, anthropic, responses: openaiResponses, gemini };
type Client = keyof typeof CLIENTS;

const whole = (client: Client, answer: ChatAnswer): Body => CLIENTS[client].chat!.fromAnswer(answer, REQUEST);
function events(client: Client, answer: ChatAnswer): Body[] {
  const writer = CLIENTS[client].chat!.fromChunks(REQUEST);
  const out = [...answerToChunks(answer).flatMap((chunk) => writer.chunk(chunk)), ...writer.end()];
  return out.flatMap((event) => (event.json ? [event.json as Body] : []));
}

const anthropicAnswer = (more: Body): Body => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude',
  content: [{ type: 'text', text: 'Hi' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 5 },
  ...more,
});
const geminiBody = (candidate: Body): Body => ({
  responseId: 'r',
  modelVersion: 'g',
  candidates: [
    { index: 0, content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP', ...candidate },
  ],
});

describe('reasons to finish', () => {
  const TABLE: [provider: string, outbound: OutboundChat, reason: string, finish: string][] = [
    ...Object.entries({
      end_turn: 'stop',
      stop_sequence: 'stop',
      pause_turn: 'stop',
      max_tokens: 'length',
      model_context_window_exceeded: 'length',
      tool_use: 'tool_calls',
      refusal: 'content_filter',
      something_new: 'stop',
    }).map(([reason, finish]) => ['anthropic', anthropicOutbound, reason, finish] as (typeof TABLE)[number]),
    ...Object.entries({
      STOP: 'stop',
      MAX_TOKENS: 'length',
      SAFETY: 'content_filter',
      RECITATION: 'content_filter',
      PROHIBITED_CONTENT: 'content_filter',
      SPII: 'content_filter',
      BLOCKLIST: 'content_filter',
      MALFORMED_FUNCTION_CALL: 'stop',
    }).map(([reason, finish]) => ['gemini', geminiOutbound, reason, finish] as (typeof TABLE)[number]),
    ...Object.entries({
      end_turn: 'stop',
      max_tokens: 'length',
      tool_use: 'tool_calls',
      guardrail_intervened: 'content_filter',
      content_filtered: 'content_filter',
    }).map(([reason, finish]) => ['bedrock', bedrockOutbound, reason, finish] as (typeof TABLE)[number]),
    ...Object.entries({
      COMPLETE: 'stop',
      STOP_SEQUENCE: 'stop',
      MAX_TOKENS: 'length',
      TOOL_CALL: 'tool_calls',
      ERROR_TOXIC: 'content_filter',
    }).map(([reason, finish]) => ['cohere', cohereOutbound, reason, finish] as (typeof TABLE)[number]),
  ];
  const bodyOf: Record<string, (reason: string) => Body> = {
    anthropic: (stop_reason) => anthropicAnswer({ stop_reason }),
    gemini: (finishReason) => geminiBody({ finishReason }),
    bedrock: (stopReason) => ({ output: { message: { content: [{ text: 'Hi' }] } }, stopReason }),
    cohere: (finish_reason) => ({ message: { content: [{ type: 'text', text: 'Hi' }] }, finish_reason }),
  };

  test.each(TABLE)('%s %s says %s: %s', (provider, outbound, reason, finish) => {
    expect(outbound.toAnswer(bodyOf[provider]!(reason)).choices[0]!.finish_reason).toBe(finish);
  });

  const WORDS: [finish: 'stop' | 'length' | 'content_filter', words: Record<Client, string>][] = [
    ['stop', { openai: 'stop', anthropic: 'end_turn', responses: 'completed', gemini: 'STOP' }],
    [
      'length',
      { openai: 'length', anthropic: 'max_tokens', responses: 'max_output_tokens', gemini: 'MAX_TOKENS' },
    ],
    [
      'content_filter',
      { openai: 'content_filter', anthropic: 'refusal', responses: 'content_filter', gemini: 'SAFETY' },
    ],
  ];

  test.each(WORDS)('%s in every client’s words', (finish_reason, words) => {
    const answer = anthropicOutbound.toAnswer(anthropicAnswer({}));
    answer.choices[0]!.finish_reason = finish_reason;
    for (const client of Object.keys(CLIENTS) as Client[]) {
      expect(CLIENTS[client].answer.finishReasons(whole(client, answer))).toEqual([words[client]]);
      const told = events(client, answer).flatMap((body) =>
        CLIENTS[client].stream.finishReasons(SseEvent.ofJson(body)),
      );
      expect(told).toEqual([words[client]]);
    }
  });

  test('which stop sequence it was reaches clients that can be told', () => {
    const stopped = anthropicOutbound.toAnswer(
      anthropicAnswer({ stop_reason: 'stop_sequence', stop_sequence: 'END' }),
    );
    expect(whole('anthropic', stopped)).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'END' });
    expect(events('anthropic', stopped).find(({ type }) => type === 'message_delta')!.delta).toEqual({
      stop_reason: 'stop_sequence',
      stop_sequence: 'END',
    });
  });

  test('a prompt that Gemini blocked is an answer that was filtered', () => {
    const blocked = geminiOutbound.toAnswer({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } });
    expect(blocked.choices[0]!.finish_reason).toBe('content_filter');
  });
});

describe('refusals', () => {
  const refused = openaiChatOutbound.toAnswer({
    id: 'c',
    model: 'm',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: null, refusal: 'I will not.' },
        finish_reason: 'stop',
      },
    ],
  });

  test('are said as each client knows them', () => {
    expect(whole('openai', refused).choices[0].message).toMatchObject({
      content: null,
      refusal: 'I will not.',
    });
    expect(whole('anthropic', refused)).toMatchObject({
      content: [{ type: 'text', text: 'I will not.' }],
      stop_reason: 'refusal',
    });
    expect(whole('responses', refused).output[0].content).toEqual([
      { type: 'refusal', refusal: 'I will not.' },
    ]);
    expect(whole('gemini', refused).candidates[0]).toMatchObject({
      content: { parts: [{ text: 'I will not.' }] },
      finishReason: 'SAFETY',
    });
  });

  test('streamed, too', () => {
    const types = events('responses', refused).map(({ type }) => type);
    expect(types).toContain('response.refusal.delta');
    expect(types).toContain('response.refusal.done');
    const told = events('openai', refused).flatMap(({ choices }) =>
      choices.map((one: Body) => one.delta.refusal),
    );
    expect(told.filter(Boolean)).toEqual(['I will not.']);
    expect(events('anthropic', refused).find(({ type }) => type === 'message_delta')!.delta.stop_reason).toBe(
      'refusal',
    );
    expect(events('gemini', refused).at(-1)!.candidates[0].finishReason).toBe('SAFETY');
  });

  test('Anthropic’s own explanation is a refusal to others', () => {
    const answer = anthropicOutbound.toAnswer(
      anthropicAnswer({ content: [], stop_reason: 'refusal', stop_details: { explanation: 'No.' } }),
    );
    expect(whole('openai', answer).choices[0]).toMatchObject({
      message: { refusal: 'No.' },
      finish_reason: 'content_filter',
    });
  });
});

describe('citations', () => {
  // Twelve bytes, eight code units, before the cited part.
  const text = 'Grüße 🌍 it rains.';
  const bytes = Buffer.byteLength('Grüße 🌍 ');
  const grounded = geminiBody({
    content: { parts: [{ text }] },
    groundingMetadata: {
      groundingChunks: [{ web: { uri: 'https://w.test', title: 'Weather' } }],
      groundingSupports: [
        {
          segment: { startIndex: bytes, endIndex: bytes + 9, text: 'it rains.' },
          groundingChunkIndices: [0],
        },
      ],
    },
  });
  const cited = { url: 'https://w.test', title: 'Weather' };
  const place = { start_index: text.indexOf('it'), end_index: text.length };

  test('Google counts bytes, the others characters', () => {
    const answer = geminiOutbound.toAnswer(grounded);
    expect(whole('openai', answer).choices[0].message.annotations).toEqual([
      { type: 'url_citation', url_citation: { ...cited, ...place, text: 'it rains.' } },
    ]);
    expect(whole('responses', answer).output[0].content[0].annotations).toEqual([
      { type: 'url_citation', ...cited, ...place },
    ]);
    const { groundingSupports } = whole('gemini', answer).candidates[0].groundingMetadata;
    expect(groundingSupports).toEqual(grounded.candidates[0].groundingMetadata.groundingSupports);
    expect(events('gemini', answer).at(-1)!.candidates[0].groundingMetadata.groundingSupports).toEqual(
      groundingSupports,
    );
  });

  test('streamed: the grounding comes last, of all that was said', () => {
    const reader = geminiOutbound.toChunks(REQUEST);
    const parts = [text.slice(0, 7), text.slice(7)].map((one) => ({
      candidates: [{ index: 0, content: { parts: [{ text: one }] } }],
    }));
    const last = { candidates: [{ ...grounded.candidates[0], content: { parts: [] } }] };
    const chunks = [...parts, last].flatMap((body) => reader.event(SseEvent.ofJson(body)));
    const found = chunks.flatMap(({ choices }) => choices.flatMap(({ delta }) => delta.annotations ?? []));
    expect(found).toEqual([
      { type: 'url_citation', url_citation: { ...cited, ...place, text: 'it rains.' } },
    ]);
  });

  test('Anthropic’s, of documents and of the web', () => {
    const answer = anthropicOutbound.toAnswer(
      anthropicAnswer({
        content: [
          { type: 'text', text: 'So: ' },
          {
            type: 'text',
            text: 'it rains.',
            citations: [
              { type: 'char_location', cited_text: 'rain', document_index: 1, document_title: 'D' },
              { type: 'web_search_result_location', url: 'https://w.test', title: 'W', cited_text: 'wet' },
            ],
          },
        ],
      }),
    );
    const [document, web] = whole('openai', answer).choices[0].message.annotations;
    const at = { start_index: 4, end_index: 13 };
    expect(document.document_citation).toEqual({ title: 'D', cited_text: 'rain', document_index: 1, ...at });
    expect(web.url_citation).toEqual({ url: 'https://w.test', title: 'W', text: 'wet', ...at });
    expect(whole('anthropic', answer).content[0].citations).toMatchObject([
      { type: 'char_location', cited_text: 'rain', document_index: 1, document_title: 'D' },
      { type: 'web_search_result_location', url: 'https://w.test', cited_text: 'wet' },
    ]);
    const deltas = events('anthropic', answer).filter(({ delta }) => delta?.type === 'citations_delta');
    expect(deltas.map(({ delta }) => delta.citation.cited_text)).toEqual(['rain', 'wet']);
    expect(
      events('responses', answer).filter(({ type }) => String(type).includes('annotation')),
    ).toHaveLength(2);
    expect(whole('gemini', answer).candidates[0].groundingMetadata.groundingChunks).toEqual([
      { web: { uri: 'https://w.test', title: 'W' } },
    ]);
  });

  test('Cohere’s name what they rest on', () => {
    const answer = cohereOutbound.toAnswer({
      message: {
        content: [{ type: 'text', text: 'It rains.' }],
        citations: [{ start: 3, end: 8, text: 'rains', sources: [{ type: 'document', id: 'd1' }] }],
      },
      finish_reason: 'COMPLETE',
    });
    expect(whole('openai', answer).choices[0].message.annotations).toEqual([
      {
        type: 'document_citation',
        document_citation: { start_index: 3, end_index: 8, cited_text: 'rains', sources: ['d1'] },
      },
    ]);
  });
});

describe('tokens are of one kind each', () => {
  const ANSWERS: [provider: string, answer: ChatAnswer][] = [
    [
      'anthropic',
      anthropicOutbound.toAnswer(
        anthropicAnswer({
          usage: {
            input_tokens: 10,
            cache_read_input_tokens: 100,
            cache_creation_input_tokens: 1_000,
            output_tokens: 50,
            output_tokens_details: { thinking_tokens: 20 },
          },
        }),
      ),
    ],
    [
      'bedrock',
      bedrockOutbound.toAnswer({
        output: { message: { content: [{ text: 'Hi' }] } },
        stopReason: 'end_turn',
        usage: {
          inputTokens: 10,
          cacheReadInputTokens: 100,
          cacheWriteInputTokens: 1_000,
          outputTokens: 50,
          totalTokens: 1_160,
        },
      }),
    ],
    [
      'openai',
      openaiChatOutbound.toAnswer({
        choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: 'stop' }],
        usage: {
          prompt_tokens: 1_110,
          completion_tokens: 50,
          total_tokens: 1_160,
          prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 1_000 },
          completion_tokens_details: { reasoning_tokens: 20 },
        },
      }),
    ],
  ];

  test.each(ANSWERS)('%s', (provider, answer) => {
    const openai = whole('openai', answer).usage;
    expect(openai).toMatchObject({ prompt_tokens: 1_110, completion_tokens: 50, total_tokens: 1_160 });
    expect(openai.prompt_tokens_details).toMatchObject({ cached_tokens: 100, cache_write_tokens: 1_000 });
    expect(whole('anthropic', answer).usage).toMatchObject({
      input_tokens: 10,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 1_000,
      output_tokens: 50,
    });
    expect(whole('responses', answer).usage).toMatchObject({
      input_tokens: 1_110,
      input_tokens_details: { cached_tokens: 100 },
      output_tokens: 50,
      total_tokens: 1_160,
    });
    const reasoning = provider === 'bedrock' ? 0 : 20;
    expect(whole('gemini', answer).usageMetadata).toMatchObject({
      promptTokenCount: 1_110,
      cachedContentTokenCount: 100,
      candidatesTokenCount: 50 - reasoning,
      totalTokenCount: 1_160,
    });
    // As the stages count them, whatever the client's format.
    for (const client of Object.keys(CLIENTS) as Client[]) {
      const usage = CLIENTS[client].answer.usage(whole(client, answer))!;
      expect([client, usage.input.total, usage.output.total]).toEqual([client, 1_110, 50]);
    }
  });

  test('Gemini’s: thoughts beside the candidates, what tools brought beside the prompt', () => {
    const answer = geminiOutbound.toAnswer({
      ...geminiBody({}),
      usageMetadata: {
        promptTokenCount: 100,
        toolUsePromptTokenCount: 7,
        cachedContentTokenCount: 40,
        candidatesTokenCount: 30,
        thoughtsTokenCount: 20,
        totalTokenCount: 157,
      },
    });
    expect(whole('openai', answer).usage).toMatchObject({
      prompt_tokens: 107,
      completion_tokens: 50,
      total_tokens: 157,
      completion_tokens_details: { reasoning_tokens: 20 },
    });
    expect(whole('anthropic', answer).usage).toMatchObject({ input_tokens: 67, cache_read_input_tokens: 40 });
  });

  test('what nobody counted is absent, not nothing', () => {
    const uncounted = anthropicOutbound.toAnswer(anthropicAnswer({ usage: undefined }));
    expect(whole('openai', uncounted)).not.toHaveProperty('usage');
    expect(whole('gemini', uncounted)).not.toHaveProperty('usageMetadata');
  });
});

describe('log probabilities', () => {
  const tokens = [
    {
      token: 'Hi',
      logprob: -0.1,
      bytes: [72, 105],
      top_logprobs: [{ token: 'Hi', logprob: -0.1, bytes: [72, 105] }],
    },
  ];
  const google = {
    chosenCandidates: [{ token: 'Hi', logProbability: -0.1 }],
    topCandidates: [{ candidates: [{ token: 'Hi', logProbability: -0.1 }] }],
  };

  test('of Gemini, for clients that know them', () => {
    const answer = geminiOutbound.toAnswer(geminiBody({ logprobsResult: google }));
    expect(whole('openai', answer).choices[0].logprobs).toEqual({ content: tokens, refusal: null });
    expect(whole('responses', answer).output[0].content[0].logprobs).toEqual(tokens);
    expect(whole('gemini', answer).candidates[0].logprobsResult).toEqual(google);
  });

  test('of OpenAI, for Google’s clients', () => {
    const answer = openaiChatOutbound.toAnswer({
      choices: [
        { index: 0, message: { content: 'Hi' }, logprobs: { content: tokens }, finish_reason: 'stop' },
      ],
    });
    expect(whole('gemini', answer).candidates[0].logprobsResult).toEqual(google);
  });
});

test('values out of a provider’s range are set to its end, where its meaning stays', () => {
  const messages: ChatRequest['messages'] = [{ role: 'user', content: 'x' }];
  const ask = { model: 'claude-sonnet-4-5', messages, temperature: 1.7, top_p: 1 };
  expect(anthropicOutbound.fromCommon(ask).temperature).toBe(1);
  expect(bedrockOutbound.fromCommon(ask).inferenceConfig).toMatchObject({ temperature: 1 });
  expect(cohereOutbound.fromCommon({ ...ask, model: 'command-a' })).toMatchObject({
    temperature: 1,
    p: 0.99,
  });
  expect(cohereOutbound.fromCommon({ ...ask, model: 'command-a', top_p: 0 })).toMatchObject({ p: 0.01 });
  expect(geminiOutbound.fromCommon({ ...ask, model: 'gemini-2.5-pro' }).generationConfig).toMatchObject({
    temperature: 1.7,
    topP: 1,
  });
});

describe('what clients send along reaches every provider that takes it', () => {
  const data = Buffer.from('%PDF').toString('base64');
  const ASKED: [client: Client, body: Body, path?: string][] = [
    [
      'openai',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'file', file: { file_data: `data:application/pdf;base64,${data}`, filename: 'a.pdf' } },
            ],
          },
        ],
      },
    ],
    [
      'anthropic',
      {
        max_tokens: 9,
        messages: [
          {
            role: 'user',
            content: [{ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data } }],
          },
        ],
      },
    ],
    [
      'responses',
      {
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_file', file_data: `data:application/pdf;base64,${data}`, filename: 'a.pdf' },
            ],
          },
        ],
      },
    ],
    [
      'gemini',
      { contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'application/pdf', data } }] }] },
    ],
  ];

  test.each(ASKED)('a PDF of a client of %s', (client, body) => {
    const path = '/v1beta/models/m:generateContent';
    const common = { ...CLIENTS[client].chat!.toCommon(body, { path }), model: 'claude-sonnet-4-5' };
    for (const outbound of [openaiChatOutbound, anthropicOutbound, geminiOutbound, bedrockOutbound])
      expect(JSON.stringify(outbound.fromCommon(common))).toContain(data);
    expect(() => cohereOutbound.fromCommon(common)).toThrow('takes no parts of type file');
  });
});
