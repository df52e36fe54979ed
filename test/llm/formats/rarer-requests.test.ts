// What providers are sent for the rarer things that a client may ask: each is said in the provider's documented words, or
// refused with the field that it cannot say (and left out where that is allowed), never lost without a word.
import { describe, expect, test } from 'vitest';
import type { AssistantMessage, ChatMessage, ChatRequest, ContentPart } from '../../../kong/llm/chat.ts';
import { type OutboundChat, TranslationError } from '../../../kong/llm/format.ts';
import { anthropicOutbound } from '../../../kong/llm/formats/anthropic/outbound.ts';
import { bedrockOutbound } from '../../../kong/llm/formats/bedrock/outbound.ts';
import { cohereOutbound } from '../../../kong/llm/formats/cohere/outbound.ts';
import { checkCommon } from '../../../kong/llm/formats/common-shape.ts';
import { geminiOutbound } from '../../../kong/llm/formats/gemini/outbound.ts';
import { openaiChatOf } from '../../../kong/llm/formats/openai-chat/outbound.ts';
import { perplexityOutbound } from '../../../kong/llm/formats/perplexity/outbound.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies of the wire, read as deep as they go
type Body = Record<string, any>;

const PROVIDERS = {
  anthropic: anthropicOutbound,
  bedrock: bedrockOutbound,
  cohere: cohereOutbound,
  gemini: geminiOutbound,
  perplexity: perplexityOutbound,
} satisfies Record<string, OutboundChat>;
type Provider = keyof typeof PROVIDERS;
const NAMES = Object.keys(PROVIDERS) as Provider[];

const CLAUDE = 'claude-sonnet-4-5';
const USER: ChatMessage = { role: 'user', content: 'hi' };
const ask = (more: Partial<ChatRequest>): ChatRequest => {
  const request = { model: CLAUDE, messages: [USER], ...more } as ChatRequest;
  checkCommon(request);
  return request;
};
const sent = (provider: Provider, more: Partial<ChatRequest>, drop = false): Body =>
  PROVIDERS[provider].fromCommon(ask(more), { dropUnsupported: drop });

const parameters = { type: 'object', properties: { a: { type: 'string', minLength: 2 } } };
const tool = (more: object = {}) => ({
  type: 'function' as const,
  function: { name: 'f', description: 'd', parameters, ...more },
});
const said = (
  content: Exclude<AssistantMessage['content'], undefined>,
  more: Partial<AssistantMessage> = {},
) => ({
  messages: [
    USER,
    { role: 'assistant' as const, content, ...more },
    { role: 'user' as const, content: 'so?' },
  ],
});
const asked = (...content: ContentPart[]) => ({ messages: [{ role: 'user' as const, content }] });

