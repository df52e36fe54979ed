// Anthropic's citations as annotations. https://docs.anthropic.com/en/docs/build-with-claude/citations
import type { Annotation, DocumentCitation } from '../../chat.ts';
import { type Bag, count, isObject } from '../../slots.ts';

/** @param start where the cited block's text begins in the message's, @param end where it ends */
export function annotation(citation: unknown, start: number, end: number): Annotation[] {
  if (!isObject(citation)) return [];
  const { cited_text, title, document_title, url, source } = citation;
  const place = { start_index: start, end_index: end };
  const text = typeof cited_text === 'string' ? cited_text : undefined;
  const name = title ?? document_title;
  const titled = typeof name === 'string' ? { title: name } : {};
  if (typeof url === 'string') {
    const what = { url, ...titled, ...place, ...(text === undefined ? {} : { text }) };
    return [{ type: 'url_citation', url_citation: what }];
  }
  const what: DocumentCitation = { ...titled, ...place, ...numberOf(citation) };
  if (text !== undefined) what.cited_text = text;
  if (typeof source === 'string') what.sources = [source];
  return [{ type: 'document_citation', document_citation: what }];
}

function numberOf({ document_index: index }: Bag): { document_index?: number } {
  const number = count(index);
  return number === undefined ? {} : { document_index: number };
}
