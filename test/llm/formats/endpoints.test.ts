// How a request's format is found.
import { expect, test } from 'vitest';
import { ENDPOINTS, endpointOf, formatByBody, formatOf } from '../../../kong/llm/formats/index.ts';

test.each([
  ['POST', '/v1/chat/completions', 'openai-chat'],
  ['POST', '/v1/completions', 'openai-completions'],
  ['POST', '/openai/v1/responses/', 'openai-responses'],
  ['POST', '/v1/embeddings', 'openai-embeddings'],
  ['POST', '/v1/moderations', 'openai-moderations'],
  ['POST', '/v1/images/generations', 'openai-images'],
  ['POST', '/v1/audio/speech', 'openai-speech'],
  ['POST', '/v1/audio/transcriptions', 'openai-transcriptions'],
  ['POST', '/v2/rerank', 'rerank'],
  ['GET', '/v1/models', 'openai-models'],
  ['POST', '/anthropic/v1/messages', 'anthropic'],
  ['POST', '/v1/messages/count_tokens', 'anthropic-count-tokens'],
  ['POST', '/v1beta/models/gemini-2.5-pro:generateContent', 'gemini'],
  ['POST', '/v1/projects/p/locations/l/publishers/google/models/g:streamGenerateContent', 'gemini'],
])('%s %s is %s', (method, path, name) => {
  expect(formatOf(undefined, [path], method)?.name).toBe(name);
});

test('a route type stands above the path; names are unique', () => {
  expect(formatOf('llm/v1/messages', ['/v1/chat/completions'])?.name).toBe('anthropic');
  expect(new Set(ENDPOINTS.map(({ routeType }) => routeType)).size).toBe(ENDPOINTS.length);
  expect(endpointOf(undefined, ['/nothing'])).toBeUndefined();
});

test('a body tells what it is when the path does not', () => {
  expect(formatByBody({ messages: [] })?.name).toBe('openai-chat');
  expect(formatByBody({ prompt: 'x' })?.name).toBe('openai-completions');
  expect(formatByBody({ input: [{ role: 'user', content: 'x' }] })?.name).toBe('openai-responses');
  expect(formatByBody({ contents: [] })?.name).toBe('gemini');
  expect(formatByBody({ input: 'x' })).toBeUndefined();
});

test('the model of a Gemini request is in its path', () => {
  const format = formatOf('llm/v1beta/generateContent', [])!;
  expect(format.request.model({}, '/v1beta/models/gemini-2.5-pro:generateContent')).toBe('gemini-2.5-pro');
  expect(format.request.model({}, '/v1/models/a%2Fb:streamGenerateContent')).toBe('a/b');
  expect(format.request.streams({}, '/v1/models/a:streamGenerateContent')).toBe(true);
  expect(format.request.streams({}, '/v1/models/a:generateContent')).toBe(false);
});

test('paths that are asked for once each take no other’s place for long', () => {
  for (let i = 0; i < 600; i += 1)
    expect(formatOf(undefined, [`/v1beta/models/m${i}:generateContent`])?.name).toBe('gemini');
  expect(formatOf(undefined, ['/v1/chat/completions'])?.name).toBe('openai-chat');
});
