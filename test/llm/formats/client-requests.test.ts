// What clients may ask in the rarer words of their formats: each is read into the common language, refused with the field
// that needs the format's own provider, or wrong as the format documents it.
import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../../kong/llm/chat.ts';
import { ShapeError, TranslationError } from '../../../kong/llm/format.ts';
import { checkCommon } from '../../../kong/llm/formats/common-shape.ts';
import { ENDPOINTS } from '../../../kong/llm/formats/index.ts';
import { seal } from '../../../kong/llm/formats/seal.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies of the wire, read as deep as they go
type Body = Record<string, any>;

const PATH = '/v1beta/models/m:generateContent';
const USER = { role: 'user', content: 'hi' };
const formatOf = (name: string) => ENDPOINTS.find(({ format }) => format.name === name)!.format;

/** What each format needs in every request. */
const BASE: Record<string, Body> = {
  'openai-chat': { model: 'm', messages: [USER] },
  anthropic: { model: 'm', max_tokens: 9, messages: [USER] },
  gemini: { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
  'openai-responses': { model: 'm', input: 'hi' },
  'openai-completions': { model: 'm', prompt: 'hi' },
};

/** Checked as the relay does it, then read. */
function read(name: string, more: Body, drop?: string[]): ChatRequest {
  const format = formatOf(name);
  const body = { ...BASE[name], ...more };
  expect(format.request.check(body)).toBeUndefined();
  const saying = drop ? { dropUnsupported: true, onDrop: (param: string) => drop.push(param) } : {};
  const common = format.chat!.toCommon(body, { path: PATH, ...saying });
  checkCommon(common);
  return common;
}

const declared = (parameters: unknown) => ({
  tools: [{ functionDeclarations: [{ name: 'f', parameters }] }],
});
const schemaOf = (parameters: unknown) => ({ tools: [{ function: { name: 'f', parameters } }] });
const model = (...parts: unknown[]) => ({
  contents: [
    { role: 'user', parts: [{ text: 'hi' }] },
    { role: 'model', parts },
  ],
});
const cache_control = { type: 'ephemeral' };

const READ: [what: string, format: string, more: Body, common: Body][] = [
  // The oldest words of tools: https://platform.openai.com/docs/api-reference/chat/create (deprecated)
  [
    'functions are tools, and the one to call is the choice',
    'openai-chat',
    { functions: [{ name: 'f' }], function_call: { name: 'f' } },
    {
      tools: [{ type: 'function', function: { name: 'f' } }],
      tool_choice: { type: 'function', function: { name: 'f' } },
    },
  ],
  [
    'a function_call in a word',
    'openai-chat',
    { functions: [{ name: 'f' }], function_call: 'none' },
    { tool_choice: 'none' },
  ],
  [
    'a function’s result belongs to its last call',
    'openai-chat',
    {
      messages: [
        USER,
        { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
        { role: 'function', name: 'f', content: 'x' },
      ],
    },
    {
      messages: [
        {},
        { role: 'assistant', tool_calls: [{ id: 'call_1', function: { name: 'f', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'call_1', content: 'x' },
      ],
    },
  ],
  [
    'system turns among the messages',
    'anthropic',
    {
      messages: [
        USER,
        { role: 'system', content: [{ type: 'text', text: 'Be brief.', cache_control }] },
        { role: 'system', content: 'Be kind.' },
        USER,
      ],
    },
    {
      messages: [
        {},
        { role: 'system', content: [{ type: 'text', text: 'Be brief.', cache_control }] },
        { role: 'system', content: 'Be kind.' },
        {},
      ],
    },
  ],
  [
    'a cache hint on a result as a whole is one on its last part',
    'anthropic',
    {
      messages: [
        USER,
        {
          role: 'assistant',
          content: [
            { type: 'tool_use', id: 't', name: 'f' },
            { type: 'tool_use', id: 'u', name: 'f', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't', content: 'x', cache_control },
            {
              type: 'tool_result',
              tool_use_id: 'u',
              content: [
                { type: 'text', text: 'y' },
                { type: 'text', text: 'z' },
              ],
              cache_control,
            },
          ],
        },
      ],
    },
    {
      messages: [
        {},
        {
          tool_calls: [
            { id: 't', function: { arguments: '{}' } },
            { id: 'u', function: { arguments: '{}' } },
          ],
        },
        { role: 'tool', tool_call_id: 't', content: [{ type: 'text', text: 'x', cache_control }] },
        {
          role: 'tool',
          tool_call_id: 'u',
          content: [
            { type: 'text', text: 'y' },
            { type: 'text', text: 'z', cache_control },
          ],
        },
      ],
    },
  ],
  [
    'an assistant’s texts: one is a string, with a cache hint or several they are parts',
    'anthropic',
    {
      messages: [
        USER,
        { role: 'assistant', content: 'plain' },
        USER,
        { role: 'assistant', content: [{ type: 'text', text: 'one' }] },
        USER,
        { role: 'assistant', content: [{ type: 'text', text: 'hint', cache_control }] },
        USER,
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
      ],
    },
    {
      messages: [
        {},
        { content: 'plain' },
        {},
        { content: 'one' },
        {},
        { content: [{ type: 'text', text: 'hint', cache_control }] },
        {},
        { content: [{ text: 'a' }, { text: 'b' }] },
      ],
    },
  ],
  [
    'reasoning of another provider comes back as that provider’s',
    'anthropic',
    {
      messages: [
        USER,
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: seal({ format: 'gemini', signature: 'g' }) },
            { type: 'redacted_thinking', data: seal({ format: 'openai-responses', signature: 'o' }) },
            { type: 'redacted_thinking', data: 'anthropic’s own' },
            { type: 'text', text: 'x' },
          ],
        },
      ],
    },
    {
      messages: [
        {},
        {
          reasoning_content: 'hm',
          reasoning_blocks: [
            { text: 'hm', signature: 'g', format: 'gemini' },
            { signature: 'o', format: 'openai-responses' },
            { redacted: 'anthropic’s own', format: 'anthropic' },
          ],
        },
      ],
    },
  ],
  [
    'thinking that is switched off',
    'anthropic',
    { thinking: { type: 'disabled' } },
    { reasoning_effort: 'none' },
  ],
  [
    'a system prompt in parts',
    'gemini',
    { systemInstruction: { parts: [{ text: 'a' }, { text: 'b' }] } },
    {
      messages: [
        {
          role: 'system',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
        {},
      ],
    },
  ],
  [
    'a system prompt of one part that is in no list',
    'gemini',
    { system_instruction: { parts: { text: 'a' } } },
    { messages: [{ role: 'system', content: 'a' }, {}] },
  ],
  [
    'audio and files by their media types',
    'gemini',
    {
      contents: [
        {
          role: 'user',
          parts: [
            { inlineData: { mimeType: 'audio/mpeg', data: 'AAAA' } },
            { inlineData: { mimeType: 'audio/x-wav', data: 'AAAA' } },
            { inline_data: { mime_type: 'application/pdf', data: 'AAAA' } },
            { inlineData: { data: 'AAAA' } },
          ],
        },
      ],
    },
    {
      messages: [
        {
          content: [
            { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
            { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
            { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA', filename: 'file.pdf' } },
            { type: 'file', file: { filename: 'file.bin' } },
          ],
        },
      ],
    },
  ],
  [
    'signatures of thoughts, and of texts',
    'gemini',
    model({ text: 'hm', thought: true, thoughtSignature: 't' }, { text: 'x', thoughtSignature: 's' }),
    {
      messages: [
        {},
        {
          content: 'x',
          reasoning_content: 'hm',
          reasoning_blocks: [
            { text: 'hm', signature: 't', format: 'gemini' },
            { signature: 's', format: 'gemini' },
          ],
        },
      ],
    },
  ],
  [
    'a response of several fields, and one of a failure',
    'gemini',
    {
      contents: [
        { role: 'user', parts: [{ text: 'hi' }] },
        {
          role: 'model',
          parts: [{ functionCall: { name: 'f' } }, { functionCall: { name: 'g', args: {} } }],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { name: 'g', response: { error: 'no' } } },
            { functionResponse: { name: 'f', response: { output: 1, more: 2 } } },
          ],
        },
      ],
    },
    {
      messages: [
        {},
        { tool_calls: [{ id: 'call_1_0', function: { arguments: '{}' } }, { id: 'call_1_1' }] },
        { role: 'tool', tool_call_id: 'call_1_1', content: 'no', is_error: true },
        { role: 'tool', tool_call_id: 'call_1_0', content: '{"output":1,"more":2}' },
      ],
    },
  ],
  // Gemini's own schemas: https://ai.google.dev/api/caching#Schema
  [
    'a schema in Google’s words is one in JSON Schema’s',
    'gemini',
    declared({
      type: 'OBJECT',
      propertyOrdering: ['a'],
      properties: {
        a: { type: 'ARRAY', minItems: '1', maxItems: '3', items: { type: 'STRING', nullable: true } },
        b: { anyOf: [{ type: 'INTEGER', format: 'int64' }, { type: 'NULL' }] },
        c: { any_of: [{ enum: ['x'] }] },
      },
      required: ['a'],
    }),
    schemaOf({
      type: 'object',
      properties: {
        a: { type: 'array', minItems: 1, maxItems: 3, items: { type: ['string', 'null'] } },
        b: { anyOf: [{ type: 'integer', format: 'int64' }, { type: 'null' }] },
        c: { anyOf: [{ enum: ['x'] }] },
      },
      required: ['a'],
    }),
  ],
  [
    'what is no schema allows anything',
    'gemini',
    declared({ type: 'OBJECT', properties: { a: 5 } }),
    schemaOf({ properties: { a: {} } }),
  ],
  [
    'declarations in snake_case',
    'gemini',
    { tools: [{ function_declarations: [{ name: 'f', parameters_json_schema: { type: 'object' } }] }] },
    schemaOf({ type: 'object' }),
  ],
  [
    'a function without parameters',
    'gemini',
    { tools: [{ functionDeclarations: [{ name: 'f', description: 'd' }] }] },
    { tools: [{ function: { name: 'f', description: 'd' } }] },
  ],
  [
    'JSON of any kind',
    'gemini',
    { generationConfig: { responseMimeType: 'application/json' } },
    { response_format: { type: 'json_object' } },
  ],
  [
    'JSON of a schema in Google’s words',
    'gemini',
    { generation_config: { response_mime_type: 'application/json', response_schema: { type: 'STRING' } } },
    {
      response_format: { type: 'json_schema', json_schema: { name: 'response', schema: { type: 'string' } } },
    },
  ],
  [
    'no thinking',
    'gemini',
    { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } },
    { reasoning_effort: 'none' },
  ],
  [
    'a level of thinking',
    'gemini',
    { generationConfig: { thinkingConfig: { thinkingLevel: 'LOW' } } },
    { reasoning_effort: 'low' },
  ],
  [
    'answers of text alone',
    'gemini',
    { generationConfig: { responseModalities: ['TEXT'] } },
    { messages: [{ content: 'hi' }] },
  ],
  [
    'what developers say',
    'openai-responses',
    {
      input: [
        { role: 'developer', content: [{ type: 'input_text', text: 'a' }] },
        { role: 'system', content: 'b' },
        USER,
      ],
    },
    {
      messages: [
        { role: 'developer', content: [{ type: 'text', text: 'a' }] },
        { role: 'system', content: 'b' },
        {},
      ],
    },
  ],
  [
    'audio',
    'openai-responses',
    {
      input: [
        { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }] },
      ],
    },
    { messages: [{ content: [{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }] }] },
  ],
  [
    'what an assistant said, as a string and in parts, is one message',
    'openai-responses',
    {
      input: [
        USER,
        { role: 'assistant', content: 'a' },
        {
          role: 'assistant',
          content: [
            { type: 'output_text', text: 'b' },
            { type: 'refusal', refusal: 'no' },
          ],
        },
      ],
    },
    { messages: [{}, { role: 'assistant', content: 'ab', refusal: 'no' }] },
  ],
  [
    'encrypted reasoning of OpenAI’s, and of another provider’s',
    'openai-responses',
    {
      input: [
        USER,
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: 'own' },
        {
          type: 'reasoning',
          summary: [],
          encrypted_content: seal({ format: 'anthropic', signature: 'r', redacted: true }),
        },
        {
          type: 'reasoning',
          summary: [],
          encrypted_content: seal({ format: 'gemini', signature: 's', tool: 'c' }),
        },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
      ],
    },
    {
      messages: [
        {},
        {
          reasoning_content: 'hm',
          reasoning_blocks: [
            { text: 'hm', signature: 'own', format: 'openai-responses' },
            { redacted: 'r', format: 'anthropic' },
          ],
          tool_calls: [{ id: 'c', signature: 's' }],
        },
      ],
    },
  ],
  // https://platform.openai.com/docs/guides/function-calling#custom-tools
  [
    'a tool of free text takes a string, and is told its grammar',
    'openai-responses',
    {
      tools: [
        {
          type: 'custom',
          name: 'sql',
          description: 'Runs.',
          format: { type: 'grammar', syntax: 'lark', definition: 'start: X' },
        },
        { type: 'custom', name: 'note' },
      ],
      tool_choice: { type: 'custom', name: 'sql' },
    },
    {
      tools: [
        {
          free_text: true,
          function: {
            name: 'sql',
            description: 'Runs.\n\nThe input follows this lark grammar:\nstart: X',
            parameters: { properties: { input: { type: 'string' } }, required: ['input'] },
          },
        },
        { free_text: true, function: { name: 'note', description: '' } },
      ],
      tool_choice: { type: 'function', function: { name: 'sql' } },
    },
  ],
  [
    'a choice in a word',
    'openai-responses',
    { tools: [{ type: 'function', name: 'f' }], tool_choice: 'required' },
    { tool_choice: 'required' },
  ],
  [
    'log probabilities',
    'openai-responses',
    { include: ['message.output_text.logprobs'], top_logprobs: 2 },
    { logprobs: true, top_logprobs: 2 },
  ],
  [
    'JSON of any kind, and how long',
    'openai-responses',
    { text: { format: { type: 'json_object' }, verbosity: 'low' } },
    { response_format: { type: 'json_object' }, verbosity: 'low' },
  ],
  [
    'what asks for nothing',
    'openai-completions',
    { echo: false, suffix: null, logprobs: 0, best_of: 1 },
    { messages: [USER] },
  ],
  ['a prompt in a list', 'openai-completions', { prompt: ['hi'] }, { messages: [USER] }],
];

