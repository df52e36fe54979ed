// Gemini's usage: the prompt includes what the cache held; thoughts are counted beside the candidates, and what tools
// brought into the prompt beside the prompt. https://ai.google.dev/api/generate-content#UsageMetadata
import type { ChatUsage } from '../../chat.ts';
import { type Bag, compact, count, isObject } from '../../slots.ts';
import type { Usage } from '../../usage.ts';
import { readUsage as readChatUsage } from '../openai-chat/usage.ts';

export function toChatUsage(raw: unknown): ChatUsage | undefined {
  if (!isObject(raw)) return undefined;
  const prompt = count(raw.promptTokenCount);
  const tools = count(raw.toolUsePromptTokenCount);
  const candidates = count(raw.candidatesTokenCount);
  const thoughts = count(raw.thoughtsTokenCount);
  const total = count(raw.totalTokenCount);
  const cached = count(raw.cachedContentTokenCount);
  const out: ChatUsage = {};
  if (prompt !== undefined) out.prompt_tokens = prompt + (tools ?? 0);
  if (candidates !== undefined || thoughts !== undefined)
    out.completion_tokens = (candidates ?? 0) + (thoughts ?? 0);
  if (total !== undefined) out.total_tokens = total;
  if (cached !== undefined) out.prompt_tokens_details = { cached_tokens: cached };
  if (thoughts !== undefined) out.completion_tokens_details = { reasoning_tokens: thoughts };
  return out;
}

export function readUsage(raw: unknown): Usage | undefined {
  const usage = readChatUsage(toChatUsage(raw));
  return usage && { ...usage, raw };
}

export function fromChatUsage(usage: ChatUsage | null | undefined): Bag | undefined {
  if (!usage) return undefined;
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = usage;
  const reasoning = usage.completion_tokens_details?.reasoning_tokens;
  return compact({
    promptTokenCount: prompt,
    candidatesTokenCount: completion === undefined ? undefined : Math.max(0, completion - (reasoning ?? 0)),
    thoughtsTokenCount: reasoning,
    cachedContentTokenCount: usage.prompt_tokens_details?.cached_tokens,
    totalTokenCount: total ?? (prompt === undefined ? undefined : prompt + (completion ?? 0)),
  });
}
