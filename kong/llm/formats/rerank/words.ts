// Reranking as providers have it: Cohere's v2 takes texts alone and gives none back, as do the models on Bedrock; the
// others take the documents of Jina and of Cohere's v1 as they are.
import { type EndpointWords, type Said, TranslationError } from '../../format.ts';
import { type Bag, isObject, objects } from '../../slots.ts';

/** https://docs.cohere.com/reference/rerank */
export const cohereRerank = (): EndpointWords => ({
  path: '/rerank',
  say(body) {
    const plain = (body.documents as unknown[]).every((one) => typeof one === 'string');
    return plain && body.return_documents === undefined ? { body } : overTexts(body);
  },
});

/**
 * https://docs.aws.amazon.com/bedrock/latest/userguide/rerank-supported.html: by InvokeModel, with Cohere's words and
 * the version that these have on Bedrock.
 */
export function bedrockRerank(model: string): EndpointWords | undefined {
  if (!/(cohere|amazon)\.rerank/.test(model)) return undefined;
  return {
    path: `/model/${encodeURIComponent(model)}/invoke`,
    say(body) {
      const { body: said, read } = overTexts(body);
      const { model: _, max_tokens_per_doc: _m, ...rest } = said;
      return { body: /cohere\.rerank/.test(model) ? { ...rest, api_version: 2 } : rest, read: read! };
    },
  };
}

function overTexts(body: Bag): Said {
  const { return_documents: wanted, rank_fields: fields, documents, ...rest } = body;
  const given = documents as unknown[];
  const texts = given.map((one, i) => textOf(one, fields, i));
  return {
    body: { ...rest, documents: texts },
    read(answer) {
      if (wanted !== true) return answer;
      const results = objects(answer.results).map((result) => {
        const index = Number(result.index);
        const one = given[index];
        return { ...result, document: isObject(one) ? one : { text: texts[index] } };
      });
      return { ...answer, results };
    },
  };
}

/** @throws TranslationError for a document that has no text */
function textOf(document: unknown, fields: unknown, index: number): string {
  if (typeof document === 'string') return document;
  const names = Array.isArray(fields) && fields.length > 0 ? fields : ['text'];
  const said = names.flatMap((name) => {
    const value = isObject(document) && typeof name === 'string' ? document[name] : undefined;
    return typeof value === 'string' ? [names.length > 1 ? `${name}: ${value}` : value] : [];
  });
  if (said.length > 0) return said.join('\n');
  throw new TranslationError('The model that serves this route ranks texts.', `documents[${index}]`);
}