describe('what an assistant said before', () => {
  /** Where each provider has the assistant's texts. */
  const TEXTS: Record<Provider, (body: Body) => unknown> = {
    anthropic: ({ messages }) => messages[1].content.map((block: Body) => block.text),
    bedrock: ({ messages }) => messages[1].content.map((block: Body) => block.text),
    cohere: ({ messages }) => [messages[1].content],
    gemini: ({ contents }) => contents[1].parts.map((part: Body) => part.text),
    perplexity: ({ input }) => [input[1].content],
  };

  test.each(NAMES)('%s: a refusal was said too', (provider) => {
    const refused = sent(provider, said(null, { refusal: 'I will not.' }));
    expect(TEXTS[provider](refused)).toEqual(['I will not.']);
  });

  test.each(NAMES)('%s: texts and refusals in parts are texts, without empty ones', (provider) => {
    const body = sent(
      provider,
      said([
        { type: 'text', text: 'a' },
        { type: 'text', text: '' },
        { type: 'refusal', refusal: 'b' },
        { type: 'refusal', refusal: '' },
      ]),
    );
    expect((TEXTS[provider](body) as string[]).join('')).toBe('ab');
    expect(TEXTS[provider](body)).not.toContain('');
    // Providers refuse fields that they do not know.
    expect(JSON.stringify(body)).not.toContain('refusal');
  });

  test.each(NAMES)('%s: parts that are no text are refused by their place, or left out', (provider) => {
    const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    const talk = said([{ type: 'text', text: 'a' }, picture] as unknown as string);
    expect(() => sent(provider, talk)).toThrow(
      expect.objectContaining({ name: 'TranslationError', param: 'messages[1].content[1]' }),
    );
    expect(TEXTS[provider](sent(provider, talk, true))).toEqual(['a']);
  });

  test('Anthropic: cache hints on its texts are kept', () => {
    const cache_control = { type: 'ephemeral' as const };
    const { messages } = sent('anthropic', said([{ type: 'text', text: 'a', cache_control }]));
    expect(messages[1].content).toEqual([{ type: 'text', text: 'a', cache_control }]);
  });

  test('Anthropic and Bedrock: encrypted and signed reasoning goes back as it came, that of others does not', () => {
    const reasoning_blocks = [
      { redacted: 'secret', format: 'anthropic' as const },
      { signature: 'sig' },
      { text: 'hm', signature: 'other', format: 'gemini' as const },
    ];
    const talk = said('x', { reasoning_blocks });
    expect(sent('anthropic', talk).messages[1].content).toEqual([
      { type: 'redacted_thinking', data: 'secret' },
      { type: 'thinking', thinking: '', signature: 'sig' },
      { type: 'text', text: 'x' },
    ]);
    expect(sent('bedrock', talk).messages[1].content).toEqual([
      { reasoningContent: { redactedContent: 'secret' } },
      { reasoningContent: { reasoningText: { text: '', signature: 'sig' } } },
      { text: 'x' },
    ]);
  });

  test('Gemini: what signs a text goes back with it, and thoughts do not', () => {
    const reasoning_blocks = [
      { text: 'hm', signature: 'of the thought', format: 'gemini' as const },
      { signature: 'of the text', format: 'gemini' as const },
    ];
    const { contents } = sent('gemini', said('x', { reasoning_blocks }));
    expect(contents[1].parts).toEqual([{ text: 'x', thoughtSignature: 'of the text' }]);
    expect(
      sent('gemini', said('x', { reasoning_blocks: reasoning_blocks.slice(0, 1) })).contents[1].parts,
    ).toEqual([{ text: 'x' }]);
  });

  test('Cohere and Perplexity: calls without a text say no text', () => {
    const tool_calls = [{ id: 'c', type: 'function' as const, function: { name: 'f', arguments: '{}' } }];
    const loop = {
      messages: [
        USER,
        { role: 'assistant' as const, content: null, tool_calls },
        { role: 'tool' as const, tool_call_id: 'c', content: 'x' },
      ],
      tools: [tool()],
    };
    expect(sent('cohere', loop).messages[1]).toEqual({ role: 'assistant', tool_calls });
    expect(sent('perplexity', loop).input.map(({ type }: Body) => type)).toEqual([
      'message',
      'function_call',
      'function_call_output',
    ]);
  });
});

