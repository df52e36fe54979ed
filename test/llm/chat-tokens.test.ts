import { describe, expect, it } from 'vitest';
import { countChat, countChatAsync, countRequest } from '../../kong/llm/chat-tokens.ts';
import type { Format } from '../../kong/llm/format.ts';
import { openaiChat } from '../../kong/llm/formats/openai-chat/format.ts';
import { textSlot } from '../../kong/llm/slots.ts';

// The conversation and the tool of OpenAI's cookbook, whose counts are those that the API reported.
const JARGON = [
  {
    role: 'system',
    content:
      'You are a helpful, pattern-following assistant that translates corporate jargon into plain English.',
  },
  { role: 'system', name: 'example_user', content: 'New synergies will help drive top-line growth.' },
  {
    role: 'system',
    name: 'example_assistant',
    content: 'Things working well together will increase revenue.',
  },
  {
    role: 'system',
    name: 'example_user',
    content:
      "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
  },
  {
    role: 'system',
    name: 'example_assistant',
    content: "Let's talk later when we're less busy about how to do better.",
  },
  {
    role: 'user',
    content: "This late pivot means we don't have time to boil the ocean for the client deliverable.",
  },
];
const WEATHER = [
  { role: 'system', content: 'You are a helpful assistant that can answer to questions about the weather.' },
  { role: 'user', content: "What's the weather like in San Francisco?" },
];
const TOOLS = [
  {
    type: 'function',
    function: {
      name: 'get_current_weather',
      description: 'Get the current weather in a given location',
      parameters: {
        type: 'object',
        properties: {
          location: { type: 'string', description: 'The city and state, e.g. San Francisco, CA' },
          unit: {
            type: 'string',
            description: 'The unit of temperature to return',
            enum: ['celsius', 'fahrenheit'],
          },
        },
        required: ['location'],
      },
    },
  },
];

describe('countChat', () => {
  it.each([
    ['gpt-3.5-turbo', 129],
    ['gpt-4', 129],
    ['gpt-4o', 124],
    ['gpt-4o-mini', 124],
  ])('counts the cookbook conversation for %s as %i', (model, tokens) => {
    expect(countChat(model, { messages: JARGON })).toEqual({ tokens, estimated: false });
  });

  it.each([
    ['gpt-3.5-turbo', 105],
    ['gpt-4', 105],
    ['gpt-4o', 101],
    ['gpt-4o-mini', 101],
  ])('counts the cookbook tools for %s as %i', (model, tokens) => {
    expect(countChat(model, { messages: WEATHER, tools: TOOLS })).toEqual({ tokens, estimated: false });
  });

  it('counts to the same number asynchronously', async () => {
    expect(await countChatAsync('gpt-4', { messages: WEATHER, tools: TOOLS })).toEqual({
      tokens: 105,
      estimated: false,
    });
  });

  it('counts text parts as the text itself', () => {
    const parts = WEATHER.map(({ role, content }) => ({ role, content: [{ type: 'text', text: content }] }));
    expect(countChat('gpt-4o', { messages: parts })).toEqual(countChat('gpt-4o', { messages: WEATHER }));
  });

  it.each([
    [
      'images',
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://x/y.png' } }] },
      765,
    ],
    [
      'images in low detail',
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'u', detail: 'low' } }] },
      85,
    ],
    [
      'audio',
      { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }] },
      1000,
    ],
    ['tool calls', { role: 'assistant', tool_calls: [{ function: { name: 'f', arguments: '{"a":1}' } }] }, 8],
    [
      'custom tool calls',
      { role: 'assistant', tool_calls: [{ custom: { name: 'f', input: 'a b c d' } }] },
      8,
    ],
    [
      'a call of the oldest form',
      { role: 'assistant', function_call: { name: 'f', arguments: 'a b c d' } },
      8,
    ],
    ['what was thought', { role: 'assistant', reasoning_content: 'a b c d' }, 8],
    ['what was refused', { role: 'assistant', refusal: 'a b c d' }, 8],
  ])('marks %s as estimated', (_, message, atLeast) => {
    const { tokens, estimated } = countChat('gpt-4o', { messages: [message] });
    expect(estimated).toBe(true);
    expect(tokens).toBeGreaterThanOrEqual(atLeast);
    expect(tokens).toBeLessThan(atLeast + 12);
  });

  it('counts every text of a prompt, wherever a client puts it', () => {
    const long = 'word '.repeat(500);
    const empty = countChat('gpt-4o', { messages: [{ role: 'user', content: '' }] }).tokens;
    const call = { name: 'f', arguments: long };
    for (const more of [
      { messages: [{ role: 'assistant', content: [{ type: 'refusal', refusal: long }] }] },
      {
        messages: [
          { role: 'assistant', tool_calls: [{ type: 'custom', custom: { name: 'f', input: long } }] },
        ],
      },
      { messages: [{ role: 'assistant', tool_calls: [{ type: 'function', function: call }] }] },
      { messages: [{ role: 'assistant', function_call: call }] },
      { functions: [{ name: 'f', description: long }] },
      { tools: [{ type: 'function', function: { name: 'f', description: long } }] },
      { tools: [{ type: 'custom', custom: { name: 'f', description: long } }] },
    ]) {
      const { tokens } = countChat('gpt-4o', { messages: [], ...more });
      expect(tokens - empty).toBeGreaterThanOrEqual(500);
    }
  });

  it('counts nested schemas and tolerates bodies that are not as documented', () => {
    const nested = {
      messages: [null, 'x', { role: 'user' }],
      tools: [
        {},
        {
          function: {
            name: 'f',
            parameters: {
              properties: { a: { type: 'object', properties: { deep: { type: 'string' } } }, b: true },
            },
          },
        },
      ],
    };
    expect(countChat('gpt-4o', nested).estimated).toBe(true);
    expect(countChat('gpt-4o', {})).toEqual({ tokens: 3, estimated: false });
  });
});

describe('countRequest', () => {
  it('counts OpenAI chat as such', () => {
    expect(countRequest(openaiChat, 'gpt-4', { messages: JARGON })).toEqual({
      tokens: 129,
      estimated: false,
    });
  });

  it('counts any other format by its texts, as an estimate', () => {
    const texts: Format['request']['texts'] = (body) => [textSlot(body, 'input', 'user', 'text', 0)];
    const format: Format = {
      ...openaiChat,
      name: 'other',
      request: { ...openaiChat.request, texts, attachments: () => [] },
    };
    expect(countRequest(format, 'gpt-4o', { input: 'tiktoken is great!' })).toEqual({
      tokens: 13,
      estimated: true,
    });
  });

  it('counts what is said twice once, and attachments by their kind', () => {
    const slots = ['a b c', 'a b c'].map((text, i) => ({
      ...{ role: 'user' as const, kind: 'text' as const, turn: 0, text },
      ...(i === 1 ? { repeat: true as const } : {}),
    }));
    const format: Format = {
      ...openaiChat,
      name: 'other',
      request: { ...openaiChat.request, texts: () => slots, attachments: () => [] },
    };
    const { tokens } = countRequest(format, 'gpt-4o', {});
    expect(tokens).toBe(
      countRequest(
        { ...format, request: { ...format.request, texts: () => slots.slice(0, 1) } },
        'gpt-4o',
        {},
      ).tokens,
    );
    const more = (kind: 'image' | 'file') =>
      countRequest(
        { ...format, request: { ...format.request, attachments: () => [{ kind, turn: 0, remove() {} }] } },
        'gpt-4o',
        {},
      ).tokens - tokens;
    expect([more('image'), more('file')]).toEqual([765, 1000]);
  });
});
