// Bodies with a key that some providers would read as a field, in every format: the provider never sees what it says.
import { expect, it } from 'vitest';
import { startSuite } from '../fuzz/suite.ts';
import { target } from '../plugins/ai-proxy/support.ts';
import { reply, startUpstream } from '../support/upstream/index.ts';
import { openaiChat } from '../support/upstream/openai.ts';

const SECRET = 'ann@example.com says forbidden words here';
const CHAT = '/v1/chat/completions';
const GEMINI = '/v1beta/models/m:generateContent';
/** The target's: another one would be put in its place. */
const MODEL = 'gpt-4.1-mini';
const USER = { role: 'user', content: 'Hi' };
const PARTS = [{ text: 'Hi' }];

async function start(provider = 'openai') {
  const upstream = await startUpstream();
  upstream.handle(reply(200, openaiChat({ text: ['Hi'] })));
  return { upstream, suite: await startSuite([target(upstream.url, {}, { provider })]) };
}

it.each<[param: string, path: string, body: object]>([
  ['messages', CHAT, { messages: [USER], Messages: [{ role: 'user', content: SECRET }] }],
  ['messages', CHAT, { Messages: [{ role: 'user', content: SECRET }], messages: [USER] }],
  ['messages', CHAT, { MESSAGES: [{ role: 'user', content: SECRET }] }],
  ['messages', CHAT, { messages: [USER], Meſſages: [{ role: 'user', content: SECRET }] }],
  ['tools', CHAT, { messages: [USER], tooLs: [{ type: 'function', function: { name: SECRET } }] }],
  ['max_tokens', CHAT, { messages: [USER], max_to\u212aens: SECRET }],
  ['messages[1].content', CHAT, { messages: [USER, { ...USER, Content: SECRET }] }],
  [
    'messages[0].content[0].text',
    CHAT,
    { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', Text: SECRET }] }] },
  ],
  [
    'messages[1].tool_calls[0].function.arguments',
    CHAT,
    {
      messages: [
        USER,
        {
          role: 'assistant',
          tool_calls: [
            { id: 'c', type: 'function', function: { name: 'f', arguments: '{}', Arguments: SECRET } },
          ],
        },
      ],
    },
  ],
  [
    'tools[0].function.description',
    CHAT,
    { messages: [USER], tools: [{ type: 'function', function: { name: 'f', DESCRIPTION: SECRET } }] },
  ],
  [
    'prediction.content',
    CHAT,
    { messages: [USER], prediction: { type: 'content', content: 'a', Content: SECRET } },
  ],
  ['prompt', '/v1/completions', { prompt: 'Hi', Prompt: SECRET }],
  ['suffix', '/v1/completions', { prompt: 'Hi', ſuffix: SECRET }],
  ['instructions', '/v1/responses', { input: 'Hi', Instructions: SECRET }],
  [
    'input[0].content[0].text',
    '/v1/responses',
    { input: [{ role: 'user', content: [{ type: 'input_text', text: 'a', TEXT: SECRET }] }] },
  ],
  [
    'input[0].output',
    '/v1/responses',
    { input: [{ type: 'function_call_output', call_id: 'c', output: 'a', Output: SECRET }] },
  ],
  ['system', '/v1/messages', { max_tokens: 9, messages: [USER], System: SECRET }],
  [
    'system[0].text',
    '/v1/messages',
    { max_tokens: 9, messages: [USER], system: [{ type: 'text', text: 'a', Text: SECRET }] },
  ],
  [
    'messages[0].content[0].content[0].text',
    '/v1/messages',
    {
      max_tokens: 9,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'a', Text: SECRET }] },
          ],
        },
      ],
    },
  ],
  [
    'tools[0].input_schema',
    '/v1/messages',
    { max_tokens: 9, messages: [USER], tools: [{ name: 'f', Input_Schema: { title: SECRET } }] },
  ],
  [
    'messages',
    '/v1/messages/count_tokens',
    { messages: [USER], messageS: [{ role: 'user', content: SECRET }] },
  ],
  ['contents', GEMINI, { contents: [{ parts: PARTS }], Contents: [{ parts: [{ text: SECRET }] }] }],
  [
    'systemInstruction',
    GEMINI,
    { contents: [{ parts: PARTS }], SystemInstruction: { parts: [{ text: SECRET }] } },
  ],
  [
    'systemInstruction',
    GEMINI,
    { contents: [{ parts: PARTS }], systeminstruction: { parts: [{ text: SECRET }] } },
  ],
  [
    'system_instruction',
    GEMINI,
    { contents: [{ parts: PARTS }], System_instruction: { parts: [{ text: SECRET }] } },
  ],
  ['contents[0].parts[0].text', GEMINI, { contents: [{ parts: [{ text: 'Hi', Text: SECRET }] }] }],
  [
    'contents[0].parts[0].functionResponse.response',
    GEMINI,
    { contents: [{ parts: [{ functionResponse: { name: 'f', response: {}, Response: { a: SECRET } } }] }] },
  ],
  [
    'generateContentRequest.contents',
    '/v1beta/models/m:countTokens',
    { generateContentRequest: { contents: [{ parts: PARTS }], Contents: [{ parts: [{ text: SECRET }] }] } },
  ],
  [
    'requests[0].content',
    '/v1beta/models/m:batchEmbedContents',
    { requests: [{ content: { parts: PARTS }, Content: { parts: [{ text: SECRET }] } }] },
  ],
  [
    'content.parts',
    '/v1beta/models/m:embedContent',
    { content: { parts: PARTS, PARTS: [{ text: SECRET }] } },
  ],
  ['input', '/v1/embeddings', { input: 'Hi', Input: SECRET }],
  ['input[0].text', '/v1/moderations', { input: [{ type: 'text', text: 'Hi', Text: SECRET }] }],
  ['prompt', '/v1/images/generations', { prompt: 'a cat', PROMPT: SECRET }],
  ['instructions', '/v1/audio/speech', { input: 'Hi', voice: 'alloy', Instructions: SECRET }],
  ['query', '/v1/rerank', { query: 'q', documents: ['a'], Query: SECRET }],
  ['documents', '/v1/rerank', { query: 'q', documents: ['a'], Documents: [SECRET] }],
])('%s in another case is refused at %s: %j', async (param, path, body) => {
  const { suite, upstream } = await start();
  const response = await suite.post(body, { path, headers: suite.headers() });
  const text = await response.text();
  expect(response.status, text).toBe(400);
  expect(text).toContain(`whose name differs from ${param} in case only`);
  expect(text).toMatch(/ambiguous_field/i);
  // Nothing that the client wrote: not even how it spelt the name.
  expect(text).not.toContain(SECRET);
  expect(upstream.requests).toEqual([]);
});