test.each(READ)('%s (%s)', (_what, format, more, common) => {
  expect(JSON.parse(JSON.stringify(read(format, more)))).toMatchObject(common);
});

test('a schema as deep as nobody writes one has an end', () => {
  let parameters: Body = { type: 'OBJECT' };
  for (let i = 0; i < 200; i += 1) parameters = { type: 'ARRAY', items: parameters };
  const depth = (schema: Body, at = 0): number => (schema.items ? depth(schema.items, at + 1) : at);
  const [tool] = read('gemini', declared(parameters)).tools!;
  expect(depth(tool!.function.parameters as Body)).toBeLessThan(100);
});

/** What needs the format's own provider, and is left out where that is allowed. */
const CANNOT: [format: string, more: Body, param: string][] = [
  ['openai-chat', { tools: [{ type: 'custom', custom: { name: 'f' } }] }, 'tools[0]'],
  ['openai-chat', { tool_choice: { type: 'allowed_tools', allowed_tools: {} } }, 'tool_choice'],
  ['openai-chat', { messages: [USER, { role: 'assistant', audio: { id: 'a' } }] }, 'messages[1].audio'],
  [
    'openai-chat',
    { messages: [USER, { role: 'assistant', tool_calls: [{ id: 'c', type: 'custom', custom: {} }] }] },
    'messages[1].tool_calls[0]',
  ],
  ['anthropic', { container: 'c' }, 'container'],
  ['anthropic', { mcp_servers: [] }, 'mcp_servers'],
  ['anthropic', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 'tools[0]'],
  ['anthropic', { tools: [{ type: 5 }] }, 'tools[0]'],
  [
    'anthropic',
    { messages: [{ role: 'user', content: [{ type: 'container_upload', file_id: 'f' }] }] },
    'messages[0].content[0]',
  ],
  ['gemini', { tools: [{ googleSearch: {} }] }, 'tools[0].googleSearch'],
  ['gemini', { generationConfig: { responseModalities: ['IMAGE'] } }, 'generationConfig.responseModalities'],
  ['gemini', { contents: [{ parts: [{ executableCode: {} }] }] }, 'contents[0].parts[0]'],
  ['gemini', { contents: [{ parts: [{}] }] }, 'contents[0].parts[0]'],
  [
    'gemini',
    model({ inlineData: { mimeType: 'image/png', data: 'AAAA' } }, { text: 'x' }),
    'contents[1].parts[0]',
  ],
  ['gemini', model({ fileData: { fileUri: 'https://x.test/a.png' } }, { text: 'x' }), 'contents[1].parts[0]'],
  ['gemini', model({}, { text: 'x' }), 'contents[1].parts[0]'],
  ['openai-responses', { tools: [{ type: 'web_search' }] }, 'tools[0]'],
  ['openai-responses', { tools: [{}] }, 'tools[0]'],
  ['openai-responses', { tool_choice: { type: 'web_search' } }, 'tool_choice'],
  ['openai-responses', { tool_choice: {} }, 'tool_choice'],
  ['openai-responses', { input: [USER, { type: 'item_reference', id: 'i' }] }, 'input[1]'],
  [
    'openai-responses',
    { input: [{ role: 'user', content: [{ type: 'input_video' }] }] },
    'input[0].content[0]',
  ],
  ['openai-completions', { suffix: 'x' }, 'suffix'],
  ['openai-completions', { echo: true }, 'echo'],
  ['openai-completions', { best_of: 2 }, 'best_of'],
];

