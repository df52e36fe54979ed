// Where providers that speak OpenAI's chat completions deviate from it, as data. What reads the data is adjust.ts
// (requests), normalise.ts (answers). Each entry names the page that it was taken from.
import type { ChatRequest, FinishReason } from '../../chat.ts';
import { effortOf } from '../reasoning.ts';

export interface Quirks {
  /** The provider's documentation. */
  source: string;
  /** Parameters by another name; null: the provider has none such and would reject or ignore it. */
  params?: Readonly<Record<string, string | null>>;
  /** Values that a parameter may have; beyond, it is set to the nearest. */
  ranges?: Readonly<Record<string, readonly [min: number, max: number]>>;
  /** At most so many stop sequences. */
  maxStops?: number;
  /** `developer` messages are said as `system`. */
  noDeveloper?: true;
  /** What `tool_choice: "required"` is called. */
  toolChoiceRequired?: string;
  /** Formats of `response_format` that it lacks. */
  noFormats?: readonly ('json_object' | 'json_schema')[];
  /** Images by URL are not fetched: only data URLs. */
  noImageUrls?: true;
  /** Takes `cache_control` on parts, as Anthropic. */
  cacheControl?: true;
  /** How reasoning is asked for, when it is. Default: `reasoning_effort`. */
  reasoning?(request: ChatRequest): Record<string, unknown>;
  /** Ids of tool calls are of just so many letters and digits. */
  toolIdLength?: number;
  /** Wants the reasoning back with the calls that it led to, in this field. */
  echoReasoning?: string;
  /** Finish reasons beside OpenAI's. */
  finish?: Readonly<Record<string, FinishReason>>;
  /** `completion_tokens` leave the reasoning out. */
  reasoningBesideCompletion?: true;
  /** Nothing in its answers differs: clients of OpenAI's format get them as they are. */
  plainAnswers?: true;
  /** Rules for some models only: the first that matches. */
  models?: readonly (Pick<Quirks, 'params' | 'ranges'> & { match: RegExp })[];
}

const MAX_TOKENS = { max_completion_tokens: 'max_tokens' } as const;

/** What OpenAI's reasoning models reject. https://platform.openai.com/docs/guides/reasoning */
const REASONING_ONLY = {
  temperature: null,
  top_p: null,
  presence_penalty: null,
  frequency_penalty: null,
  logprobs: null,
  top_logprobs: null,
  logit_bias: null,
  max_tokens: 'max_completion_tokens',
  top_k: null,
} as const;

const OPENAI: Quirks = {
  source: 'https://platform.openai.com/docs/api-reference/chat/create',
  // Every model takes the new name, the newer ones no longer the old.
  params: { max_tokens: 'max_completion_tokens', top_k: null },
  maxStops: 4,
  plainAnswers: true,
  models: [
    { match: /^(.*\/)?(o\d(-|$)|gpt-5(-(mini|nano|codex|pro)|-\d{4}|$))/, params: REASONING_ONLY },
    {
      match: /^(.*\/)?(gpt-3\.5|gpt-4|chatgpt-4o)/,
      params: { max_tokens: 'max_completion_tokens', top_k: null, reasoning_effort: null },
    },
  ],
};

