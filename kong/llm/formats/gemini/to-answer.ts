// A GenerateContentResponse as a chat completion.
import { randomUUID } from 'node:crypto';
import type {
  Annotation,
  AnswerMessage,
  ChatAnswer,
  FinishReason,
  ReasoningBlock,
  ToolCall,
} from '../../chat.ts';
import { type Bag, bag, count, entryOf, isObject, objects, str } from '../../slots.ts';
import { toChatUsage } from './usage.ts';

export function toAnswer(body: Bag): ChatAnswer {
  const usage = toChatUsage(body.usageMetadata);
  const found = objects(body.candidates);
  // A prompt that was blocked has no candidate.
  const candidates =
    found.length > 0 ? found : [{ finishReason: bag(body.promptFeedback).blockReason ?? 'OTHER' }];
  return {
    id: str(body.responseId),
    object: 'chat.completion',
    created: createdOf(body),
    model: str(body.modelVersion),
    choices: candidates.map(choice),
    ...(usage ? { usage } : {}),
  };
}

export function createdOf({ createTime }: Bag): number {
  const at = typeof createTime === 'string' ? Date.parse(createTime) : Number.NaN;
  return Math.floor((Number.isNaN(at) ? Date.now() : at) / 1000);
}

function choice(candidate: Bag, i: number): ChatAnswer['choices'][number] {
  const message: AnswerMessage = { role: 'assistant', content: null, refusal: null };
  const read = readParts(bag(candidate.content).parts);
  if (read.text !== undefined) message.content = read.text;
  if (read.calls.length > 0) message.tool_calls = read.calls;
  if (read.thought !== '') message.reasoning_content = read.thought;
  if (read.blocks.length > 0) message.reasoning_blocks = read.blocks;
  const annotations = annotationsOf(candidate, read.text ?? '');
  if (annotations.length > 0) message.annotations = annotations;
  const logprobs = logprobsOf(candidate.logprobsResult);
  return {
    index: count(candidate.index) ?? i,
    message,
    finish_reason: finishReason(candidate.finishReason, read.calls.length > 0),
    ...(logprobs ? { logprobs } : {}),
  };
}

interface Parts {
  text: string | undefined;
  thought: string;
  blocks: ReasoningBlock[];
  calls: ToolCall[];
}

/** Also of the parts of one event. */
export function readParts(parts: unknown): Parts {
  const read: Parts = { text: undefined, thought: '', blocks: [], calls: [] };
  for (const part of objects(parts)) {
    const signature = typeof part.thoughtSignature === 'string' ? part.thoughtSignature : undefined;
    if (isObject(part.functionCall)) {
      read.calls.push(toolCall(part.functionCall, signature));
      continue;
    }
    const text = str(part.text);
    if (part.thought === true) {
      read.thought += text;
      read.blocks.push({ text, ...(signature === undefined ? {} : { signature, format: 'gemini' }) });
      continue;
    }
    if (typeof part.text === 'string') read.text = (read.text ?? '') + text;
    if (signature !== undefined) read.blocks.push({ signature, format: 'gemini' });
  }
  return read;
}

/** The id is Google's where it gives one. */
function toolCall({ id, name, args }: Bag, signature: string | undefined): ToolCall {
  return {
    id: str(id) || `call_${randomUUID().replaceAll('-', '')}`,
    type: 'function',
    function: { name: str(name), arguments: JSON.stringify(args ?? {}) },
    ...(signature === undefined ? {} : { signature }),
  };
}

const FINISH: Record<string, FinishReason> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  LANGUAGE: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  IMAGE_PROHIBITED_CONTENT: 'content_filter',
  IMAGE_RECITATION: 'content_filter',
  MODEL_ARMOR: 'content_filter',
  JAILBREAK: 'content_filter',
};

export function finishReason(reason: unknown, hasCalls: boolean): FinishReason | null {
  if (typeof reason !== 'string' || reason === 'FINISH_REASON_UNSPECIFIED') return null;
  const finish = entryOf(FINISH, reason) ?? 'stop';
  return finish === 'stop' && hasCalls ? 'tool_calls' : finish;
}

/** @param text the candidate's, all of it: Google counts bytes of it. https://ai.google.dev/api/generate-content#Segment */
export function annotationsOf(candidate: Bag, text: string): Annotation[] {
  const at = offsets(text);
  const grounding = bag(candidate.groundingMetadata);
  const chunks = objects(grounding.groundingChunks).map(({ web }) => bag(web));
  const supports = objects(grounding.groundingSupports);
  const cited = supports.flatMap(({ segment, groundingChunkIndices: indices }) => {
    const { startIndex, endIndex, text: cited } = bag(segment);
    const place = { ...at(startIndex, endIndex), ...(typeof cited === 'string' ? { text: cited } : {}) };
    return (Array.isArray(indices) ? indices : []).flatMap((i: number) => urlCitation(chunks[i], place));
  });
  if (cited.length > 0) return cited;
  const sources = objects(
    bag(candidate.citationMetadata).citations ?? bag(candidate.citationMetadata).citationSources,
  );
  return [
    ...chunks.flatMap((chunk) => urlCitation(chunk, {})),
    ...sources.flatMap((source) => urlCitation(source, at(source.startIndex, source.endIndex))),
  ];
}

type Place = { start_index?: number; end_index?: number };

/** Offsets in bytes of UTF-8 as those in UTF-16 code units. */
function offsets(text: string): (start: unknown, end: unknown) => Place {
  let bytes: Buffer | undefined;
  const units = (offset: number): number => {
    bytes ??= Buffer.from(text);
    return bytes.length === text.length ? offset : bytes.toString('utf8', 0, offset).length;
  };
  return (start, end) =>
    typeof end === 'number' ? { start_index: units(count(start) ?? 0), end_index: units(end) } : {};
}

function urlCitation(
  chunk: Bag | undefined,
  place: { start_index?: number; end_index?: number; text?: string },
): Annotation[] {
  if (typeof chunk?.uri !== 'string') return [];
  const title = typeof chunk.title === 'string' ? { title: chunk.title } : {};
  return [{ type: 'url_citation', url_citation: { url: chunk.uri, ...title, ...place } }];
}

export function logprobsOf(result: unknown): Bag | undefined {
  const chosen = objects(bag(result).chosenCandidates);
  if (chosen.length === 0) return undefined;
  const top = objects(bag(result).topCandidates);
  const entry = ({ token, logProbability }: Bag): Bag => ({
    token,
    logprob: logProbability,
    bytes: [...Buffer.from(str(token))],
  });
  const content = chosen.map((one, i) => ({
    ...entry(one),
    top_logprobs: objects(top[i]?.candidates).map(entry),
  }));
  return { content, refusal: null };
}
