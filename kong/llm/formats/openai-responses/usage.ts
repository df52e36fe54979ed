// Usage of the Responses API: as chat completions count, by other names.
import type { ChatUsage } from '../../chat.ts';
import { type Bag, bag, compact, count, isObject } from '../../slots.ts';
import type { Usage } from '../../usage.ts';
import { readUsage as readChatUsage } from '../openai-chat/usage.ts';

export function readUsage(raw: unknown): Usage | undefined {
  if (!isObject(raw)) return undefined;
  const input = bag(raw.input_tokens_details);
  const output = bag(raw.output_tokens_details);
  const usage = readChatUsage({
    prompt_tokens: raw.input_tokens,
    completion_tokens: raw.output_tokens,
    prompt_tokens_details: {
      cached_tokens: input.cached_tokens,
      cache_write_tokens: input.cache_write_tokens,
    },
    completion_tokens_details: { reasoning_tokens: output.reasoning_tokens },
  });
  return usage && { ...usage, raw };
}

/** The client's libraries want numbers in the details: 0 where the provider reported none. */
export function fromChatUsage(usage: ChatUsage | null | undefined): Bag | null {
  const { prompt_tokens: input, completion_tokens: output, total_tokens: total } = usage ?? {};
  if (count(input) === undefined && count(output) === undefined) return null;
  const { cached_tokens = 0, cache_write_tokens } = usage?.prompt_tokens_details ?? {};
  return {
    input_tokens: input ?? 0,
    input_tokens_details: compact({ cached_tokens, cache_write_tokens }),
    output_tokens: output ?? 0,
    output_tokens_details: { reasoning_tokens: usage?.completion_tokens_details?.reasoning_tokens ?? 0 },
    total_tokens: total ?? (input ?? 0) + (output ?? 0),
  };
}