/** By the provider's name in the config of ai-proxy-ts. */
export const QUIRKS = {
  openai: OPENAI,
  azure: { ...OPENAI, source: 'https://learn.microsoft.com/azure/ai-services/openai/reference' },
  // Whatever it is, it gets what the client said, as far as OpenAI has it.
  'openai-compatible': {
    source: 'https://platform.openai.com/docs/api-reference/chat/create',
    plainAnswers: true,
  },
  mistral: {
    source: 'https://docs.mistral.ai/api/#tag/chat',
    params: {
      ...MAX_TOKENS,
      seed: 'random_seed',
      logprobs: null,
      top_logprobs: null,
      logit_bias: null,
      top_k: null,
      user: null,
      stream_options: null,
      store: null,
      service_tier: null,
    },
    // https://docs.mistral.ai/studio-api/conversations/reasoning: some take `high` and `none`; others always reason, or
    // never do.
    reasoning: ({ model, reasoning_effort: effort }) =>
      /^mistral-(small|medium|large-4)/.test(model)
        ? { reasoning_effort: effort === 'none' ? 'none' : 'high' }
        : {},
    ranges: { temperature: [0, 1.5] },
    noDeveloper: true,
    toolChoiceRequired: 'any',
    toolIdLength: 9,
    finish: { model_length: 'length', error: 'stop' },
  },
  groq: {
    source: 'https://console.groq.com/docs/openai',
    params: {
      n: null,
      logprobs: null,
      top_logprobs: null,
      logit_bias: null,
      top_k: null,
      store: null,
      metadata: null,
    },
    maxStops: 4,
  },
  deepseek: {
    source: 'https://api-docs.deepseek.com/api/create-chat-completion',
    params: {
      ...MAX_TOKENS,
      n: null,
      seed: null,
      user: null,
      top_k: null,
      logit_bias: null,
      parallel_tool_calls: null,
      metadata: null,
      store: null,
    },
    // https://api-docs.deepseek.com/guides/thinking_mode
    reasoning: ({ reasoning_effort: effort, reasoning_budget: budget }) => {
      if (effort === 'none') return { thinking: { type: 'disabled' } };
      return { thinking: { type: 'enabled' }, reasoning_effort: effort ?? effortOf(budget) };
    },
    maxStops: 16,
    noDeveloper: true,
    noFormats: ['json_schema'],
    // https://api-docs.deepseek.com/guides/thinking_mode#tool-calls
    echoReasoning: 'reasoning_content',
    // The provider ran out of capacity: the answer is cut short.
    finish: { insufficient_system_resource: 'length' },
  },
  xai: {
    source: 'https://docs.x.ai/docs/api-reference#chat-completions',
    params: { logit_bias: null, top_k: null, store: null },
    reasoningBesideCompletion: true,
    models: [
      {
        match: /^grok-(4|code)/,
        params: {
          presence_penalty: null,
          frequency_penalty: null,
          stop: null,
          reasoning_effort: null,
          logit_bias: null,
          top_k: null,
          store: null,
        },
      },
    ],
  },
  together: {
    source: 'https://docs.together.ai/reference/chat-completions-1',
    params: { ...MAX_TOKENS, user: null, parallel_tool_calls: null, store: null, metadata: null },
    noDeveloper: true,
    finish: { eos: 'stop' },
  },
  fireworks: {
    source: 'https://docs.fireworks.ai/api-reference/post-chatcompletions',
    params: { ...MAX_TOKENS, store: null, metadata: null },
    noDeveloper: true,
  },
  openrouter: {
    source: 'https://openrouter.ai/docs/api-reference/overview',
    cacheControl: true,
    reasoning: ({ reasoning_effort: effort, reasoning_budget: budget }) => {
      if (budget !== undefined) return { reasoning: { max_tokens: budget } };
      return { reasoning: { effort } };
    },
    // An error inside a stream comes as a chunk with `error`, which fails the stream, and this finish reason.
    finish: { error: 'stop' },
  },
  cerebras: {
    source: 'https://inference-docs.cerebras.ai/api-reference/chat-completions',
    params: {
      max_tokens: 'max_completion_tokens',
      presence_penalty: null,
      frequency_penalty: null,
      logit_bias: null,
      top_k: null,
      n: null,
      store: null,
      metadata: null,
    },
    ranges: { temperature: [0, 1.5] },
  },
  huggingface: {
    source: 'https://huggingface.co/docs/inference-providers/tasks/chat-completion',
    params: {
      ...MAX_TOKENS,
      top_k: null,
      parallel_tool_calls: null,
      user: null,
      store: null,
      metadata: null,
    },
    noDeveloper: true,
    finish: { eos_token: 'stop', stop_sequence: 'stop' },
  },
  ollama: {
    source: 'https://docs.ollama.com/api/openai-compatibility',
    params: {
      ...MAX_TOKENS,
      n: null,
      logit_bias: null,
      user: null,
      top_k: null,
      parallel_tool_calls: null,
      metadata: null,
      store: null,
    },
    noDeveloper: true,
    noImageUrls: true,
  },
  vllm: { source: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html' },
  'llama.cpp': {
    source: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
    params: { ...MAX_TOKENS, user: null, store: null, metadata: null },
    noDeveloper: true,
  },
  databricks: {
    source: 'https://docs.databricks.com/aws/en/machine-learning/foundation-model-apis/api-reference',
    params: { ...MAX_TOKENS, user: null, seed: null, store: null, metadata: null, parallel_tool_calls: null },
    noDeveloper: true,
    reasoning: ({ reasoning_effort: effort, reasoning_budget: budget }) => {
      if (budget !== undefined) return { thinking: { type: 'enabled', budget_tokens: budget } };
      return effort === 'none' ? {} : { reasoning_effort: effort };
    },
  },
  dashscope: {
    source: 'https://www.alibabacloud.com/help/en/model-studio/use-qwen-by-calling-api',
    params: {
      ...MAX_TOKENS,
      user: null,
      logit_bias: null,
      frequency_penalty: null,
      store: null,
      metadata: null,
    },
    noDeveloper: true,
    cacheControl: true,
    reasoning: ({ reasoning_effort: effort, reasoning_budget: budget }) => ({
      enable_thinking: effort !== 'none',
      ...(budget === undefined ? {} : { thinking_budget: budget }),
    }),
  },
} as const satisfies Record<string, Quirks>;

export type OpenaiProvider = keyof typeof QUIRKS;
