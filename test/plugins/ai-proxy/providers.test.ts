// Where each provider is called and how a key is sent, as its documentation says (the pages that `docs` of each provider
// names, compared on 2026-11-20). None was tried with a key.
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../kong/schema/index.ts';
import { type AiProxyConfig, aiProxyConfig } from '../../../plugins/ai-proxy/config.ts';
import { placeReader } from '../../../plugins/ai-proxy/place.ts';
import { PROVIDER_NAMES, type ProviderName, providerOf } from '../../../plugins/ai-proxy/providers/index.ts';
import type { Provider } from '../../../plugins/ai-proxy/providers/provider.ts';
import { signInOf } from '../../../plugins/ai-proxy/sign-in/index.ts';

const NOBODY = (): never => {
  throw new Error('no template');
};

function configOf(provider: string, options: object): AiProxyConfig['targets'][number] {
  const targets = [{ model: { provider, name: 'm', options }, auth: { keys: ['k'] } }];
  return (parseConfig(aiProxyConfig, { targets }) as AiProxyConfig).targets[0]!;
}

/** The URL that is called for a format (chat when absent), with the header that carries the key. */
async function called(
  name: ProviderName,
  options: object = {},
  { model = 'm', stream = false, format }: { model?: string; stream?: boolean; format?: string } = {},
): Promise<[url: string, header: string]> {
  const config = configOf(name, options);
  const provider: Provider = providerOf(name);
  const place = placeReader(config, provider, name);
  const at = place.at(NOBODY);
  const { path } = provider.chat(model);
  const chat = path ? path(model, stream) : provider.chatPath;
  const besides = format === undefined ? undefined : provider.words?.(format, model)?.path;
  const endpoint = format === undefined ? chat : (provider.endpoints[format] ?? besides!);
  const url = at.origin + place.path(endpoint, { model, stream, options: at.options }, at, NOBODY);
  const signIn = signInOf(config, provider);
  const headers: Record<string, string> = {};
  const outgoing = { origin: at.origin, path: '/', method: 'POST' as const, headers, body: undefined };
  await signIn.apply(outgoing, { value: 'k', digest: 'd' });
  return [url, Object.entries(headers).join()];
}