const TOLD: [what: string, provider: Provider, more: Partial<ChatRequest>, body: Body][] = [
  ['none of it for Claude by budget', 'anthropic', { reasoning_effort: 'none' }, { max_tokens: 4_096 }],
  [
    'an effort that nobody knows is the smallest budget',
    'anthropic',
    { reasoning_effort: 'utmost', max_tokens: 9_000 },
    { thinking: { type: 'enabled', budget_tokens: 1_024 } },
  ],
  [
    'a strict tool has a closed schema, without what Anthropic lacks',
    'anthropic',
    { tools: [tool({ strict: true })] },
    {
      tools: [
        {
          name: 'f',
          strict: true,
          input_schema: {
            type: 'object',
            additionalProperties: false,
            properties: { a: { type: 'string', description: '(minLength: 2)' } },
          },
        },
      ],
    },
  ],
  [
    'a tool that is not strict keeps its schema',
    'anthropic',
    { tools: [tool({ strict: false })] },
    { tools: [{ input_schema: parameters }] },
  ],
  [
    'a tool without parameters takes none',
    'anthropic',
    { tools: [{ type: 'function', function: { name: 'f' } }] },
    { tools: [{ input_schema: { type: 'object', properties: {} } }] },
  ],
  [
    'a schema that is none is any object',
    'anthropic',
    { response_format: { type: 'json_schema', json_schema: { name: 'x' } } },
    {
      output_config: {
        format: { type: 'json_schema', schema: { type: 'object', additionalProperties: false } },
      },
    },
  ],
  [
    'alternatives in a schema are closed each, and what is no schema stays',
    'anthropic',
    {
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'x',
          schema: { anyOf: [{ type: 'object' }, true], properties: 'none', items: 5 },
        },
      },
    },
    {
      output_config: {
        format: {
          schema: {
            anyOf: [{ type: 'object', additionalProperties: false }, true],
            properties: 'none',
            items: 5,
          },
        },
      },
    },
  ],
  [
    'a file of text is a document of text',
    'anthropic',
    asked({
      type: 'file',
      file: {
        filename: 'a.txt',
        file_data: `data:text/plain;base64,${Buffer.from('Grüße').toString('base64')}`,
      },
    }),
    {
      messages: [
        {
          content: [
            {
              type: 'document',
              title: 'a.txt',
              source: { type: 'text', media_type: 'text/plain', data: 'Grüße' },
            },
          ],
        },
      ],
    },
  ],
  [
    'top_k of Nova is a field of its own',
    'bedrock',
    { model: 'amazon.nova-pro-v1:0', top_k: 20 },
    { additionalModelRequestFields: { inferenceConfig: { topK: 20 } } },
  ],
  [
    'the effort of gpt-oss is its own',
    'bedrock',
    { model: 'openai.gpt-oss-120b-1:0', reasoning_effort: 'low' },
    { additionalModelRequestFields: { reasoning_effort: 'low' } },
  ],
  [
    'one tool at a time, though one is wanted',
    'bedrock',
    { tools: [tool()], tool_choice: 'required', parallel_tool_calls: false },
    {
      toolConfig: { toolChoice: { any: {} } },
      additionalModelRequestFields: { tool_choice: { type: 'any', disable_parallel_tool_use: true } },
    },
  ],
  [
    'a strict tool, as the model likes',
    'bedrock',
    { tools: [tool({ strict: true })], tool_choice: 'auto' },
    { toolConfig: { toolChoice: { auto: {} }, tools: [{ toolSpec: { name: 'f', strict: true } }] } },
  ],
  [
    'a schema for a model that is not Claude is the client’s',
    'bedrock',
    {
      model: 'amazon.nova-pro-v1:0',
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema: parameters } },
    },
    {
      outputConfig: {
        textFormat: { structure: { jsonSchema: { name: 'x', schema: JSON.stringify(parameters) } } },
      },
    },
  ],
  [
    'the effort of Claude from 4.6 on goes beside the format',
    'bedrock',
    { model: 'eu.anthropic.claude-opus-4-6-v1', reasoning_effort: 'high' },
    { outputConfig: { effort: 'high' }, additionalModelRequestFields: { thinking: { type: 'adaptive' } } },
  ],
  [
    'an image that lies in S3',
    'bedrock',
    asked({ type: 'image_url', image_url: { url: 's3://bucket/a.b/picture.jpg' } }),
    {
      messages: [
        {
          content: [
            { image: { format: 'jpeg', source: { s3Location: { uri: 's3://bucket/a.b/picture.jpg' } } } },
          ],
        },
      ],
    },
  ],
  [
    'system prompts in parts, with their cache points',
    'bedrock',
    {
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] },
        USER,
      ],
    },
    { system: [{ text: 'a' }, { cachePoint: { type: 'default' } }] },
  ],
  [
    'a strict tool makes all of them strict',
    'cohere',
    { tools: [tool({ strict: true }), tool()] },
    { strict_tools: true },
  ],
  [
    'a tool without parameters takes none',
    'cohere',
    { tools: [{ type: 'function', function: { name: 'f' } }] },
    { tools: [{ function: { parameters: { type: 'object', properties: {} } } }] },
  ],
  ['no reasoning', 'cohere', { reasoning_effort: 'none' }, { thinking: { type: 'disabled' } }],
  [
    'no reasoning',
    'gemini',
    { model: 'gemini-2.5-flash', reasoning_effort: 'none' },
    { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } },
  ],
  [
    'as little of it as there is',
    'gemini',
    { model: 'gemini-3-pro', reasoning_effort: 'none' },
    { generationConfig: { thinkingConfig: { thinkingLevel: 'MINIMAL' } } },
  ],
  [
    'the most of it',
    'gemini',
    { model: 'gemini-3-pro', reasoning_effort: 'xhigh' },
    { generationConfig: { thinkingConfig: { thinkingLevel: 'HIGH' } } },
  ],
  [
    'some of it',
    'gemini',
    { model: 'gemini-3-pro', reasoning_effort: 'medium' },
    { generationConfig: { thinkingConfig: { thinkingLevel: 'MEDIUM' } } },
  ],
  [
    'a choice that nobody knows is the model’s',
    'gemini',
    { tools: [tool()], tool_choice: 'constructor' as 'auto' },
    { toolConfig: { functionCallingConfig: { mode: 'AUTO' } } },
  ],
  [
    'audio by its media type',
    'gemini',
    asked({ type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } }),
    { contents: [{ parts: [{ inlineData: { mimeType: 'audio/mpeg', data: 'AAAA' } }] }] },
  ],
  [
    'an image whose name has an ending of no image',
    'gemini',
    asked({ type: 'image_url', image_url: { url: 'https://x.test/a.constructor' } }),
    {
      contents: [
        { parts: [{ fileData: { mimeType: 'image/jpeg', fileUri: 'https://x.test/a.constructor' } }] },
      ],
    },
  ],
  [
    'no tools though some are offered',
    'perplexity',
    { model: 'x/y', tools: [tool()], tool_choice: 'none' },
    { model: 'x/y' },
  ],
  [
    'no reasoning is the preset’s own',
    'perplexity',
    { model: 'x/y', reasoning_effort: 'none' },
    { model: 'x/y' },
  ],
  ['an effort', 'perplexity', { model: 'x/y', reasoning_effort: 'low' }, { reasoning: { effort: 'low' } }],
  [
    'a result in parts is their text',
    'perplexity',
    {
      messages: [
        USER,
        {
          role: 'assistant',
          content: 'x',
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        {
          role: 'tool',
          tool_call_id: 'c',
          content: [
            { type: 'text', text: 'su' },
            { type: 'text', text: 'n' },
          ],
        },
      ],
    },
    { input: [{}, {}, {}, { type: 'function_call_output', output: 'sun' }] },
  ],
];

