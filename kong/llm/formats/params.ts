// Parameters that a provider's format has no word for: which are refused, which left out. The one rule for all formats.
import type { ChatRequest } from '../chat.ts';
import { cannotSay, type Saying } from '../format.ts';

/** Without these the answer is the same, or a little worse: left out wherever a provider lacks them, and noted. */
export const HINTS: ReadonlySet<string> = new Set([
  'user',
  'metadata',
  'store',
  'service_tier',
  'verbosity',
  'prompt_cache_key',
  'safety_identifier',
  'stream_options',
  'reasoning_effort',
  'reasoning_budget',
  'parallel_tool_calls',
  'prediction',
  // Best effort at OpenAI too.
  'seed',
]);

/** Values that ask for nothing. */
const NEUTRAL: Readonly<Record<string, unknown>> = {
  temperature: 1,
  top_p: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  n: 1,
  logprobs: false,
};

/** @throws TranslationError for what would change the answer's meaning, unless it may be dropped */
export function leaveOut(name: string, value: unknown, saying: Saying | undefined): void {
  if (value === undefined || value === null || NEUTRAL[name] === value) return;
  if (HINTS.has(name)) saying?.onDrop?.(name);
  else cannotSay(saying, `The model that serves this route does not take ${name}.`, name);
}

/** What only providers of OpenAI's format can have. */
const OPENAI_ONLY = ['web_search_options', 'audio', 'prediction'];

/** For formats other than OpenAI's. */
export function checkParams(
  request: ChatRequest,
  lacking: readonly string[],
  saying: Saying | undefined,
): void {
  for (const name of [...lacking, ...OPENAI_ONLY]) leaveOut(name, request[name], saying);
  const { modalities } = request;
  if (Array.isArray(modalities) && modalities.some((one) => one !== 'text'))
    leaveOut('modalities', modalities, saying);
}
