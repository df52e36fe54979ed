// Which requests the common language says whole, so that clients of different formats may share answers. A translation
// takes the fields that it knows; a request with any other one is kept to its own format.

/** Paths of a body, with [] for the items of an array; what ends with * stands for all below it. */
const KNOWN: Record<string, readonly string[]> = {
  anthropic: [
    'model',
    'max_tokens',
    'stream',
    'temperature',
    'top_p',
    'top_k',
    'stop_sequences[]',
    'metadata.user_id',
    'system',
    'system[].type',
    'system[].text',
    'messages[].role',
    'messages[].content',
    'messages[].content[].type',
    'messages[].content[].text',
    'tools[].name',
    'tools[].description',
    'tools[].input_schema*',
    'tool_choice.type',
    'tool_choice.name',
  ],
  'openai-responses': [
    'model',
    'max_output_tokens',
    'stream',
    'temperature',
    'top_p',
    'store',
    'user',
    'metadata*',
    'instructions',
    'input',
    'input[].role',
    'input[].type',
    'input[].content',
    'input[].content[].type',
    'input[].content[].text',
  ],
  gemini: [
    'contents[].role',
    'contents[].parts[].text',
    'systemInstruction.role',
    'systemInstruction.parts[].text',
    'generationConfig.temperature',
    'generationConfig.topP',
    'generationConfig.topK',
    'generationConfig.maxOutputTokens',
    'generationConfig.stopSequences[]',
  ],
};
const known = new Map(Object.entries(KNOWN).map(([format, paths]) => [format, new Set(paths)]));

export function isPortable(format: string, body: Record<string, unknown>): boolean {
  // The common language itself.
  if (format === 'openai-chat') return true;
  const paths = known.get(format);
  return paths !== undefined && isKnown(body, '', paths);
}

function isKnown(value: unknown, path: string, paths: ReadonlySet<string>): boolean {
  if (paths.has(`${path}*`)) return true;
  if (value === null || typeof value !== 'object') return value === null || paths.has(path);
  if (Array.isArray(value)) return value.every((item) => isKnown(item, `${path}[]`, paths));
  return Object.entries(value).every(([name, child]) =>
    isKnown(child, path === '' ? name : `${path}.${name}`, paths),
  );
}
