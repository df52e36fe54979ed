// A request of each format with every kind of thing that it can hold. Every text is in «».
export type Body = Record<string, unknown>;

export const REQUESTS: [name: string, body: Body, attachments: string[]][] = [
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
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: [{ type: 'text', text: '«12»' }] },
            { type: 'reasoning', summary: [{ type: 'summary_text', text: '«13»', signature: 'sig' }] },
          ],
        },
        { role: 'assistant', content: null, refusal: '«14»' },
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
  [
    'gemini-embeddings',
    {
      requests: [
        { content: { parts: [{ text: '«1»' }, { inlineData: { mimeType: 'image/png', data: 'A' } }] } },
      ],
    },
    ['image'],
  ],
  ['gemini-embeddings', { content: { parts: [{ text: '«1»' }] } }, []],
  [
    'gemini-count-tokens',
    {
      generateContentRequest: {
        systemInstruction: { parts: [{ text: '«1»' }] },
        contents: [{ parts: [{ text: '«2»' }] }],
      },
    },
    [],
  ],
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
