// Bodies of every inbound format, changed by their structure, through all six plugins.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { target } from '../plugins/ai-proxy/support.ts';
import { type FakeUpstream, reply, startUpstream } from '../support/upstream/index.ts';
import { openaiChat } from '../support/upstream/openai.ts';
import { budget, FUZZ_TIMEOUT_MS } from './budget.ts';
import { mutatedBytes, mutatedJson, nastyJson } from './mutate.ts';
import { documented, ownFaults, startSuite } from './suite.ts';

const PNG = 'data:image/png;base64,iVBORw0KGgo=';
const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

const BODIES: [format: string, path: string, body: object][] = [
  [
    'OpenAI chat',
    '/v1/chat/completions',
    {
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'I am ann@example.com' },
            { type: 'image_url', image_url: { url: PNG } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"city":"Rome"}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'sunny' },
      ],
      tools: [{ type: 'function', function: { name: 'f', parameters: schema } }],
      tool_choice: 'auto',
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema } },
      temperature: 0.5,
      max_tokens: 100,
      stop: ['x'],
      stream: false,
      stream_options: { include_usage: true },
      user: 'u',
      metadata: { a: 'b' },
    },
  ],
  [
    'OpenAI completions',
    '/v1/completions',
    { model: 'm', prompt: ['Say hi'], max_tokens: 5, stop: 'x', n: 1 },
  ],
  [
    'OpenAI responses',
    '/v1/responses',
    {
      model: 'm',
      instructions: 'Be brief.',
      input: [
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'I am ann@example.com' },
            { type: 'input_image', image_url: PNG },
          ],
        },
        { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: 'x' },
      ],
      tools: [{ type: 'function', name: 'f', parameters: schema }],
      text: { format: { type: 'json_schema', name: 'n', schema } },
      reasoning: { effort: 'low' },
      max_output_tokens: 100,
    },
  ],
  [
    'Anthropic messages',
    '/v1/messages',
    {
      model: 'm',
      max_tokens: 100,
      system: [{ type: 'text', text: 'Be brief.' }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'I am ann@example.com' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
          ],
        },
        { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'f', input: { city: 'Rome' } }] },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'sunny' }] }],
        },
      ],
      tools: [{ name: 'f', input_schema: schema }],
      tool_choice: { type: 'auto' },
      stop_sequences: ['x'],
      metadata: { user_id: 'u' },
    },
  ],
  [
    'Anthropic count_tokens',
    '/v1/messages/count_tokens',
    { model: 'm', messages: [{ role: 'user', content: 'Hi' }] },
  ],
  [
    'Gemini',
    '/v1beta/models/m:generateContent',
    {
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        {
          role: 'user',
          parts: [
            { text: 'I am ann@example.com' },
            { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } },
          ],
        },
        { role: 'model', parts: [{ functionCall: { name: 'f', args: { city: 'Rome' } } }] },
        { role: 'user', parts: [{ functionResponse: { name: 'f', response: { w: 'sunny' } } }] },
      ],
      tools: [{ functionDeclarations: [{ name: 'f', parameters: schema }] }],
      generationConfig: {
        temperature: 0.5,
        maxOutputTokens: 100,
        responseSchema: schema,
        stopSequences: ['x'],
      },
    },
  ],
  [
    'Gemini embeddings',
    '/v1beta/models/m:batchEmbedContents',
    {
      requests: [
        {
          model: 'models/m',
          content: { parts: [{ text: 'a' }] },
          taskType: 'CLUSTERING',
          outputDimensionality: 8,
        },
        { content: { parts: [{ text: 'b' }, { text: 'c' }] } },
      ],
    },
  ],
  ['Gemini embedding', '/v1beta/models/m:embedContent', { content: { parts: [{ text: 'a' }] } }],
  [
    'Gemini countTokens',
    '/v1beta/models/m:countTokens',
    { generateContentRequest: { model: 'models/m', contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] } },
  ],
  ['OpenAI embeddings', '/v1/embeddings', { model: 'm', input: ['a', 'b'], dimensions: 8 }],
  ['OpenAI moderations', '/v1/moderations', { model: 'm', input: ['a'] }],
  ['OpenAI images', '/v1/images/generations', { model: 'm', prompt: 'a cat', n: 1, size: '256x256' }],
  ['OpenAI speech', '/v1/audio/speech', { model: 'm', input: 'Hello', voice: 'alloy' }],
  [
    'rerank',
    '/v1/rerank',
    { model: 'm', query: 'q', documents: ['a', { text: 'b' }], top_n: 1, return_documents: true },
  ],
];

const PROVIDERS = ['openai', 'anthropic', 'gemini', 'cohere'] as const;

async function start(provider: string) {
  const upstream: FakeUpstream = await startUpstream();
  upstream.handle(reply(200, openaiChat({ text: ['Hi'] })));
  const targets = [target(upstream.url, {}, { provider })];
  return {
    upstream,
    suite: await startSuite(targets, { balancer: { retries: 0, max_fails: 0, error_rate: 0 } }),
  };
}

describe.each(PROVIDERS)('for a provider of %s’s format', (provider) => {
  it(
    'a body of any format, changed anywhere, is served or refused with a documented error',
    async () => {
      const { suite, upstream } = await start(provider);
      let served = 0;
      const cases = fc
        .constantFrom(...BODIES)
        .chain(([, path, body]) => fc.record({ path: fc.constant(path), body: mutatedJson(body) }));
      await fc.assert(
        fc.asyncProperty(cases, async ({ path, body }) => {
          upstream.requests.length = 0;
          const response = await suite.post(body, { path, headers: suite.headers() });
          const text = await response.text();
          expect(documented(response.status, text), `${response.status} ${text}`).toBe(true);
          if (response.status === 200) served += 1;
        }),
        budget(150),
      );
      expect(ownFaults(suite)).toEqual([]);
      expect(served).toBeGreaterThan(0);
      expect(({} as { polluted?: true }).polluted).toBeUndefined();
      const good = await suite.post(
        { model: 'm', messages: [{ role: 'user', content: 'Hi' }] },
        { headers: suite.headers() },
      );
      expect([200, 502]).toContain(good.status);
      expect(suite.active()).toBe(0);
    },
    FUZZ_TIMEOUT_MS,
  );
});

it(
  'bytes that are nearly JSON, and JSON that is no body, are refused as such',
  async () => {
    const { suite } = await start('openai');
    const body = Buffer.from(JSON.stringify(BODIES[0]![2]));
    const bodies = fc.oneof(
      mutatedBytes(body),
      nastyJson.map((json) => Buffer.from(json)),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (bytes) => {
        const response = await fetch(`${suite.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...suite.headers() },
          body: new Uint8Array(bytes),
        });
        const text = await response.text();
        expect(documented(response.status, text), `${response.status} ${text}`).toBe(true);
      }),
      budget(100),
    );
    expect(ownFaults(suite)).toEqual([]);
  },
  FUZZ_TIMEOUT_MS,
);
