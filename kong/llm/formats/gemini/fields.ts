// The fields of Gemini's requests, which come in camelCase or in snake_case. https://ai.google.dev/api/generate-content
import { Fields, fields as of } from '../../fields.ts';

export const snake = (camel: string): string =>
  camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** By both names. */
function both(values: string, nested: Readonly<Record<string, Fields>> = {}): Fields {
  const camel = of(values, nested);
  return new Fields(
    new Map(camel.names.flatMap((name) => [name, snake(name)].map((one) => [one, camel.get(name)!]))),
  );
}

const part = both('text thought thoughtSignature', {
  inlineData: both('mimeType data displayName'),
  fileData: both('mimeType fileUri displayName'),
  functionCall: both('id name args'),
  functionResponse: both('id name response'),
  executableCode: both('language code'),
  codeExecutionResult: both('outcome output'),
});

const content = both('role', { parts: part });

const generationConfig = both(
  'temperature topP topK maxOutputTokens candidateCount stopSequences seed presencePenalty frequencyPenalty ' +
    'responseLogprobs logprobs responseMimeType responseSchema responseJsonSchema responseModalities speechConfig ' +
    'imageConfig',
  { thinkingConfig: both('thinkingBudget thinkingLevel includeThoughts') },
);

/** Of generateContent. */
const asked: [string, Record<string, Fields>] = [
  'cachedContent labels',
  {
    contents: content,
    systemInstruction: content,
    generationConfig,
    tools: both('googleSearch codeExecution urlContext', {
      functionDeclarations: both('name description parameters parametersJsonSchema response'),
    }),
    toolConfig: both('retrievalConfig', { functionCallingConfig: both('mode allowedFunctionNames') }),
    safetySettings: both('category threshold'),
  },
];

export const fields = both(...asked);

const wholeRequest = both(`model ${asked[0]}`, asked[1]);

/** Of countTokens. */
export const countFields = both(asked[0], { ...asked[1], generateContentRequest: wholeRequest });

const embedding = ['model taskType title outputDimensionality', { content }] as const;

/** Of embedContent and batchEmbedContents. */
export const embeddingFields = both(embedding[0], { ...embedding[1], requests: both(...embedding) });
