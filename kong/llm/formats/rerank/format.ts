// Reranking, as Cohere and Jina have it. https://docs.cohere.com/reference/rerank https://jina.ai/reranker/
import { fields } from '../../fields.ts';
import type { Format, TextSlot } from '../../format.ts';
import { type Bag, bag, count, isObject, leafSlots, objects, wrong } from '../../slots.ts';
import type { Usage } from '../../usage.ts';
import { endpoint, fieldSlots, NO_TEXT } from '../parts.ts';

export const rerank: Format = endpoint({
  name: 'rerank',
  operation: 'rerank',
  // Documents have names of their own, and each is ranked.
  fields: fields(
    'model query documents top_n return_documents rank_fields max_tokens_per_doc max_chunks_per_doc',
  ),
  check({ query, documents }) {
    if (typeof query !== 'string' && !isObject(query)) return wrong('query', 'must be a string');
    if (!Array.isArray(documents)) return wrong('documents', 'must be an array');
    return documents.length === 0 ? wrong('documents', 'must have at least one document') : undefined;
  },
  texts: (body) => [
    ...fieldSlots(body, 'query', 'user', 'text', -1),
    ...fieldSlots(body, 'documents', 'user', 'text'),
  ],
  answer: { texts: resultSlots, usage },
});

function resultSlots(body: Bag): TextSlot[] {
  return objects(body.results).flatMap((result, i) =>
    leafSlots(result, 'document', 'tool', 'text', i, NO_TEXT),
  );
}

/** Jina counts tokens; Cohere bills searches, which are none, and reports tokens beside them. */
function usage(body: Bag): Usage | undefined {
  const raw = isObject(body.usage) ? body.usage : bag(body.meta);
  const total = count(raw.total_tokens) ?? count(bag(raw.tokens).input_tokens);
  return total === undefined ? undefined : { input: { total }, output: {}, raw };
}