it('a field of a form in another case is refused', async () => {
  const { suite, upstream } = await start();
  const form = new FormData();
  form.set('file', new Blob(['x']), 'a.wav');
  form.set('prompt', 'Hi');
  form.set('Prompt', SECRET);
  const response = await fetch(`${suite.url}/v1/audio/transcriptions`, {
    method: 'POST',
    headers: suite.headers(),
    body: form,
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 'ambiguous_field', param: 'prompt' } });
  expect(upstream.requests).toEqual([]);
});

/** Names of the client's own, some of them like the formats' names. */
const OWN = { Messages: 'a', Content: 'b', Type: 'c', userName: 'd', ſ: 'e', Prompt: { Text: 'f' } };
const SCHEMA = { type: 'object', properties: OWN, $defs: { Name: { Type: 'string' } } };

it.each<[provider: string, path: string, body: object]>([
  [
    'openai',
    CHAT,
    {
      model: MODEL,
      messages: [
        USER,
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'c', type: 'function', function: { name: 'f', arguments: JSON.stringify(OWN) } },
          ],
        },
        { role: 'tool', tool_call_id: 'c', content: 'sunny' },
      ],
      tools: [{ type: 'function', function: { name: 'f', parameters: SCHEMA } }],
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: SCHEMA } },
      metadata: OWN,
      logit_bias: { A: 1 },
      // The provider's own, and like no known name.
      chat_template_kwargs: OWN,
      extraBody: OWN,
      userName: 'u',
    },
  ],
  [
    'openai',
    '/v1/responses',
    {
      model: MODEL,
      input: [USER],
      metadata: OWN,
      prompt: { id: 'p', variables: OWN },
      tools: [{ type: 'function', name: 'f', parameters: SCHEMA }],
      text: { format: { type: 'json_schema', name: 'n', schema: SCHEMA } },
    },
  ],
  [
    'anthropic',
    '/v1/messages',
    {
      model: MODEL,
      max_tokens: 9,
      messages: [
        USER,
        { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: OWN }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'sunny' }] },
      ],
      tools: [{ name: 'f', input_schema: SCHEMA }],
      metadata: OWN,
    },
  ],
  [
    'gemini',
    `/v1beta/models/${MODEL}:generateContent`,
    {
      contents: [
        { role: 'user', parts: PARTS },
        { role: 'model', parts: [{ functionCall: { name: 'f', args: OWN } }] },
        { role: 'user', parts: [{ function_response: { name: 'f', response: OWN } }] },
      ],
      tools: [{ function_declarations: [{ name: 'f', parameters: SCHEMA }] }],
      generationConfig: { maxOutputTokens: 9, responseSchema: SCHEMA },
      labels: OWN,
    },
  ],
  ['openai', '/v1/embeddings', { model: MODEL, input: 'Hi', metadata: OWN }],
  [
    'openai-compatible',
    '/v1/rerank',
    { model: MODEL, query: 'q', documents: [{ text: 'a', Text: 'b', Title: 'c' }] },
  ],
])('names of the client’s own pass as they came to %s at %s', async (provider, path, body) => {
  const { suite, upstream } = await start(provider);
  // With line ends, which writing it anew would lose.
  const text = JSON.stringify(body, undefined, 1);
  const response = await suite.post(text, { path, headers: suite.headers() });
  await response.text();
  expect(upstream.requests.map(({ body: sent }) => sent)).toEqual([text]);
});