test.each(TOLD)('%s (%s)', (_what, provider, more, body) => {
  expect(JSON.parse(JSON.stringify(sent(provider, more)))).toMatchObject(body);
});

test.each<[Provider, Partial<ChatRequest>, string]>([
  ['anthropic', { reasoning_effort: 'none' }, 'thinking'],
  ['perplexity', { model: 'x/y', tools: [tool()], tool_choice: 'none' }, 'tools'],
  ['perplexity', { model: 'x/y', reasoning_effort: 'none' }, 'reasoning'],
  ['bedrock', {}, 'inferenceConfig'],
  ['bedrock', { model: 'amazon.nova-pro-v1:0' }, 'additionalModelRequestFields'],
])('%s: what is not asked for is not said (%j: %s)', (provider, more, field) => {
  expect(sent(provider, more)).not.toHaveProperty(field);
});

const MANY_STOPS = ['a', 'b', 'c', 'd', 'e', 'f'];
const LOOP: ChatMessage[] = [
  USER,
  {
    role: 'assistant',
    content: 'x',
    tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
  },
  {
    role: 'tool',
    tool_call_id: 'c',
    content: [
      { type: 'text', text: 'a' },
      { type: 'image_url', image_url: { url: 'https://x.test/a.png' } },
    ],
  },
];
const VIDEO = asked({ type: 'video_url' } as unknown as ContentPart);
const CANNOT: [provider: Provider, more: Partial<ChatRequest>, param: string, left: Body][] = [
  ['anthropic', { reasoning_effort: 'low', top_k: 3 }, 'top_k', { thinking: {} }],
  ['anthropic', { stop: [' ', 'x'] }, 'stop', { stop_sequences: ['x'] }],
  [
    'bedrock',
    { model: 'meta.llama3-70b-instruct-v1:0', top_k: 3 },
    'top_k',
    { messages: [{ content: [{ text: 'hi' }] }] },
  ],
  ['bedrock', VIDEO, 'messages[0].content[0]', { messages: [{ content: [] }] }],
  ['gemini', { stop: MANY_STOPS }, 'stop', { generationConfig: { stopSequences: MANY_STOPS.slice(0, 5) } }],
  ['gemini', VIDEO, 'messages[0].content[0]', {}],
  ['gemini', { modalities: ['text', 'audio'] }, 'modalities', { contents: [{}] }],
  [
    'perplexity',
    { model: 'x/y', messages: LOOP },
    'messages[2].content[1]',
    { input: [{}, {}, {}, { output: 'a' }] },
  ],
];

