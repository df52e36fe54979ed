// What providers are sent, where their documentation wants something special.
import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../../kong/llm/chat.ts';
import { anthropicOutbound } from '../../../kong/llm/formats/anthropic/outbound.ts';
import { bedrockOutbound } from '../../../kong/llm/formats/bedrock/outbound.ts';
import { geminiOutbound } from '../../../kong/llm/formats/gemini/outbound.ts';

const ask = (more: Partial<ChatRequest>): ChatRequest => ({
  model: 'm',
  messages: [{ role: 'user', content: 'hi' }],
  ...more,
});
const tools = [{ type: 'function' as const, function: { name: 'f' } }];
const call = { id: 'c', type: 'function' as const, function: { name: 'f', arguments: '{}' } };

describe('Anthropic: thinking', () => {
  const thinking = (more: Partial<ChatRequest>) => {
    const {
      thinking: asked,
      output_config,
      max_tokens,
      temperature,
    } = anthropicOutbound.fromCommon(ask(more));
    return { thinking: asked, output_config, max_tokens, temperature };
  };

  test('is asked for by a budget up to Claude 4.5, within max_tokens', () => {
    const model = 'claude-sonnet-4-5-20250929';
    expect(thinking({ model, reasoning_budget: 2_000, max_tokens: 8_000 })).toMatchObject({
      thinking: { type: 'enabled', budget_tokens: 2_000 },
      max_tokens: 8_000,
    });
    expect(thinking({ model, reasoning_effort: 'low' })).toMatchObject({
      thinking: { budget_tokens: 2_048 },
      max_tokens: 4_096 + 2_048,
    });
    expect(thinking({ model, reasoning_budget: 9_000, max_tokens: 4_000 })).toMatchObject({
      thinking: { budget_tokens: 3_999 },
    });
    expect(thinking({ model, reasoning_budget: 9_000, max_tokens: 500 }).thinking).toBeUndefined();
  });

  test('is asked for by an effort from Claude 4.6 on', () => {
    for (const model of ['claude-opus-4-6', 'claude-sonnet-5', 'eu.anthropic.claude-opus-4-8-v1']) {
      expect(thinking({ model, reasoning_effort: 'minimal' })).toMatchObject({
        thinking: { type: 'adaptive' },
        output_config: { effort: 'low' },
      });
      expect(thinking({ model, reasoning_budget: 20_000 })).toMatchObject({
        output_config: { effort: 'high' },
      });
      expect(thinking({ model, reasoning_effort: 'none' })).toMatchObject({ thinking: { type: 'disabled' } });
    }
  });

  test('does not go with a forced tool, nor with calls that were made without it', () => {
    const model = 'claude-sonnet-4-5';
    const loop: ChatRequest['messages'] = [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: 'y' },
    ];
    expect(
      thinking({ model, reasoning_effort: 'low', tools, tool_choice: 'required' }).thinking,
    ).toBeUndefined();
    expect(thinking({ model, reasoning_effort: 'low', tools, messages: loop }).thinking).toBeUndefined();
    const signed = loop.map((message) =>
      message.role === 'assistant'
        ? { ...message, reasoning_blocks: [{ text: 't', signature: 's' }] }
        : message,
    );
    expect(thinking({ model, reasoning_effort: 'low', tools, messages: signed }).thinking).toBeDefined();
  });

  test('goes with no temperature but 1', () => {
    const model = 'claude-sonnet-4-5';
    expect(() => thinking({ model, reasoning_effort: 'low', temperature: 0.2 })).toThrow(
      expect.objectContaining({ param: 'temperature' }),
    );
    expect(thinking({ model, reasoning_effort: 'low', temperature: 1 }).temperature).toBeUndefined();
    expect(thinking({ model, temperature: 1.7 }).temperature).toBe(1);
  });
});

test('Anthropic: a schema is closed at every level, and what it cannot hold is said in words', () => {
  const schema = {
    type: 'object',
    properties: {
      a: {
        type: 'array',
        minItems: 2,
        items: {
          type: 'object',
          properties: { n: { type: 'integer', minimum: 3, description: 'A number.' } },
        },
      },
    },
  };
  const { output_config } = anthropicOutbound.fromCommon(
    ask({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } }),
  );
  expect(output_config).toEqual({
    format: {
      type: 'json_schema',
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: {
          a: {
            type: 'array',
            description: '(minItems: 2)',
            items: {
              type: 'object',
              additionalProperties: false,
              properties: { n: { type: 'integer', description: 'A number. (minimum: 3)' } },
            },
          },
        },
      },
    },
  });
});

