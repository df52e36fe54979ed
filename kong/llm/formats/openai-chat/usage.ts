// OpenAI's usage object. `prompt_tokens` includes the cached ones, `completion_tokens` the reasoning.
import type { ChatUsage } from '../../chat.ts';
import type { Usage } from '../../usage.ts';

export function readUsage(raw: unknown): Usage | undefined {
  if (raw === null || typeof raw !== 'object') return undefined;
  const from = raw as ChatUsage;
  const input = from.prompt_tokens_details ?? {};
  const output = from.completion_tokens_details ?? {};
  const usage: Usage = { input: {}, output: {}, raw };
  const prompt = count(from.prompt_tokens);
  const cacheRead = count(input.cached_tokens);
  const cacheWrite = count(input.cache_write_tokens);
  const completion = count(from.completion_tokens);
  const reasoning = count(output.reasoning_tokens);
  const audio = count(output.audio_tokens);
  if (prompt !== undefined) {
    usage.input.total = prompt;
    if (cacheRead !== undefined || cacheWrite !== undefined) {
      usage.input.noCache = Math.max(0, prompt - (cacheRead ?? 0) - (cacheWrite ?? 0));
    }
  }
  if (cacheRead !== undefined) usage.input.cacheRead = cacheRead;
  if (cacheWrite !== undefined) usage.input.cacheWrite = cacheWrite;
  if (count(input.audio_tokens) !== undefined) usage.input.audio = count(input.audio_tokens)!;
  if (completion !== undefined) {
    usage.output.total = completion;
    if (reasoning !== undefined || audio !== undefined) {
      usage.output.text = Math.max(0, completion - (reasoning ?? 0) - (audio ?? 0));
    }
  }
  if (reasoning !== undefined) usage.output.reasoning = reasoning;
  if (audio !== undefined) usage.output.audio = audio;
  return usage;
}

const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
