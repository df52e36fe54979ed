// Answers and chunks of providers that speak OpenAI's format with words of their own, read leniently into the common
// language: reasoning under several names, contents as arrays, usage in odd places, finish reasons of their own.
import type {
  Annotation,
  ChatAnswer,
  ChatChunk,
  ChatUsage,
  FinishReason,
  ReasoningBlock,
} from '../../chat.ts';
import { type Bag, bag, compact, count, entryOf, isObject, objects, str } from '../../slots.ts';
import type { Quirks } from './quirks.ts';

const FINISH: ReadonlySet<unknown> = new Set([
  'stop',
  'length',
  'tool_calls',
  'content_filter',
  'function_call',
]);

export function normaliseAnswer(body: Bag, quirks: Quirks): ChatAnswer {
  const citations = annotationsOf(body);
  const choices = objects(body.choices).map((choice, i) => {
    const message = normaliseMessage(bag(choice.message));
    if (citations.length > 0) message.annotations ??= citations;
    if (message.tool_calls) message.tool_calls = objects(message.tool_calls).map(wholeCall);
    const index = count(choice.index) ?? i;
    return { ...choice, index, ...endOf(choice, quirks), message: { role: 'assistant', ...message } };
  });
  const usage = normaliseUsage(body, quirks);
  const head = { ...headOf(body), object: 'chat.completion' };
  return { ...body, ...head, choices, ...(usage ? { usage } : {}) } as unknown as ChatAnswer;
}

export function normaliseChunk(body: Bag, quirks: Quirks): ChatChunk {
  const citations = annotationsOf(body);
  const choices = objects(body.choices).map((choice, i) => {
    const end = endOf(choice, quirks);
    const delta = normaliseMessage(bag(choice.delta));
    // The whole list comes with every chunk; once, at the end, is enough.
    if (citations.length > 0 && end.finish_reason) delta.annotations ??= citations;
    return { ...choice, index: count(choice.index) ?? i, ...end, delta };
  });
  const usage = normaliseUsage(body, quirks);
  const head = { ...headOf(body), object: 'chat.completion.chunk' };
  return { ...body, ...head, choices, ...(usage ? { usage } : {}) } as unknown as ChatChunk;
}

function headOf({ id, created, model }: Bag): Bag {
  return { id: str(id), created: count(created) ?? Math.floor(Date.now() / 1000), model: str(model) };
}

const TEXTS = ['reasoning_content', 'refusal'];

const CITED: Readonly<Record<string, string>> = {
  url: 'string',
  title: 'string',
  text: 'string',
  cited_text: 'string',
  start_index: 'number',
  end_index: 'number',
  document_index: 'number',
  sources: 'object',
};

/** One that is not as documented is left out: writers rely on what it says. */
function citationOf(from: Bag): Bag[] {
  const { type } = from;
  if (type !== 'url_citation' && type !== 'document_citation') return [];
  const cited = compact(bag(from[type]));
  if (type === 'url_citation' && cited.url === undefined) return [];
  const fits = Object.entries(cited).every(([name, value]) => {
    const wanted = entryOf(CITED, name);
    return wanted === undefined || typeof value === wanted;
  });
  return fits && isObject(from[type]) ? [{ ...from, [type]: cited }] : [];
}

/** Also of a delta. */
function normaliseMessage(message: Bag): Bag {
  const { reasoning, content, tool_calls: calls, annotations, ...rest } = message;
  const out: Bag = rest;
  for (const field of TEXTS) if (typeof out[field] !== 'string' && out[field] !== null) delete out[field];
  if (typeof content === 'string' || content === null) out.content = content;
  if (Array.isArray(annotations)) out.annotations = objects(annotations).flatMap(citationOf);
  if (Array.isArray(content)) Object.assign(out, splitContent(objects(content)));
  if (typeof reasoning === 'string' && typeof out.reasoning_content !== 'string')
    out.reasoning_content = reasoning;
  if (Array.isArray(calls)) out.tool_calls = objects(calls).map(normaliseCall);
  return out;
}

/**
 * Contents in parts: Mistral's `{type: "thinking", thinking: [{type: "text", text}]}`
 * (https://docs.mistral.ai/capabilities/reasoning/) and Databricks' `{type: "reasoning", summary: [{text, signature}]}`.
 */