test.each(CANNOT)(
  '%s: what it cannot say is refused by name, or left out: %j',
  (provider, more, param, left) => {
    const outbound = PROVIDERS[provider];
    expect(() => outbound.fromCommon(ask(more))).toThrow(TranslationError);
    expect(() => outbound.fromCommon(ask(more))).toThrow(expect.objectContaining({ param }));
    const dropped: string[] = [];
    const body = outbound.fromCommon(ask(more), {
      dropUnsupported: true,
      onDrop: (name) => dropped.push(name),
    });
    expect(dropped).toEqual([param]);
    expect(JSON.parse(JSON.stringify(body))).toMatchObject(left);
  },
);

test('Bedrock: a model that takes no effort is told none, and it is noted', () => {
  const dropped: string[] = [];
  const request = ask({ model: 'meta.llama3-70b-instruct-v1:0', reasoning_effort: 'low' });
  const body = bedrockOutbound.fromCommon(request, { onDrop: (name) => dropped.push(name) });
  expect([dropped, body.additionalModelRequestFields]).toEqual([['reasoning_effort'], undefined]);
});

test('modalities of text alone ask for nothing', () => {
  expect(sent('gemini', { modalities: ['text'] }).contents).toHaveLength(1);
});

test('a file that lies at a provider is never left out, it is refused', () => {
  const file = asked({ type: 'file', file: { file_id: 'file-1' } });
  for (const provider of ['anthropic', 'bedrock', 'gemini'] as const) {
    expect(() => sent(provider, file, true)).toThrow(
      expect.objectContaining({ name: 'TranslationError', param: 'messages[0].content[0]' }),
    );
  }
});

test('a document of a type that only an object would know is no document', () => {
  const file = asked({ type: 'file', file: { file_data: 'data:constructor;base64,AAAA' } });
  expect(() => sent('bedrock', file)).toThrow(expect.objectContaining({ param: 'messages[0].content[0]' }));
});

describe('providers of OpenAI’s format', () => {
  const adjusted = (
    provider: Parameters<typeof openaiChatOf>[0],
    more: Partial<ChatRequest>,
    drop = false,
  ): Body => openaiChatOf(provider).fromCommon(ask({ model: 'm', ...more }), { dropUnsupported: drop });

  test('Databricks: reasoning by a budget, by an effort, or none', () => {
    expect(adjusted('databricks', { reasoning_budget: 2_000 })).toMatchObject({
      thinking: { type: 'enabled', budget_tokens: 2_000 },
    });
    expect(adjusted('databricks', { reasoning_effort: 'low' })).toMatchObject({ reasoning_effort: 'low' });
    const none = adjusted('databricks', { reasoning_effort: 'none' });
    expect([none.reasoning_effort, none.thinking]).toEqual([undefined, undefined]);
  });

  test('DashScope: thinking on or off, and how much of it', () => {
    expect(adjusted('dashscope', { reasoning_effort: 'low' })).toMatchObject({ enable_thinking: true });
    expect(adjusted('dashscope', { reasoning_effort: 'none' })).toMatchObject({ enable_thinking: false });
    expect(adjusted('dashscope', { reasoning_budget: 500 })).toMatchObject({
      enable_thinking: true,
      thinking_budget: 500,
    });
    expect(adjusted('dashscope', {})).not.toHaveProperty('enable_thinking');
  });

  test('xAI’s models that reason take no effort: a budget is left out too', () => {
    expect(adjusted('xai', { model: 'grok-4', reasoning_budget: 20_000 })).not.toHaveProperty(
      'reasoning_effort',
    );
  });

  test('cache hints on tools go only to those that take them', () => {
    const tools = [{ ...tool(), cache_control: { type: 'ephemeral' as const } }];
    expect(adjusted('openrouter', { tools }).tools).toEqual(tools);
    expect(adjusted('openai', { tools }).tools).toEqual([tool()]);
  });

  test('more stop sequences than it takes are refused, or the first ones are kept', () => {
    expect(() => adjusted('openai', { stop: MANY_STOPS })).toThrow(
      expect.objectContaining({ param: 'stop' }),
    );
    expect(adjusted('openai', { stop: MANY_STOPS }, true).stop).toEqual(MANY_STOPS.slice(0, 4));
  });

  test('a format that it lacks is refused, or left out', () => {
    const response_format = { type: 'json_schema' as const, json_schema: { name: 'x' } };
    expect(() => adjusted('deepseek', { response_format })).toThrow(
      expect.objectContaining({ param: 'response_format' }),
    );
    expect(adjusted('deepseek', { response_format }, true)).not.toHaveProperty('response_format');
    const object = { response_format: { type: 'json_object' as const } };
    expect(adjusted('deepseek', object)).toMatchObject(object);
  });
});
