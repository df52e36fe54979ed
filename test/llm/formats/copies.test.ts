// What an answer says is said in more than one place: log probabilities, whole texts after their pieces, citations,
// transcripts. A stage that edits the text must reach each of them, or a redacted value is there for all to read.
import { describe, expect, test } from 'vitest';
import type { Format } from '../../../kong/llm/format.ts';
import { ENDPOINTS } from '../../../kong/llm/formats/index.ts';
import { SseEvent } from '../../../kong/llm/sse.ts';
import { editStream } from '../../../kong/llm/stream-edit.ts';

type Body = Record<string, unknown>;

const SECRET = 'bob@corp.io';
const HIDDEN = '<EMAIL_1>';
/** As tokens: none of them may be left, nor a piece of the value. */
const TOKENS = ['bob', '@corp', '.io'];
const LEAK = /bob|corp/;

const formatNamed = (name: string): Format => ENDPOINTS.find(({ format }) => format.name === name)!.format;
const openaiTokens = (tokens: string[]): Body[] =>
  tokens.map((token) => ({
    token,
    bytes: [...Buffer.from(token)],
    logprob: -0.1,
    top_logprobs: [{ token, logprob: -0.1, bytes: null }],
  }));
const annotation = {
  type: 'url_citation',
  url_citation: { url: 'https://x.test', title: `Of ${SECRET}`, text: SECRET, start_index: 0, end_index: 3 },
};
const passage = { type: 'document_citation', document_citation: { cited_text: SECRET, title: SECRET } };

const choice = (message: Body): Body => ({
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hi', ...message },
      logprobs: { content: openaiTokens(TOKENS), refusal: null },
      finish_reason: 'stop',
    },
  ],
});
const outputText = {
  type: 'output_text',
  text: SECRET,
  annotations: [{ type: 'url_citation', url: 'https://x.test', title: SECRET, start_index: 0, end_index: 1 }],
  logprobs: openaiTokens(TOKENS),
};
const message = { type: 'message', id: 'm', role: 'assistant', content: [outputText] };
const grounding = {
  webSearchQueries: [`who is ${SECRET}`],
  groundingChunks: [{ web: { uri: 'https://x.test', title: SECRET } }],
  groundingSupports: [{ segment: { endIndex: 15, text: SECRET }, groundingChunkIndices: [0] }],
};
const logprobsResult = {
  chosenCandidates: TOKENS.map((token) => ({ token, logProbability: -0.1 })),
  topCandidates: TOKENS.map((token) => ({ candidates: [{ token, logProbability: -0.1 }] })),
};

const WHOLE: [format: string, what: string, body: Body][] = [
  ['openai-chat', 'logprobs', choice({ content: SECRET })],
  ['openai-chat', 'logprobs of a refusal', choice({ content: null, refusal: SECRET })],
  ['openai-chat', 'reasoning under two names', choice({ reasoning: SECRET, reasoning_content: SECRET })],
  [
    'openai-chat',
    'signed reasoning',
    choice({ reasoning_content: SECRET, reasoning_blocks: [{ text: SECRET, signature: 's' }] }),
  ],
  [
    'openai-chat',
    'OpenRouter’s reasoning',
    choice({
      reasoning: SECRET,
      reasoning_details: [
        { type: 'reasoning.text', text: SECRET },
        { type: 'reasoning.summary', summary: SECRET },
      ],
    }),
  ],
  ['openai-chat', 'citations', choice({ content: SECRET, annotations: [annotation, passage] })],
  [
    'openai-chat',
    'sources beside the choices',
    { ...choice({ content: SECRET }), search_results: [{ title: SECRET, url: 'u', snippet: SECRET }] },
  ],
  ['openai-chat', 'what is said aloud', choice({ content: null, audio: { id: 'a', transcript: SECRET } })],
  ['openai-chat', 'the oldest form of a call', choice({ function_call: { name: 'f', arguments: SECRET } })],
  [
    'openai-chat',
    'a call of a custom tool',
    choice({ tool_calls: [{ id: 'c', type: 'custom', custom: { name: 'f', input: SECRET } }] }),
  ],
  [
    'openai-chat',
    'contents in parts',
    choice({
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: SECRET }] },
        { type: 'text', text: SECRET },
      ],
    }),
  ],
  [
    'openai-completions',
    'logprobs',
    {
      choices: [
        {
          index: 0,
          text: SECRET,
          logprobs: {
            tokens: TOKENS,
            token_logprobs: [0, 0, 0],
            top_logprobs: [{ bob: 0 }],
            text_offset: [0],
          },
        },
      ],
    },
  ],
  ['openai-responses', 'logprobs and citations', { output: [message] }],
  [
    'anthropic',
    'citations',
    {
      content: [
        {
          type: 'text',
          text: SECRET,
          citations: [
            { type: 'char_location', cited_text: SECRET, document_title: SECRET, document_index: 0 },
          ],
        },
      ],
    },
  ],
  [
    'gemini',
    'grounding and logprobs',
    {
      candidates: [
        {
          index: 0,
          content: { role: 'model', parts: [{ text: SECRET }] },
          groundingMetadata: grounding,
          citationMetadata: { citationSources: [{ uri: 'u', title: SECRET }] },
          logprobsResult,
        },
      ],
    },
  ],
  [
    'openai-transcriptions',
    'segments, words and logprobs',
    {
      text: SECRET,
      segments: [{ id: 0, text: SECRET, tokens: [1, 2] }],
      words: TOKENS.map((word) => ({ word, start: 0, end: 1 })),
      logprobs: openaiTokens(TOKENS),
    },
  ],
];

