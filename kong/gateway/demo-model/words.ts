// Words stand in for tokens: the demo counts usage in them and streams one per chunk.

/** The words of a text, each with the space before it, so that joining them gives the text back. */
export function words(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}

/** An approximate token count: the number of words. */
export function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}

export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
}

export function usageOf(prompt: string, completion: string): Usage {
  const [prompt_tokens, completion_tokens] = [countWords(prompt), countWords(completion)];
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

/** FNV-1a, 32 bits. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}

export function idFor(prefix: string, body: unknown): string {
  return `${prefix}-demo${hash(JSON.stringify(body)).toString(16).padStart(8, '0')}`;
}

/** Cuts a text as a model would: before the first stop sequence, and after `maxTokens` words. */
export function limit(
  text: string,
  maxTokens: number | null | undefined,
  stop: string | string[] | null | undefined,
): { text: string; finishReason: 'stop' | 'length' } {
  const ends = [stop ?? []].flat().map((sequence) => text.indexOf(sequence));
  const stopped = text.slice(0, Math.min(text.length, ...ends.filter((end) => end >= 0)));
  const kept = words(stopped);
  if (maxTokens == null || kept.length <= maxTokens) return { text: stopped, finishReason: 'stop' };
  return { text: kept.slice(0, maxTokens).join(''), finishReason: 'length' };
}
