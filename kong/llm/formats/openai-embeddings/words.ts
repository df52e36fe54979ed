// Embeddings as providers have them that do not speak OpenAI's format.
import { cannotSay, type EndpointWords, TranslationError } from '../../format.ts';
import { type Bag, bag, compact, count, objects } from '../../slots.ts';
import { embeddingsAnswer, inputTexts, taskOf } from './common.ts';

const modelPath = (model: string): string => model.split('/').map(encodeURIComponent).join('/');

/** https://ai.google.dev/api/embeddings#method:-models.batchembedcontents */
export const geminiEmbeddings = (model: string): EndpointWords => ({
  path: `/models/${modelPath(model)}:batchEmbedContents`,
  say(body) {
    const more = compact({ taskType: taskOf(body), outputDimensionality: body.dimensions });
    const requests = inputTexts(body).map((text) => ({
      model: `models/${model}`,
      content: { parts: [{ text }] },
      ...more,
    }));
    return {
      body: { requests },
      read: ({ embeddings, usageMetadata }) =>
        embeddingsAnswer(
          body,
          objects(embeddings).map(({ values }) => values),
          count(bag(usageMetadata).promptTokenCount),
        ),
    };
  },
});

/** https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api */
export const vertexEmbeddings = (model: string): EndpointWords => ({
  path: `/publishers/google/models/${modelPath(model)}:predict`,
  say(body) {
    const task_type = taskOf(body);
    const parameters = compact({ outputDimensionality: body.dimensions });
    return {
      body: {
        instances: inputTexts(body).map((content) => compact({ content, task_type })),
        ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
      },
      read({ predictions }) {
        const found = objects(predictions).map(({ embeddings }) => bag(embeddings));
        const tokens = found.map(({ statistics }) => count(bag(statistics).token_count));
        const known = tokens.filter((one) => one !== undefined);
        const total = known.length === tokens.length ? known.reduce((sum, one) => sum + one, 0) : undefined;
        return embeddingsAnswer(
          body,
          found.map(({ values }) => values),
          total,
        );
      },
    };
  },
});

/** Models of the third generation and on want to be told what the texts are for; most are to be found. */
const COHERE_INPUT_TYPE = 'search_document';

const cohereBody = (body: Bag): Bag =>
  compact({
    texts: inputTexts(body),
    input_type: body.input_type ?? COHERE_INPUT_TYPE,
    embedding_types: ['float'],
    output_dimension: body.dimensions,
  });

const cohereVectors = ({ embeddings }: Bag): unknown[] => {
  const floats = Array.isArray(embeddings) ? embeddings : bag(embeddings).float;
  return Array.isArray(floats) ? floats : [];
};

/** https://docs.cohere.com/reference/embed */
export const cohereEmbeddings = (): EndpointWords => ({
  path: '/embed',
  say: (body) => ({
    body: { model: body.model, ...cohereBody(body) },
    read: (answer) =>
      embeddingsAnswer(body, cohereVectors(answer), count(bag(bag(answer.meta).billed_units).input_tokens)),
  }),
});

/**
 * Titan: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
 * Cohere: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html
 */
export function bedrockEmbeddings(model: string): EndpointWords | undefined {
  const path = `/model/${encodeURIComponent(model)}/invoke`;
  if (/cohere\.embed/.test(model)) {
    return {
      path,
      say: (body) => ({
        body: cohereBody(body),
        read: (answer) => embeddingsAnswer(body, cohereVectors(answer)),
      }),
    };
  }
  if (!/amazon\.titan-embed-text/.test(model)) return undefined;
  return {
    path,
    say(body, saying) {
      const [inputText, ...more] = inputTexts(body);
      if (more.length > 0) throw new TranslationError('The model embeds one text at a time.', 'input');
      const sized = /titan-embed-text-v1/.test(model) ? undefined : body.dimensions;
      if (body.dimensions != null && sized === undefined)
        cannotSay(saying, 'The model has one size of vectors.', 'dimensions');
      return {
        body: compact({ inputText, dimensions: sized }),
        read: ({ embedding, inputTextTokenCount }) =>
          embeddingsAnswer(body, [embedding], count(inputTextTokenCount)),
      };
    },
  };
}

/** OpenAI's but for one name. https://docs.mistral.ai/api/endpoint/embeddings */
export const mistralEmbeddings = (): EndpointWords => ({
  path: '/embeddings',
  say(body) {
    if (body.dimensions == null) return { body };
    const { dimensions, ...rest } = body;
    return { body: { ...rest, output_dimension: dimensions } };
  },
});
