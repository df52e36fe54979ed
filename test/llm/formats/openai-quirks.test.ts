// Providers that speak OpenAI's format with words of their own.
import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../../kong/llm/chat.ts';
import { TranslationError } from '../../../kong/llm/format.ts';
import { openaiChatOf } from '../../../kong/llm/formats/openai-chat/outbound.ts';
import { type OpenaiProvider, QUIRKS } from '../../../kong/llm/formats/openai-chat/quirks.ts';
import { SseEvent } from '../../../kong/llm/sse.ts';

const ask = (more: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'm',
  messages: [{ role: 'user', content: 'hi' }],
  ...more,
});

const sent = (provider: OpenaiProvider, more: Partial<ChatRequest>, dropUnsupported = false) => {
  const dropped: string[] = [];
  const body = openaiChatOf(provider).fromCommon(ask(more), {
    dropUnsupported,
    onDrop: (param) => dropped.push(param),
  });
  return { body, dropped };
};

test.each(Object.entries(QUIRKS))('%s names where its entry was taken from', (_name, { source }) => {
  expect(source).toMatch(/^https:\/\//);
});

describe('parameters', () => {
  test('may be null, as if they were not there', () => {
    const nulls = { user: null, stop: null, max_tokens: null, reasoning_budget: null, response_format: null };
    for (const provider of Object.keys(QUIRKS) as OpenaiProvider[]) {
      const { body, dropped } = sent(provider, nulls as never);
      expect(body, provider).toMatchObject({ model: 'm' });
      expect(body, provider).not.toHaveProperty('reasoning_effort');
      expect(dropped, provider).toEqual([]);
    }
  });

  test('have the provider’s names', () => {
    expect(sent('mistral', { max_completion_tokens: 5, seed: 1, tool_choice: 'required' }).body).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'hi' }],
      max_tokens: 5,
      random_seed: 1,
      tool_choice: 'any',
    });
    expect(sent('openai', { max_tokens: 5 }).body).toMatchObject({ max_completion_tokens: 5 });
    expect(sent('cerebras', { max_tokens: 5 }).body).toMatchObject({ max_completion_tokens: 5 });
  });

  test('of both names keep the one that the provider knows', () => {
    expect(sent('openai', { max_tokens: 5, max_completion_tokens: 7 }).body).toMatchObject({
      max_completion_tokens: 7,
    });
    expect(sent('openai', { max_tokens: 5, max_completion_tokens: 7 }).body).not.toHaveProperty('max_tokens');
  });

  test('that the provider lacks are refused with their name, or dropped when that is allowed', () => {
    expect(() => sent('groq', { logprobs: true })).toThrow(expect.objectContaining({ param: 'logprobs' }));
    expect(() => sent('groq', { logprobs: true })).toThrow(TranslationError);
    const { body, dropped } = sent('groq', { logprobs: true }, true);
    expect(body).not.toHaveProperty('logprobs');
    expect(dropped).toEqual(['logprobs']);
  });

  test('that ask for nothing are left out without a word', () => {
    expect(sent('groq', { logprobs: false }).body).not.toHaveProperty('logprobs');
    expect(sent('deepseek', { n: 1 })).toMatchObject({
      body: expect.not.objectContaining({ n: 1 }),
      dropped: [],
    });
  });

  test('that are hints are left out and noted', () => {
    expect(sent('deepseek', { user: 'u', seed: 1 })).toEqual({ body: ask(), dropped: ['seed', 'user'] });
  });

  test('of reasoning models', () => {
    const o3 = { model: 'o3-mini', max_tokens: 5 };
    expect(sent('openai', { ...o3, temperature: 1 }).body).toEqual(
      ask({ model: 'o3-mini', max_completion_tokens: 5 }),
    );
    expect(() => sent('openai', { ...o3, temperature: 0.2 })).toThrow(
      expect.objectContaining({ param: 'temperature' }),
    );
    expect(sent('openai', { model: 'gpt-4o', reasoning_effort: 'low' })).toEqual({
      body: ask({ model: 'gpt-4o' }),
      dropped: ['reasoning_effort'],
    });
    expect(sent('openai', { model: 'gpt-5.2', temperature: 0.2 }).body).toMatchObject({ temperature: 0.2 });
    expect(sent('openai', { model: 'gpt-5', reasoning_budget: 20_000 }).body).toMatchObject({
      reasoning_effort: 'high',
    });
  });

  test('out of range are set to its end', () => {
    expect(sent('mistral', { temperature: 2 }).body).toMatchObject({ temperature: 1.5 });
  });

  test('for reasoning take each provider’s form', () => {
    expect(sent('openrouter', { reasoning_budget: 2_000 }).body).toMatchObject({
      reasoning: { max_tokens: 2_000 },
    });
    expect(sent('openrouter', { reasoning_effort: 'low' }).body).toEqual(
      ask({ reasoning: { effort: 'low' } }),
    );
    expect(sent('deepseek', { reasoning_effort: 'none' }).body).toEqual(
      ask({ thinking: { type: 'disabled' } }),
    );
    expect(sent('deepseek', { reasoning_budget: 20_000 }).body).toEqual(
      ask({ thinking: { type: 'enabled' }, reasoning_effort: 'high' }),
    );
    for (const [model, asked, said] of [
      ['mistral-small-latest', 'low', 'high'],
      ['mistral-medium-3-5', 'none', 'none'],
      ['magistral-small-latest', 'high', undefined],
      ['open-mistral-7b', 'high', undefined],
    ] as const) {
      expect(sent('mistral', { model, reasoning_effort: asked }).body.reasoning_effort).toBe(said);
    }
    expect(sent('dashscope', { reasoning_budget: 2_000 }).body).toMatchObject({
      enable_thinking: true,
      thinking_budget: 2_000,
    });
  });

  test('a request of the same format is only told what must change', () => {
    const { adjust } = openaiChatOf('openai');
    expect(adjust!({ ...ask(), temperature: 0.2 })).toEqual({});
    expect(adjust!({ ...ask(), max_tokens: 3 })).toEqual({ max_tokens: undefined, max_completion_tokens: 3 });
  });
});