const BEARER = 'authorization,Bearer k';
const CHAT: [ProviderName, object, string, string][] = [
  ['openai', {}, 'https://api.openai.com/v1/chat/completions', BEARER],
  [
    'azure',
    { azure_instance: 'acme' },
    'https://acme.openai.azure.com/openai/deployments/m/chat/completions?api-version=2024-10-21',
    'api-key,k',
  ],
  ['anthropic', {}, 'https://api.anthropic.com/v1/messages', 'x-api-key,k'],
  [
    'gemini',
    {},
    'https://generativelanguage.googleapis.com/v1beta/models/m:generateContent',
    'x-goog-api-key,k',
  ],
  [
    'vertex',
    { gemini: { project_id: 'p', location_id: 'europe-west4' } },
    'https://europe-west4-aiplatform.googleapis.com/v1/projects/p/locations/europe-west4/publishers/google/models/m:generateContent',
    BEARER,
  ],
  [
    'bedrock',
    { bedrock: { aws_region: 'eu-central-1' } },
    'https://bedrock-runtime.eu-central-1.amazonaws.com/model/m/converse',
    BEARER,
  ],
  ['cohere', {}, 'https://api.cohere.com/v2/chat', BEARER],
  ['mistral', {}, 'https://api.mistral.ai/v1/chat/completions', BEARER],
  ['groq', {}, 'https://api.groq.com/openai/v1/chat/completions', BEARER],
  ['deepseek', {}, 'https://api.deepseek.com/chat/completions', BEARER],
  ['xai', {}, 'https://api.x.ai/v1/chat/completions', BEARER],
  ['together', {}, 'https://api.together.ai/v1/chat/completions', BEARER],
  ['fireworks', {}, 'https://api.fireworks.ai/inference/v1/chat/completions', BEARER],
  ['openrouter', {}, 'https://openrouter.ai/api/v1/chat/completions', BEARER],
  ['perplexity', {}, 'https://api.perplexity.ai/v1/responses', BEARER],
  ['cerebras', {}, 'https://api.cerebras.ai/v1/chat/completions', BEARER],
  ['huggingface', {}, 'https://router.huggingface.co/v1/chat/completions', BEARER],
  ['ollama', {}, 'http://localhost:11434/v1/chat/completions', BEARER],
  ['vllm', {}, 'http://localhost:8000/v1/chat/completions', BEARER],
  ['llama.cpp', {}, 'http://localhost:8080/v1/chat/completions', BEARER],
  [
    'databricks',
    { databricks: { workspace_instance_id: 'dbc-1' } },
    'https://dbc-1.cloud.databricks.com/serving-endpoints/chat/completions',
    BEARER,
  ],
  ['dashscope', {}, 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions', BEARER],
  [
    'openai-compatible',
    { base_url: 'https://models.example/v1/' },
    'https://models.example/v1/chat/completions',
    BEARER,
  ],
];

test.each(CHAT)('%s', async (name, options, url, header) => {
  expect(await called(name, options)).toEqual([url, header]);
  expect(providerOf(name).docs).toMatch(/^https:\/\//);
});

test('every provider is in that table', () => {
  expect(CHAT.map(([name]) => name).sort()).toEqual([...PROVIDER_NAMES].sort());
});

describe('azure', () => {
  const at = async (more: object, format?: string) =>
    (await called('azure', { azure_instance: 'acme', ...more }, format ? { format } : {}))[0].replace(
      'https://acme.openai.azure.com/openai',
      '',
    );

  test('by a dated version, a deployment, or API v1', async () => {
    expect(await at({ azure_deployment_id: 'd', azure_api_version: '2025-04-01-preview' })).toBe(
      '/deployments/d/chat/completions?api-version=2025-04-01-preview',
    );
    expect(await at({ azure_api_version: 'v1' })).toBe('/v1/chat/completions');
    expect(await at({ azure_api_version: 'preview' })).toBe('/v1/chat/completions?api-version=preview');
  });

  test('responses belong to the resource, and are of v1 unless a version is given', async () => {
    expect(await at({}, 'openai-responses')).toBe('/v1/responses');
    expect(await at({ azure_api_version: '2025-04-01-preview' }, 'openai-responses')).toBe(
      '/responses?api-version=2025-04-01-preview',
    );
    expect(await at({}, 'openai-embeddings')).toBe('/deployments/m/embeddings?api-version=2024-10-21');
  });
});

test.each([
  ['global', 'aiplatform.googleapis.com'],
  ['us', 'aiplatform.us.rep.googleapis.com'],
  ['eu', 'aiplatform.eu.rep.googleapis.com'],
  ['us-east5', 'us-east5-aiplatform.googleapis.com'],
])('vertex in %s: models of Google and of Anthropic, whole and streamed', async (location, host) => {
  const options = { gemini: { project_id: 'p', location_id: location } };
  const base = `https://${host}/v1/projects/p/locations/${location}/publishers`;
  const urls = [];
  for (const model of ['gemini-3-pro', 'claude-sonnet-4-5'])
    for (const stream of [false, true]) urls.push((await called('vertex', options, { model, stream }))[0]);
  expect(urls).toEqual([
    `${base}/google/models/gemini-3-pro:generateContent`,
    `${base}/google/models/gemini-3-pro:streamGenerateContent?alt=sse`,
    `${base}/anthropic/models/claude-sonnet-4-5:rawPredict`,
    `${base}/anthropic/models/claude-sonnet-4-5:streamRawPredict`,
  ]);
});

test.each<[ProviderName, string, string]>([
  ['anthropic', 'anthropic-count-tokens', 'https://api.anthropic.com/v1/messages/count_tokens'],
  ['cohere', 'rerank', 'https://api.cohere.com/v2/rerank'],
  ['cohere', 'openai-embeddings', 'https://api.cohere.com/v2/embed'],
  ['mistral', 'openai-embeddings', 'https://api.mistral.ai/v1/embeddings'],
  [
    'gemini',
    'openai-embeddings',
    'https://generativelanguage.googleapis.com/v1beta/models/m:batchEmbedContents',
  ],
  ['gemini', 'gemini-count-tokens', 'https://generativelanguage.googleapis.com/v1beta/models/m:countTokens'],
  ['groq', 'openai-responses', 'https://api.groq.com/openai/v1/responses'],
  ['huggingface', 'openai-responses', 'https://router.huggingface.co/v1/responses'],
  ['ollama', 'openai-responses', 'http://localhost:11434/v1/responses'],
  ['openrouter', 'rerank', 'https://openrouter.ai/api/v1/rerank'],
  ['openrouter', 'openai-speech', 'https://openrouter.ai/api/v1/audio/speech'],
  ['perplexity', 'openai-embeddings', 'https://api.perplexity.ai/v1/embeddings'],
  ['mistral', 'openai-transcriptions', 'https://api.mistral.ai/v1/audio/transcriptions'],
  ['fireworks', 'rerank', 'https://api.fireworks.ai/inference/v1/rerank'],
  ['xai', 'openai-images', 'https://api.x.ai/v1/images/generations'],
])('%s has %s', async (name, format, url) => {
  expect((await called(name, {}, { format }))[0]).toBe(url);
});

test('streams have paths of their own where the method says so', async () => {
  const [gemini] = await called('gemini', {}, { stream: true });
  expect(gemini).toBe(
    'https://generativelanguage.googleapis.com/v1beta/models/m:streamGenerateContent?alt=sse',
  );
  const [bedrock] = await called('bedrock', { bedrock: { aws_region: 'us-east-1' } }, { stream: true });
  expect(bedrock).toBe('https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse-stream');
});

test('dashscope in Beijing', async () => {
  const [url] = await called('dashscope', { dashscope: { international: false } });
  expect(url).toBe('https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions');
});