describe.each(WHOLE)('%s: %s', (name, _what, body) => {
  test('are changed with the text', () => {
    const changed = structuredClone(body);
    for (const slot of formatNamed(name).answer.texts(changed))
      if (slot.text.includes(SECRET)) slot.text = slot.text.replaceAll(SECRET, HIDDEN);
    expect(JSON.stringify(changed)).not.toMatch(LEAK);
    expect(JSON.stringify(changed)).toContain(HIDDEN);
  });

  test('stay as they are when nothing is', () => {
    const read = structuredClone(body);
    expect(formatNamed(name).answer.texts(read).length).toBeGreaterThan(0);
    expect(read).toEqual(body);
  });
});

test('what an answer says twice is counted once', () => {
  const counted = (name: string, body: Body): string[] =>
    formatNamed(name)
      .answer.texts(structuredClone(body))
      .flatMap(({ text, repeat }) => (repeat ? [] : [text]));
  const { choices } = choice({
    content: 'a',
    reasoning: 'b',
    reasoning_content: 'b',
    annotations: [passage],
  });
  expect(counted('openai-chat', { choices })).toEqual(['b', 'a']);
  expect(counted('openai-responses', { output: [message] })).toEqual([SECRET]);
  const candidate = { content: { parts: [{ text: 'a' }] }, groundingMetadata: grounding };
  expect(counted('gemini', { candidates: [candidate] })).toEqual(['a']);
});

test('a client that sends back what it was given sends back the copies too', () => {
  const assistant = {
    role: 'assistant',
    content: SECRET,
    reasoning_content: SECRET,
    reasoning_blocks: [{ text: SECRET, signature: 'sig' }],
    reasoning_details: [{ type: 'reasoning.text', text: SECRET, signature: 'sig' }],
    annotations: [annotation, passage],
  };
  const body = { messages: [assistant, { role: 'user', content: 'Go on' }] };
  for (const slot of formatNamed('openai-chat').request.texts(body))
    slot.text = slot.text.replaceAll(SECRET, HIDDEN);
  expect(JSON.stringify(body)).not.toMatch(LEAK);
  expect(assistant.reasoning_blocks[0]!.signature).toBe('sig');
  const cited = { type: 'text', text: SECRET, citations: [{ type: 'char_location', cited_text: SECRET }] };
  const turn = { messages: [{ role: 'assistant', content: [cited] }] };
  for (const slot of formatNamed('anthropic').request.texts(turn)) slot.text = HIDDEN;
  expect(JSON.stringify(turn)).not.toMatch(LEAK);
});

/** The pieces of the secret, each with what tells it token by token. */
const delta = (of: (piece: string, i: number) => Body, logprobs = true) =>
  TOKENS.map((token, i) => ({
    id: 'c',
    choices: [
      {
        index: 0,
        delta: of(token, i),
        ...(logprobs ? { logprobs: { content: openaiTokens([token]) } } : {}),
        finish_reason: null,
      },
    ],
  }));