function splitContent(parts: Bag[]): Bag {
  let text = '';
  let thought = '';
  const blocks: ReasoningBlock[] = [];
  for (const part of parts) {
    const inner =
      part.type === 'thinking' ? part.thinking : part.type === 'reasoning' ? part.summary : undefined;
    if (inner === undefined) text += str(part.text);
    else if (typeof inner === 'string') thought += inner;
    else {
      for (const piece of objects(inner)) {
        thought += str(piece.text);
        if (typeof piece.signature !== 'string') continue;
        blocks.push({ text: str(piece.text), signature: piece.signature, format: 'anthropic' });
      }
    }
  }
  return {
    content: text,
    ...(thought === '' ? {} : { reasoning_content: thought }),
    ...(blocks.length > 0 ? { reasoning_blocks: blocks } : {}),
  };
}

/** Arguments as an object, an id or an index that is missing. */
function normaliseCall(call: Bag, i: number): Bag {
  const named = bag(call.function);
  const { arguments: args } = named;
  const text = args === undefined || typeof args === 'string' ? args : JSON.stringify(args ?? {});
  const { id, index = i, name: _, ...rest } = call;
  return {
    ...rest,
    index: count(index) ?? i,
    ...(typeof id === 'string' ? { id } : {}),
    function: {
      ...named,
      ...(named.name === undefined ? {} : { name: str(named.name) }),
      ...(text === undefined ? {} : { arguments: text }),
    },
  };
}

function wholeCall({ index: _, ...call }: Bag): Bag {
  const { name, arguments: text, ...more } = bag(call.function);
  return {
    type: 'function',
    ...call,
    id: str(call.id),
    function: { ...more, name: str(name), arguments: str(text) },
  };
}

function endOf(choice: Bag, quirks: Quirks): { finish_reason: FinishReason | null; stop_sequence?: string } {
  const { finish_reason: reason, stop_reason: matched } = choice;
  const stop = typeof matched === 'string' ? { stop_sequence: matched } : {};
  if (typeof reason !== 'string') return { finish_reason: null };
  if (FINISH.has(reason)) return { finish_reason: reason as FinishReason, ...stop };
  return { finish_reason: entryOf(quirks.finish ?? {}, reason) ?? 'stop', ...stop };
}

/** Sources as servers that search have them beside the answer (Perplexity's Sonar began it). */
function annotationsOf(body: Bag): Annotation[] {
  const results = objects(body.search_results);
  if (results.length > 0) {
    return results.map(({ url, title }) =>
      urlCitation(str(url), typeof title === 'string' ? title : undefined),
    );
  }
  return Array.isArray(body.citations) ? body.citations.map((url) => urlCitation(String(url))) : [];
}

function urlCitation(url: string, title?: string): Annotation {
  return { type: 'url_citation', url_citation: { url, ...(title === undefined ? {} : { title }) } };
}

export function normaliseUsage(body: Bag, quirks: Quirks): ChatUsage | undefined {
  const raw = isObject(body.usage) ? body.usage : bag(body.x_groq).usage;
  if (!isObject(raw)) return undefined;
  const usage = { ...raw } as ChatUsage & Bag;
  const hits = count(raw.prompt_cache_hit_tokens);
  // DeepSeek's own count of cache reads: https://api-docs.deepseek.com/guides/kv_cache
  if (hits !== undefined && count(bag(raw.prompt_tokens_details).cached_tokens) === undefined) {
    usage.prompt_tokens_details = { ...usage.prompt_tokens_details, cached_tokens: hits };
  }
  const reasoning = count(bag(raw.completion_tokens_details).reasoning_tokens) ?? 0;
  if (quirks.reasoningBesideCompletion && reasoning > 0) addReasoning(usage, reasoning);
  return usage;
}

/** Only when the total says that the reasoning is not in the completion yet. */
function addReasoning(usage: ChatUsage, reasoning: number): void {
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = usage;
  if (prompt === undefined || completion === undefined || total !== prompt + completion + reasoning) return;
  usage.completion_tokens = completion + reasoning;
}
