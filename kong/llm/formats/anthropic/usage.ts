// Anthropic's usage: `input_tokens` are the fresh ones only; cache reads and writes are counted beside them.
// https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching#tracking-cache-performance
import type { ChatUsage } from '../../chat.ts';
import { isObject } from '../../slots.ts';

export interface AnthropicUsage {
  input_tokens?: number;
  output_tokens?: number;
  cache_read_input_tokens?: number | null;
  cache_creation_input_tokens?: number | null;
}

/** As OpenAI counts: the prompt's total includes what the cache read and wrote. */
export function toChatUsage(usage: unknown): ChatUsage | undefined {
  if (!isObject(usage)) return undefined;
  const from = usage as AnthropicUsage;
  const read = from.cache_read_input_tokens ?? undefined;
  const write = from.cache_creation_input_tokens ?? undefined;
  const prompt = from.input_tokens === undefined ? undefined : from.input_tokens + (read ?? 0) + (write ?? 0);
  const out: ChatUsage = {};
  if (prompt !== undefined) out.prompt_tokens = prompt;
  if (from.output_tokens !== undefined) out.completion_tokens = from.output_tokens;
  if (prompt !== undefined && from.output_tokens !== undefined)
    out.total_tokens = prompt + from.output_tokens;
  if (read !== undefined || write !== undefined) {
    out.prompt_tokens_details = {
      ...(read === undefined ? {} : { cached_tokens: read }),
      ...(write === undefined ? {} : { cache_write_tokens: write }),
    };
  }
  return out;
}