test.each(CANNOT)(
  '%s: what needs its own provider is refused by name, or left out: %j',
  (format, more, param) => {
    expect(() => read(format, more)).toThrow(TranslationError);
    expect(() => read(format, more)).toThrow(
      expect.objectContaining({ param, message: expect.not.stringContaining('undefined') }),
    );
    const dropped: string[] = [];
    const common = read(format, more, dropped);
    expect(dropped).toEqual([param]);
    expect(common.messages.length).toBeGreaterThan(0);
  },
);

/** What lies at the format's own provider changes what the request means: never left out. */
test.each<[string, Body, string]>([
  ['gemini', { cachedContent: 'cachedContents/1' }, 'cachedContent'],
  [
    'gemini',
    { contents: [{ parts: [{ fileData: { fileUri: 'gs://bucket/a.pdf' } }] }] },
    'contents[0].parts[0]',
  ],
  ['openai-responses', { previous_response_id: 'resp_1' }, 'previous_response_id'],
  ['openai-responses', { conversation: 'conv_1' }, 'conversation'],
  ['openai-responses', { background: true }, 'background'],
  [
    'openai-responses',
    { input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'f' }] }] },
    'input[0].content[0]',
  ],
  [
    'anthropic',
    { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'file', file_id: 'f' } }] }] },
    'messages[0].content[0].source',
  ],
  ['openai-completions', { prompt: [[1, 2]] }, 'prompt'],
  ['openai-completions', { prompt: ['a', 'b'] }, 'prompt'],
])('%s: state that lies elsewhere is always refused: %j', (format, more, param) => {
  expect(() => read(format, more, [])).toThrow(expect.objectContaining({ name: 'TranslationError', param }));
});

