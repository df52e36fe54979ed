// Anthropic's usage: `input_tokens` are the fresh ones only; cache reads and writes are counted beside them.
// https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching#tracking-cache-performance
import type { ChatUsage } from '../../chat.ts';
import { type Bag, bag, count, isObject } from '../../slots.ts';
import type { Usage } from '../../usage.ts';
import { readUsage as readChatUsage } from '../openai-chat/usage.ts';

/** As OpenAI counts: the prompt's total includes what the cache read and wrote. */
export function toChatUsage(usage: unknown): ChatUsage | undefined {
  if (!isObject(usage)) return undefined;
  const fresh = count(usage.input_tokens);
  const read = count(usage.cache_read_input_tokens);
  const write = count(usage.cache_creation_input_tokens);
  const completion = count(usage.output_tokens);
  const reasoning = count(bag(usage.output_tokens_details).thinking_tokens);
  const prompt = fresh === undefined ? undefined : fresh + (read ?? 0) + (write ?? 0);
  const out: ChatUsage = {};
  if (prompt !== undefined) out.prompt_tokens = prompt;
  if (completion !== undefined) out.completion_tokens = completion;
  if (prompt !== undefined && completion !== undefined) out.total_tokens = prompt + completion;
  if (read !== undefined || write !== undefined) {
    out.prompt_tokens_details = {
      ...(read === undefined ? {} : { cached_tokens: read }),
      ...(write === undefined ? {} : { cache_write_tokens: write }),
    };
  }
  if (reasoning !== undefined) out.completion_tokens_details = { reasoning_tokens: reasoning };
  return out;
}

export function readUsage(raw: unknown): Usage | undefined {
  const usage = readChatUsage(toChatUsage(raw));
  return usage && { ...usage, raw };
}

/** What is not known is left out. */
export function fromChatUsage(usage: ChatUsage | null | undefined): Bag {
  const out: Bag = {};
  const { prompt_tokens: prompt, completion_tokens: completion } = usage ?? {};
  const { cached_tokens: read, cache_write_tokens: write } = usage?.prompt_tokens_details ?? {};
  if (prompt !== undefined) out.input_tokens = Math.max(0, prompt - (read ?? 0) - (write ?? 0));
  if (write !== undefined) out.cache_creation_input_tokens = write;
  if (read !== undefined) out.cache_read_input_tokens = read;
  if (completion !== undefined) out.output_tokens = completion;
  const reasoning = usage?.completion_tokens_details?.reasoning_tokens;
  if (reasoning !== undefined) out.output_tokens_details = { thinking_tokens: reasoning };
  return out;
}
