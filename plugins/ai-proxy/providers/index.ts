// Every provider by the name that the config has for it.
import { anthropic } from './anthropic.ts';
import { azure } from './azure.ts';
import { bedrock } from './bedrock.ts';
import { cohere } from './cohere.ts';
import { gemini } from './gemini.ts';
import * as style from './openai-style.ts';
import { perplexity } from './perplexity.ts';
import type { Provider } from './provider.ts';
import { vertex } from './vertex.ts';

export const PROVIDERS = {
  openai: style.openai,
  azure,
  anthropic,
  gemini,
  vertex,
  bedrock,
  cohere,
  mistral: style.mistral,
  groq: style.groq,
  deepseek: style.deepseek,
  xai: style.xai,
  together: style.together,
  fireworks: style.fireworks,
  openrouter: style.openrouter,
  perplexity,
  cerebras: style.cerebras,
  huggingface: style.huggingface,
  ollama: style.ollama,
  vllm: style.vllm,
  'llama.cpp': style.llamaCpp,
  databricks: style.databricks,
  dashscope: style.dashscope,
  'openai-compatible': style.openaiCompatible,
} as const satisfies Record<string, Provider>;

export type ProviderName = keyof typeof PROVIDERS;
export const PROVIDER_NAMES = Object.keys(PROVIDERS) as [ProviderName, ...ProviderName[]];

export const providerOf = (name: ProviderName): Provider => PROVIDERS[name];