describe('messages', () => {
  test('developers are systems where there are none', () => {
    const messages = [{ role: 'developer' as const, content: 'x' }];
    expect(sent('mistral', { messages }).body.messages).toEqual([{ role: 'system', content: 'x' }]);
    expect(sent('openai', { messages }).body.messages).toEqual(messages);
  });

  test('cache hints go only to providers that take them', () => {
    const messages = [
      {
        role: 'user' as const,
        content: [{ type: 'text' as const, text: 'x', cache_control: { type: 'ephemeral' as const } }],
      },
    ];
    expect(JSON.stringify(sent('openrouter', { messages }).body)).toContain('cache_control');
    expect(JSON.stringify(sent('openai', { messages }).body)).not.toContain('cache_control');
  });

  test('DeepSeek gets its reasoning back with the calls that it led to, others never', () => {
    const call = { id: 'c', type: 'function' as const, function: { name: 'f', arguments: '{}' } };
    const said = { role: 'assistant' as const, content: 'x', reasoning_content: 'hm' };
    const messages = [ask().messages[0]!, { ...said, tool_calls: [call] }, said];
    const [, called, plain] = sent('deepseek', { messages }).body.messages as Record<string, unknown>[];
    expect(called).toMatchObject({ reasoning_content: 'hm' });
    expect(plain).not.toHaveProperty('reasoning_content');
    expect(JSON.stringify(sent('openai', { messages }).body)).not.toContain('reasoning_content');
  });

  test('Mistral gets ids of nine letters, the same for a call and its result', () => {
    const call = {
      id: 'toolu_01T1x1fJ34qAmk2tNTrN7Up0',
      type: 'function' as const,
      function: { name: 'f', arguments: '{}' },
    };
    const messages = [
      { role: 'assistant' as const, content: null, tool_calls: [call, { ...call, id: 'abcDEF123' }] },
      { role: 'tool' as const, tool_call_id: call.id, content: 'x' },
    ];
    const [asked, result] = sent('mistral', { messages }).body.messages as [
      { tool_calls: { id: string }[] },
      { tool_call_id: string },
    ];
    expect(asked.tool_calls.map(({ id }) => id)).toEqual([result.tool_call_id, 'abcDEF123']);
    expect(result.tool_call_id).toMatch(/^[a-z0-9]{9}$/);
  });
});

