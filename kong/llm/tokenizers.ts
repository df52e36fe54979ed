// Which tokenizer counts for a model, and the tokenizers themselves, each loaded once when first needed.
import { createRequire } from 'node:module';
import type { Tiktoken } from 'tiktoken/lite';

export type Encoding = 'o200k_base' | 'cl100k_base';

export interface Tokenizer {
  encoding: Encoding;
  /** The model's tokenizer is not public: tokens are those of `encoding` times this, an estimate. */
  factor?: number;
}

/**
 * By the beginning of the model's name, first match wins. OpenAI's rows are those of openai/tiktoken, tiktoken/model.py
 * (o200k_harmony has the ranks of o200k_base and differs in special tokens only). The factors are allowances from
 * published comparisons with o200k_base, rounded up, because a limit that counts too little is none:
 * Claude 20 to 30 % more (English prose 16 %, code 30 %); Gemini one token per four characters
 * (https://ai.google.dev/gemini-api/docs/tokens); Llama 3 and later, Qwen, DeepSeek and Grok have vocabularies of
 * 128k and more, close to o200k; Mistral's older ones have 32k.
 */
const BY_PREFIX: readonly [prefix: string, tokenizer: Tokenizer][] = [
  ['gpt-4o', { encoding: 'o200k_base' }],
  ['gpt-4.1', { encoding: 'o200k_base' }],
  ['gpt-4.5', { encoding: 'o200k_base' }],
  ['gpt-5', { encoding: 'o200k_base' }],
  ['gpt-oss', { encoding: 'o200k_base' }],
  ['chatgpt-4o', { encoding: 'o200k_base' }],
  ['o1', { encoding: 'o200k_base' }],
  ['o3', { encoding: 'o200k_base' }],
  ['o4', { encoding: 'o200k_base' }],
  ['gpt-4', { encoding: 'cl100k_base' }],
  ['gpt-3.5', { encoding: 'cl100k_base' }],
  ['gpt-35', { encoding: 'cl100k_base' }],
  ['text-embedding-', { encoding: 'cl100k_base' }],
  ['claude', { encoding: 'o200k_base', factor: 1.25 }],
  ['gemini', { encoding: 'o200k_base', factor: 1.1 }],
  ['gemma', { encoding: 'o200k_base', factor: 1.1 }],
  ['llama', { encoding: 'o200k_base', factor: 1.05 }],
  ['meta-llama', { encoding: 'o200k_base', factor: 1.05 }],
  ['qwen', { encoding: 'o200k_base', factor: 1.05 }],
  ['deepseek', { encoding: 'o200k_base', factor: 1.05 }],
  ['grok', { encoding: 'o200k_base', factor: 1.05 }],
  ['mistral', { encoding: 'o200k_base', factor: 1.2 }],
  ['mixtral', { encoding: 'o200k_base', factor: 1.2 }],
];

const UNKNOWN: Tokenizer = { encoding: 'o200k_base', factor: 1.1 };

/** `openai/gpt-4o`, `us.anthropic.claude-…` and `ft:gpt-4o:acme::1` are known by the model inside. */
export function tokenizerOf(model: string | undefined): Tokenizer {
  if (model === undefined) return UNKNOWN;
  const full = model.toLowerCase().replace(/^ft:/, '');
  const bare = full
    .slice(full.lastIndexOf('/') + 1)
    .replace(/^(?:[a-z-]+\.)?(?:anthropic|meta|mistral|deepseek|qwen|openai)\./, '');
  return BY_PREFIX.find(([prefix]) => bare.startsWith(prefix))?.[1] ?? UNKNOWN;
}

const require = createRequire(import.meta.url);
const loaded = new Map<Encoding, Tiktoken>();

/** Loading takes 50 to 200 ms and some 50 MB per encoding: call this before the first request comes. */
export function loadTokenizers(encodings: readonly Encoding[] = ['o200k_base', 'cl100k_base']): void {
  for (const encoding of encodings) encoderOf(encoding);
}

export function encoderOf(encoding: Encoding): Tiktoken {
  let encoder = loaded.get(encoding);
  if (!encoder) {
    // Through require: the package's ES modules import WebAssembly, which Node 20 does only behind a flag.
    const lite = require('tiktoken/lite') as typeof import('tiktoken/lite');
    const { bpe_ranks, special_tokens, pat_str } = require(`tiktoken/encoders/${encoding}.json`) as Record<
      string,
      never
    >;
    encoder = new lite.Tiktoken(bpe_ranks!, special_tokens!, pat_str!);
    loaded.set(encoding, encoder);
  }
  return encoder;
}