describe('requests that are wrong', () => {
  const WRONG: [format: string, more: Body, param: string][] = [
    ['openai-chat', { tools: {} }, 'tools'],
    ['openai-chat', { stream: 'yes' }, 'stream'],
    ['anthropic', { tools: {} }, 'tools'],
    ['anthropic', { tools: [{ input_schema: {} }] }, 'tools[0].name'],
    ['anthropic', { stream: 'yes' }, 'stream'],
    ['anthropic', { temperature: '1' }, 'temperature'],
    ['anthropic', { stop_sequences: 'x' }, 'stop_sequences'],
    ['anthropic', { stop_sequences: [1] }, 'stop_sequences'],
    ['anthropic', { system: 5 }, 'system'],
    ['gemini', { generationConfig: 'x' }, 'generationConfig'],
    ['gemini', { tools: {} }, 'tools'],
    ['openai-responses', { store: 'x' }, 'store'],
    ['openai-responses', { top_p: 'x' }, 'top_p'],
    ['openai-responses', { max_output_tokens: 0 }, 'max_output_tokens'],
    ['openai-responses', { max_output_tokens: 1.5 }, 'max_output_tokens'],
    ['openai-responses', { model: 5 }, 'model'],
    ['openai-completions', { suffix: 1 }, 'suffix'],
    ['openai-completions', { stream: 1 }, 'stream'],
    ['openai-images', { prompt: 'x', stream: 1 }, 'stream'],
    ['openai-images', {}, 'prompt'],
    ['gemini-embeddings', { requests: {} }, 'requests'],
    ['gemini-embeddings', { requests: [] }, 'requests'],
    ['gemini-embeddings', { requests: [{ content: { parts: ['x'] } }] }, 'requests[0].content.parts'],
  ];

  test.each(WRONG)('%s: %j is refused as %s', (format, more, param) => {
    expect(formatOf(format).request.check({ ...BASE[format], ...more })).toEqual({
      param,
      message: expect.stringMatching(new RegExp(`^${param.replace(/[[\]]/g, '\\$&')} must`)),
    });
  });

  test.each<[Body, string]>([
    [{ messages: [{ role: 'constructor', content: 'x' }] }, 'messages[0]'],
    [{ messages: [{ content: 'x' }] }, 'messages[0]'],
    [{ messages: [USER], response_format: { type: 'json_schema' } }, 'response_format.json_schema'],
    [{ messages: [USER], stop: [1] }, 'stop[0]'],
    [{ messages: [USER], tool_choice: {} }, 'tool_choice.function'],
  ])('what no writer could rely on is refused where it is: %j', (common, param) => {
    const check = () => checkCommon({ model: 'm', ...common } as unknown as ChatRequest);
    expect(check).toThrow(ShapeError);
    expect(check).toThrow(expect.objectContaining({ param }));
  });

  test('formats of response that need nothing are as they are', () => {
    expect(() =>
      checkCommon({ model: 'm', messages: [USER], response_format: { type: 'text' } } as ChatRequest),
    ).not.toThrow();
  });
});

