// Gemini's embedContent and batchEmbedContents. https://ai.google.dev/api/embeddings
import { cannotSay, type Format, type Said, type Saying } from '../../format.ts';
import { type Bag, bag, compact, count, isObject, objects, wrong } from '../../slots.ts';
import { embeddingFields } from '../gemini/fields.ts';
import { gemini } from '../gemini/format.ts';
import { attachments, field, modelOf, partSlots } from '../gemini/request.ts';
import { inputTypeOf, vectorsOf } from '../openai-embeddings/common.ts';
import { fieldSlots, NO_STREAM, NO_TEXTS } from '../parts.ts';

export const geminiEmbeddings: Format = {
  name: 'gemini-embeddings',
  operation: 'embeddings',
  modelInPath: true,
  request: {
    fields: embeddingFields,
    check(body) {
      if (body.requests === undefined) return checkContent(body, '');
      if (!Array.isArray(body.requests)) return wrong('requests', 'must be an array');
      if (body.requests.length === 0) return wrong('requests', 'must have at least one request');
      for (const [i, one] of body.requests.entries()) {
        const problem = checkContent(bag(one), `requests[${i}].`);
        if (problem) return problem;
      }
      return undefined;
    },
    model: (_body, path) => modelOf(path),
    streams: () => false,
    texts: (body) =>
      requestsOf(body).flatMap((one, turn) => [
        // Embedded with the content it is of.
        ...fieldSlots(one, 'title', 'user', 'text', turn),
        ...partSlots(bag(one.content).parts, 'user', turn),
      ]),
    attachments: (body) => attachments({ contents: requestsOf(body).map(({ content }) => content) }),
  },
  answer: {
    ...NO_TEXTS,
    usage({ usageMetadata: raw }) {
      const total = count(bag(raw).promptTokenCount);
      return total === undefined ? undefined : { input: { total }, output: {}, raw };
    },
  },
  stream: NO_STREAM,
  error: gemini.error,
  errorEvent: gemini.errorEvent,
  common: { name: 'openai-embeddings', say },
};

function checkContent({ content }: Bag, at: string) {
  if (!isObject(content)) return wrong(`${at}content`, 'must be an object');
  return Array.isArray(content.parts) && content.parts.every(isObject)
    ? undefined
    : wrong(`${at}content.parts`, 'must be an array of parts');
}

const requestsOf = (body: Bag): Bag[] => (body.requests === undefined ? [body] : objects(body.requests));

function say(body: Bag, path: string, saying: Saying | undefined): Said {
  const requests = requestsOf(body);
  const input = requests.map(({ content }, i) => textOf(bag(content).parts, i, saying));
  const [first = {}] = requests;
  return {
    body: compact({
      model: modelOf(path) ?? '',
      input,
      encoding_format: 'float',
      dimensions: field(first, 'outputDimensionality'),
      input_type: inputTypeOf(field(first, 'taskType')),
    }),
    read(answer) {
      const vectors = vectorsOf(answer).map((values) => ({ values }));
      const tokens = count(bag(answer.usage).prompt_tokens);
      const usage = tokens === undefined ? {} : { usageMetadata: { promptTokenCount: tokens } };
      return body.requests === undefined
        ? { embedding: vectors[0], ...usage }
        : { embeddings: vectors, ...usage };
    },
  };
}

function textOf(parts: unknown, index: number, saying: Saying | undefined): string {
  return objects(parts)
    .flatMap((part, i) => {
      if (typeof part.text === 'string') return [part.text];
      const param = `requests[${index}].content.parts[${i}]`;
      cannotSay(saying, 'The model that serves this route embeds texts.', param);
      return [];
    })
    .join('\n');
}
