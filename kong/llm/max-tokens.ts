// How much a client asks a model to write at most, whatever its format.

/** Where formats have it: OpenAI chat and responses, Anthropic, completions, Gemini, Bedrock Converse, Cohere. */
const PATHS: readonly (readonly string[])[] = [
  ['max_completion_tokens'],
  ['max_tokens'],
  ['max_output_tokens'],
  ['max_tokens_to_sample'],
  ['generationConfig', 'maxOutputTokens'],
  ['inferenceConfig', 'maxTokens'],
];

/** Of all choices together; undefined when the client leaves it to the provider. */
export function maxOutputTokens(body: Record<string, unknown>): number | undefined {
  for (const path of PATHS) {
    const value = path.reduce<unknown>(
      (at, key) => (at as Record<string, unknown> | undefined | null)?.[key],
      body,
    );
    if (isCount(value)) return value * choices(body);
  }
  return undefined;
}

const choices = (body: Record<string, unknown>): number => (isCount(body.n) ? Math.max(1, body.n) : 1);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