describe('answers', () => {
  const answer = (provider: OpenaiProvider, message: object, more: object = {}, finish_reason = 'stop') =>
    openaiChatOf(provider).toAnswer({
      id: 'i',
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason }],
      ...more,
    });

  test('reasoning has one name', () => {
    const read = answer('groq', { content: 'x', reasoning: 'hm' });
    expect(read.choices[0]!.message).toEqual({ role: 'assistant', content: 'x', reasoning_content: 'hm' });
  });

  test('contents in parts are text and reasoning', () => {
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
      { type: 'text', text: 'x' },
    ];
    expect(answer('mistral', { content }).choices[0]!.message).toMatchObject({
      content: 'x',
      reasoning_content: 'hm',
    });
    const summary = [{ type: 'summary_text', text: 'hm', signature: 's' }];
    const read = answer('databricks', {
      content: [
        { type: 'reasoning', summary },
        { type: 'text', text: 'x' },
      ],
    });
    expect(read.choices[0]!.message).toMatchObject({
      content: 'x',
      reasoning_blocks: [{ text: 'hm', signature: 's', format: 'anthropic' }],
    });
  });

  test('finish reasons are OpenAI’s', () => {
    const reasons = [
      ['mistral', 'model_length', 'length'],
      ['together', 'eos', 'stop'],
      ['deepseek', 'insufficient_system_resource', 'length'],
      ['vllm', 'unheard_of', 'stop'],
    ] as const;
    for (const [provider, theirs, ours] of reasons) {
      expect(answer(provider, { content: 'x' }, {}, theirs).choices[0]!.finish_reason).toBe(ours);
    }
  });

  test('usage counts nothing twice and misses nothing', () => {
    const hits = {
      prompt_tokens: 10,
      completion_tokens: 5,
      prompt_cache_hit_tokens: 4,
      prompt_cache_miss_tokens: 6,
    };
    expect(answer('deepseek', {}, { usage: hits }).usage).toMatchObject({
      prompt_tokens: 10,
      prompt_tokens_details: { cached_tokens: 4 },
    });
    const beside = {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 45,
      completion_tokens_details: { reasoning_tokens: 30 },
    };
    expect(answer('xai', {}, { usage: beside }).usage).toMatchObject({ completion_tokens: 35 });
    const within = { ...beside, completion_tokens: 35 };
    expect(answer('xai', {}, { usage: within }).usage).toMatchObject({ completion_tokens: 35 });
  });

  test('Groq’s usage of a stream is found where it puts it', () => {
    const reader = openaiChatOf('groq').toChunks(ask());
    const [chunk] = reader.event(
      SseEvent.ofJson({
        id: 'i',
        choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
        x_groq: { usage: { prompt_tokens: 3 } },
      }),
    );
    expect(chunk!.usage).toEqual({ prompt_tokens: 3 });
  });

  test('tool calls may lack an index, and have arguments that are an object', () => {
    const calls = [{ id: 'c', type: 'function', function: { name: 'f', arguments: { a: 1 } } }];
    expect(answer('ollama', { tool_calls: calls }).choices[0]!.message.tool_calls).toMatchObject([
      { function: { name: 'f', arguments: '{"a":1}' } },
    ]);
  });

  test('sources beside the answer are citations', () => {
    const more = { search_results: [{ title: 'T', url: 'https://x' }] };
    const citation = { type: 'url_citation', url_citation: { url: 'https://x', title: 'T' } };
    expect(answer('openrouter', { content: 'x' }, more).choices[0]!.message.annotations).toEqual([citation]);
  });
});
