// What the translations of embeddings share: the common words are OpenAI's.
import { TranslationError } from '../../format.ts';
import { type Bag, entryOf, objects } from '../../slots.ts';

/** @throws TranslationError for tokens, which are no text to another model */
export function inputTexts({ input }: Bag): string[] {
  const list = Array.isArray(input) ? input : [input];
  if (list.length > 0 && list.every((item) => typeof item === 'string')) return list;
  throw new TranslationError('The model that serves this route takes texts, not tokens.', 'input');
}

/** @param tokens of the input, where the provider tells. In the encoding that was asked for. @throws Error */
export function embeddingsAnswer(asked: Bag, vectors: readonly unknown[], tokens?: number): Bag {
  const encode = asked.encoding_format === 'base64' ? base64 : (vector: number[]) => vector;
  if (vectors.length !== inputTexts(asked).length) throw new Error('not one embedding for each text');
  const data = vectors.map((vector, index) => ({
    object: 'embedding',
    index,
    embedding: encode(numbers(vector)),
  }));
  const usage = tokens === undefined ? {} : { usage: { prompt_tokens: tokens, total_tokens: tokens } };
  return { object: 'list', data, model: asked.model, ...usage };
}

/** The vectors of an answer in OpenAI's words, whatever their encoding. */
export function vectorsOf(answer: Bag): number[][] {
  return objects(answer.data).map(({ embedding }) =>
    typeof embedding === 'string' ? fromBase64(embedding) : numbers(embedding),
  );
}

/** @throws Error for what is no vector: the answer is a bad one */
function numbers(vector: unknown): number[] {
  if (Array.isArray(vector) && vector.every((value) => typeof value === 'number')) return vector;
  throw new Error('an embedding is no vector of numbers');
}

/** Floats of 32 bits, little-endian: https://platform.openai.com/docs/api-reference/embeddings/create */
function base64(vector: number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [i, value] of vector.entries()) bytes.writeFloatLE(value, i * 4);
  return bytes.toString('base64');
}

function fromBase64(text: string): number[] {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => bytes.readFloatLE(i * 4));
}

/**
 * `input_type`, an extension that several providers share, in Cohere's words: what the texts are for. By Gemini's task.
 * https://docs.cohere.com/reference/embed https://ai.google.dev/api/embeddings#v1beta.TaskType
 */
const TASKS: Readonly<Record<string, string>> = {
  search_query: 'RETRIEVAL_QUERY',
  search_document: 'RETRIEVAL_DOCUMENT',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
};

export const taskOf = ({ input_type: type }: Bag): string | undefined => entryOf(TASKS, type);

export const inputTypeOf = (task: unknown): string | undefined =>
  Object.keys(TASKS).find((name) => TASKS[name] === task);
