// Providers that speak OpenAI's formats under a base URL of their own, and differ in which of them they have.
import { openaiChatOf } from '../../../kong/llm/formats/openai-chat/outbound.ts';
import type { OpenaiProvider } from '../../../kong/llm/formats/openai-chat/quirks.ts';
import { mistralEmbeddings } from '../../../kong/llm/formats/openai-embeddings/words.ts';
import { BEARER, type Endpoint, type Provider } from './provider.ts';

const COMPLETIONS = { 'openai-completions': '/completions' };
const EMBEDDINGS = { 'openai-embeddings': '/embeddings' };
const RESPONSES = { 'openai-responses': '/responses' };
const IMAGES = { 'openai-images': '/images/generations' };
const SPEECH = { 'openai-speech': '/audio/speech' };
const TRANSCRIPTIONS = { 'openai-transcriptions': '/audio/transcriptions' };
const MODERATIONS = { 'openai-moderations': '/moderations' };
const RERANK = { rerank: '/rerank' };

/** Everything of OpenAI's that is one request and one answer. */
export const OPENAI_ENDPOINTS = {
  ...COMPLETIONS,
  ...EMBEDDINGS,
  ...RESPONSES,
  ...IMAGES,
  ...SPEECH,
  ...TRANSCRIPTIONS,
  ...MODERATIONS,
} as const;

const ANYTHING = { ...OPENAI_ENDPOINTS, ...RERANK };

function openaiStyle(
  name: OpenaiProvider,
  docs: string,
  baseUrl: Provider['baseUrl'],
  ...endpoints: Readonly<Record<string, Endpoint>>[]
): Provider {
  const chat = openaiChatOf(name);
  return {
    docs,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    chat: () => chat,
    chatPath: '/chat/completions',
    endpoints: Object.assign({}, ...endpoints),
    key: BEARER,
  };
}

export const openai = openaiStyle(
  'openai',
  'https://platform.openai.com/docs/api-reference',
  'https://api.openai.com/v1',
  OPENAI_ENDPOINTS,
);

/** A server that says nothing about what it can do: everything is tried. */
export const openaiCompatible = openaiStyle(
  'openai-compatible',
  'https://platform.openai.com/docs/api-reference',
  undefined,
  ANYTHING,
);

export const mistral: Provider = {
  ...openaiStyle(
    'mistral',
    'https://docs.mistral.ai/api',
    'https://api.mistral.ai/v1',
    TRANSCRIPTIONS,
    MODERATIONS,
  ),
  words: (format) => (format === 'openai-embeddings' ? mistralEmbeddings() : undefined),
};

export const groq = openaiStyle(
  'groq',
  'https://console.groq.com/docs/openai',
  'https://api.groq.com/openai/v1',
  RESPONSES,
  SPEECH,
  TRANSCRIPTIONS,
);

export const deepseek = openaiStyle('deepseek', 'https://api-docs.deepseek.com', 'https://api.deepseek.com');

export const xai = openaiStyle(
  'xai',
  'https://docs.x.ai/docs/api-reference',
  'https://api.x.ai/v1',
  RESPONSES,
  IMAGES,
);

export const together = openaiStyle(
  'together',
  'https://docs.together.ai/docs/inference/openai-compatibility',
  'https://api.together.ai/v1',
  COMPLETIONS,
  EMBEDDINGS,
  IMAGES,
  SPEECH,
  TRANSCRIPTIONS,
  RERANK,
);

export const fireworks = openaiStyle(
  'fireworks',
  'https://docs.fireworks.ai/tools-sdks/openai-compatibility',
  'https://api.fireworks.ai/inference/v1',
  COMPLETIONS,
  EMBEDDINGS,
  RESPONSES,
  RERANK,
);

export const openrouter = openaiStyle(
  'openrouter',
  'https://openrouter.ai/docs/api-reference/overview',
  'https://openrouter.ai/api/v1',
  COMPLETIONS,
  EMBEDDINGS,
  RESPONSES,
  SPEECH,
  RERANK,
);

export const cerebras = openaiStyle(
  'cerebras',
  'https://inference-docs.cerebras.ai/resources/openai',
  'https://api.cerebras.ai/v1',
  COMPLETIONS,
);

export const huggingface = openaiStyle(
  'huggingface',
  'https://huggingface.co/docs/inference-providers/index',
  'https://router.huggingface.co/v1',
  RESPONSES,
);

export const ollama = openaiStyle(
  'ollama',
  'https://docs.ollama.com/api/openai-compatibility',
  'http://localhost:11434/v1',
  COMPLETIONS,
  EMBEDDINGS,
  RESPONSES,
  IMAGES,
);

export const vllm = openaiStyle(
  'vllm',
  'https://docs.vllm.ai/en/stable/serving/online_serving.html',
  'http://localhost:8000/v1',
  COMPLETIONS,
  EMBEDDINGS,
  RESPONSES,
  TRANSCRIPTIONS,
  RERANK,
);

export const llamaCpp = openaiStyle(
  'llama.cpp',
  'https://github.com/ggml-org/llama.cpp/tree/master/tools/server',
  'http://localhost:8080/v1',
  COMPLETIONS,
  EMBEDDINGS,
  RERANK,
);

/** The name of a serving endpoint is the model. */
export const databricks = openaiStyle(
  'databricks',
  'https://docs.databricks.com/en/machine-learning/model-serving/score-foundation-models.html',
  ({ workspace_instance_id: id }) =>
    id === undefined ? undefined : `https://${id}.cloud.databricks.com/serving-endpoints`,
  COMPLETIONS,
  EMBEDDINGS,
);

export const dashscope = openaiStyle(
  'dashscope',
  'https://www.alibabacloud.com/help/en/model-studio/base-url',
  ({ international = true }) =>
    `https://dashscope${international ? '-intl' : ''}.aliyuncs.com/compatible-mode/v1`,
  EMBEDDINGS,
);