test('ids of calls that Anthropic and Bedrock refuse become others, alike for a call and its result', () => {
  const id = 'functions.get_weather:0';
  const messages: ChatRequest['messages'] = [
    { role: 'assistant', content: null, tool_calls: [{ ...call, id }] },
    { role: 'tool', tool_call_id: id, content: 'x' },
  ];
  for (const outbound of [anthropicOutbound, bedrockOutbound]) {
    const sent = JSON.stringify(outbound.fromCommon(ask({ messages })));
    expect(sent).not.toContain(id);
    expect(new Set(sent.match(/call_[0-9a-f]{32}/g))).toHaveProperty('size', 1);
  }
});

describe('Bedrock', () => {
  const cached = { type: 'ephemeral' as const };
  const request = ask({
    messages: [
      { role: 'system', content: [{ type: 'text', text: 's', cache_control: { ...cached, ttl: '1h' } }] },
      { role: 'user', content: [{ type: 'text', text: 'u', cache_control: cached }] },
    ],
    tools: [{ ...tools[0]!, cache_control: cached }],
  });
  const points = (model: string): number =>
    JSON.stringify(bedrockOutbound.fromCommon({ ...request, model })).split('cachePoint').length - 1;

  test('cache points go to models that know them', () => {
    expect(points('eu.anthropic.claude-sonnet-4-5-v1:0')).toBe(3);
    expect(points('amazon.nova-pro-v1:0')).toBe(2);
    expect(points('meta.llama3-3-70b-instruct-v1:0')).toBe(0);
    expect(bedrockOutbound.fromCommon({ ...request, model: 'claude' }).system).toEqual([
      { text: 's' },
      { cachePoint: { type: 'default', ttl: '1h' } },
    ]);
  });

  test('the model is one segment of the path, ARNs too', () => {
    const arn = 'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.x:0';
    expect(bedrockOutbound.path!(arn, true)).toBe(`/model/${encodeURIComponent(arn)}/converse-stream`);
  });

  test('tools that may not be called are not offered, unless they were', () => {
    expect(bedrockOutbound.fromCommon(ask({ tools, tool_choice: 'none' })).toolConfig).toBeUndefined();
    const messages: ChatRequest['messages'] = [
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: '' },
    ];
    expect(() => bedrockOutbound.fromCommon(ask({ tools, tool_choice: 'none', messages }))).toThrow(
      expect.objectContaining({ param: 'tool_choice' }),
    );
  });
});

describe('Gemini', () => {
  test('thinking is a level from the third generation on, a budget before', () => {
    const config = (more: Partial<ChatRequest>) =>
      (geminiOutbound.fromCommon(ask(more)).generationConfig as Record<string, unknown>).thinkingConfig;
    expect(config({ model: 'gemini-3-pro', reasoning_effort: 'low' })).toEqual({
      includeThoughts: true,
      thinkingLevel: 'LOW',
    });
    expect(config({ model: 'gemini-2.5-flash', reasoning_effort: 'low' })).toEqual({
      includeThoughts: true,
      thinkingBudget: 2_048,
    });
    expect(config({ model: 'gemini-2.5-flash', reasoning_effort: 'none' })).toEqual({ thinkingBudget: 0 });
  });

  test('calls of another model are marked as unsigned for the third generation', () => {
    const messages: ChatRequest['messages'] = [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: null, tool_calls: [call, { ...call, id: 'd' }] },
    ];
    const sent = JSON.stringify(geminiOutbound.fromCommon(ask({ model: 'gemini-3-pro', messages })));
    expect(sent.split('skip_thought_signature_validator')).toHaveLength(2);
    expect(
      JSON.stringify(geminiOutbound.fromCommon(ask({ model: 'gemini-2.5-pro', messages }))),
    ).not.toContain('thoughtSignature');
  });

  test('a result without its call is refused', () => {
    const messages: ChatRequest['messages'] = [{ role: 'tool', tool_call_id: 'nobody', content: 'x' }];
    expect(() => geminiOutbound.fromCommon(ask({ messages }))).toThrow(
      expect.objectContaining({ param: 'messages[0].tool_call_id' }),
    );
  });
});