test('a token that is sealed but holds nothing is the client’s own', () => {
  const [mark] = seal({ format: 'gemini', signature: 's' }).split(/(?<=^.{12})/);
  for (const inside of ['{"signature":5}', 'no json']) {
    const token = Buffer.from(`kong-ai::${inside}`).toString('base64');
    expect(token.startsWith(mark!)).toBe(true);
    const { messages } = read('anthropic', {
      messages: [
        USER,
        { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: token }] },
      ],
    });
    expect(messages[1]).toMatchObject({ reasoning_blocks: [{ signature: token, format: 'anthropic' }] });
  }
});

describe('what a request is, besides its words', () => {
  test('a name that cannot be decoded is taken as it is', () => {
    const { model: modelOf, streams } = formatOf('gemini').request;
    expect(modelOf({}, '/v1beta/models/a%2Fb:streamGenerateContent')).toBe('a/b');
    expect(modelOf({}, '/v1beta/models/a%ZZ:generateContent')).toBe('a%ZZ');
    expect(modelOf({}, '/v1/elsewhere')).toBeUndefined();
    expect(streams({}, '/v1/elsewhere')).toBe(false);
  });

  test.each(['anthropic', 'openai-responses', 'openai-chat'])(
    '%s: a model that is no text is none',
    (name) => {
      const { request, answer } = formatOf(name);
      expect([request.model({ model: 5 }, ''), answer.model({ model: 5 }), answer.model({})]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(answer.model({ model: 'm' })).toBe('m');
    },
  );

  test('Gemini: what came of a function is a tool’s, an attachment is of its kind', () => {
    const { request } = formatOf('gemini');
    const body = {
      contents: [
        {
          role: 'function',
          parts: [{ functionResponse: { name: 'f', response: { output: 'x' } } }, { text: 'y' }],
        },
        {
          parts: [
            { inlineData: { mimeType: 'audio/wav' } },
            { fileData: { mimeType: 'image/png' } },
            { inlineData: {} },
          ],
        },
      ],
    };
    expect(request.texts(body).map(({ role, kind, text }) => [role, kind, text])).toEqual([
      ['tool', 'tool_result', 'x'],
      ['tool', 'text', 'y'],
    ]);
    expect(request.attachments(body).map(({ kind }) => kind)).toEqual(['audio', 'image', 'file']);
  });

  test('OpenAI: what an answer will probably be is text too, in parts as well', () => {
    const { texts } = formatOf('openai-chat').request;
    const found = (content: unknown) =>
      texts({ messages: [], prediction: { type: 'content', content } }).map(({ text }) => text);
    expect(found('a')).toEqual(['a']);
    expect(found([{ type: 'text', text: 'a' }, { type: 'image' }, { type: 'text', text: 'b' }])).toEqual([
      'a',
      'b',
    ]);
  });

  test.each<[string, Body]>([
    [
      'openai-chat',
      {
        messages: [
          { role: 'user', content: [{ type: 'image_url' }, { type: 'constructor' }, { type: 'file' }] },
        ],
      },
    ],
    [
      'anthropic',
      {
        messages: [
          { role: 'user', content: [{ type: 'image' }, { type: 'constructor' }, { type: 'document' }] },
        ],
      },
    ],
    [
      'openai-responses',
      {
        input: [
          {
            role: 'user',
            content: [{ type: 'input_image' }, { type: 'constructor' }, { type: 'input_file' }],
          },
        ],
      },
    ],
  ])('%s: an attachment that is removed twice takes no other with it', (name, body) => {
    const { attachments } = formatOf(name).request;
    const [first, ...others] = attachments(body);
    expect(others).toHaveLength(1);
    first!.remove();
    first!.remove();
    expect(attachments(body).map(({ kind }) => kind)).toEqual(['file']);
    expect(JSON.stringify(body)).toContain('"constructor"');
  });
});