const END = { id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
const textDelta = (token: string): Body => ({
  type: 'response.output_text.delta',
  item_id: 'm',
  output_index: 0,
  content_index: 0,
  delta: token,
  logprobs: openaiTokens([token]),
});
const block = (index: number, content_block: Body): Body => ({
  type: 'content_block_start',
  index,
  content_block,
});
const part = (index: number, of: Body): Body => ({ type: 'content_block_delta', index, delta: of });

const STREAMED: [format: string, what: string, events: Body[]][] = [
  ['openai-chat', 'logprobs', [...delta((content) => ({ content })), END]],
  [
    'openai-chat',
    'reasoning under two names',
    [...delta((text) => ({ reasoning: text, reasoning_content: text })), END],
  ],
  [
    'openai-chat',
    'signed reasoning',
    [
      ...delta((reasoning_content) => ({ reasoning_content }), false),
      ...delta(() => ({ reasoning_blocks: [{ text: SECRET, signature: 's' }] }), false).slice(0, 1),
      END,
    ],
  ],
  [
    'openai-chat',
    'OpenRouter’s reasoning',
    [
      ...delta(
        (text) => ({ reasoning: text, reasoning_details: [{ type: 'reasoning.text', text, index: 0 }] }),
        false,
      ),
      END,
    ],
  ],
  [
    'openai-chat',
    'citations',
    [
      ...delta((content) => ({ content }), false),
      ...delta(() => ({ annotations: [annotation, passage] }), false).slice(0, 1),
      { ...END, search_results: [{ title: SECRET, url: 'u' }] },
    ],
  ],
  ['openai-chat', 'what is said aloud', [...delta((transcript) => ({ audio: { transcript } })), END]],
  [
    'openai-chat',
    'the oldest form of a call',
    [...delta((text) => ({ function_call: { arguments: text } })), END],
  ],
  [
    'openai-chat',
    'a call of a custom tool',
    [...delta((input) => ({ tool_calls: [{ index: 0, custom: { input } }] })), END],
  ],
  ['openai-chat', 'contents in parts', [...delta((text) => ({ content: [{ type: 'text', text }] })), END]],
  [
    'openai-completions',
    'logprobs',
    [
      ...TOKENS.map((text) => ({
        choices: [{ index: 0, text, logprobs: { tokens: [text], text_offset: [0] }, finish_reason: null }],
      })),
      { choices: [{ index: 0, text: '', logprobs: null, finish_reason: 'stop' }] },
    ],
  ],
  [
    'openai-responses',
    'logprobs, citations, and what is done',
    [
      ...TOKENS.map(textDelta),
      {
        type: 'response.output_text.annotation.added',
        output_index: 0,
        annotation: { type: 'url_citation', title: SECRET, url: 'u' },
      },
      {
        type: 'response.output_text.done',
        output_index: 0,
        content_index: 0,
        text: SECRET,
        logprobs: openaiTokens(TOKENS),
      },
      { type: 'response.content_part.done', output_index: 0, content_index: 0, part: outputText },
      { type: 'response.output_item.done', output_index: 0, item: message },
      { type: 'response.completed', response: { status: 'completed', output: [message] } },
    ],
  ],
  [
    'openai-responses',
    'pieces of a kind that is yet to come',
    [
      ...TOKENS.map((token) => ({
        type: 'response.shell_call_command.delta',
        output_index: 0,
        delta: token,
      })),
      { type: 'response.shell_call_command.done', output_index: 0, command: SECRET },
      { type: 'response.completed', response: { status: 'completed', output: [] } },
    ],
  ],
  [
    'anthropic',
    'citations, and blocks that come whole',
    [
      block(0, {
        type: 'web_search_tool_result',
        content: [{ type: 'web_search_result', title: SECRET, url: 'u', encrypted_content: 'e' }],
      }),
      { type: 'content_block_stop', index: 0 },
      block(1, { type: 'text', text: '', citations: [] }),
      ...TOKENS.map((text) => part(1, { type: 'text_delta', text })),
      part(1, {
        type: 'citations_delta',
        citation: { type: 'char_location', cited_text: SECRET, document_title: SECRET },
      }),
      { type: 'content_block_stop', index: 1 },
      { type: 'message_stop' },
    ],
  ],
  [
    'gemini',
    'grounding, code and logprobs',
    [
      ...TOKENS.map((text, i) => ({
        candidates: [
          {
            index: 0,
            content: { parts: [{ text }] },
            logprobsResult: { chosenCandidates: logprobsResult.chosenCandidates.slice(i, i + 1) },
          },
        ],
      })),
      { candidates: [{ index: 0, content: { parts: [{ codeExecutionResult: { output: SECRET } }] } }] },
      { candidates: [{ index: 0, groundingMetadata: grounding }] },
      { candidates: [{ index: 0, finishReason: 'STOP' }] },
    ],
  ],
  [
    'openai-transcriptions',
    'logprobs and what is done',
    [
      ...TOKENS.map((token) => ({
        type: 'transcript.text.delta',
        delta: token,
        logprobs: openaiTokens([token]),
      })),
      { type: 'transcript.text.segment', id: 's', text: SECRET },
      { type: 'transcript.text.done', text: SECRET, logprobs: openaiTokens(TOKENS) },
    ],
  ],
];

/** Holds everything back that may be the beginning of the secret, and no more. */
function hiding() {
  let held = '';
  return {
    push(text: string): string {
      held = (held + text).replaceAll(SECRET, HIDDEN);
      let keep = Math.min(held.length, SECRET.length - 1);
      while (!SECRET.startsWith(held.slice(held.length - keep))) keep -= 1;
      const out = held.slice(0, held.length - keep);
      held = held.slice(held.length - keep);
      return out;
    },
    flush: () => held,
  };
}

test.each(STREAMED)('streamed, %s: %s are changed with the text', (name, _what, bodies) => {
  const transform = editStream(formatNamed(name), hiding);
  let out = '';
  const sink = {
    event: (event: SseEvent) => {
      out += event.toBytes().toString();
    },
    end() {},
    fail(error: Error) {
      throw error;
    },
  };
  for (const body of structuredClone(bodies))
    transform.event(SseEvent.fromBytes(SseEvent.ofJson(body, String(body.type)).toBytes()), sink);
  transform.end!(sink);
  expect(out).not.toMatch(LEAK);
  expect(out).toContain(HIDDEN);
});
