// Gemini's answers, whole and streamed, in the shapes that its npm client types.
// https://ai.google.dev/api/generate-content
import type { GenerateContentResponse, Part } from '@google/genai';
import { finishOf, type Said, USAGE } from './said.ts';

type Wire = {
  [K in 'candidates' | 'usageMetadata' | 'modelVersion' | 'responseId']?: GenerateContentResponse[K];
};

const FINISH = { stop: 'STOP', tool_calls: 'STOP', length: 'MAX_TOKENS', content_filter: 'SAFETY' } as const;
const HEAD = { modelVersion: 'gemini-2.5-flash', responseId: 'mYBAaYjtCNjgz7IPr4_r6QU' };
export const GEMINI_SIGNATURE = 'CiQBjz1rX4mVFp0yQ2hvdWdodFNpZ25hdHVyZQ==';

export function geminiAnswer(said: Said): Wire {
  const parts: Part[] = [];
  if (said.reasoning) parts.push({ text: said.reasoning.join(''), thought: true });
  if (said.text) parts.push({ text: said.text.join('') });
  parts.push(...calls(said));
  return { candidates: [candidate(parts, said)], usageMetadata: usage(said), ...HEAD } as Wire;
}

export function geminiEvents(said: Said): string[] {
  const events: Wire[] = [];
  const piece = (part: Part): void => {
    events.push({
      candidates: [candidate([part])],
      usageMetadata: { promptTokenCount: 1, totalTokenCount: 1 },
      ...HEAD,
    } as Wire);
  };
  for (const text of said.reasoning ?? []) piece({ text, thought: true });
  for (const text of said.text ?? []) piece({ text });
  for (const call of calls(said)) piece(call);
  events.push({ candidates: [candidate([{ text: '' }], said)], usageMetadata: usage(said), ...HEAD } as Wire);
  return events.map(geminiEvent);
}

export const geminiEvent = (event: unknown): string => `data: ${JSON.stringify(event)}\r\n\r\n`;

export function geminiError(status: number, message: string) {
  const names: Record<number, string> = {
    400: 'INVALID_ARGUMENT',
    429: 'RESOURCE_EXHAUSTED',
    500: 'INTERNAL',
  };
  return { error: { code: status, message, status: names[status] ?? 'UNAVAILABLE' } };
}

/** Of parallel calls the first is signed. */
function calls({ tools = [] }: Said): Part[] {
  return tools.map(({ name, arguments: args }, i) => ({
    functionCall: { name, args: JSON.parse(args.join('') || '{}') as Record<string, unknown> },
    ...(i === 0 ? { thoughtSignature: GEMINI_SIGNATURE } : {}),
  }));
}

function candidate(parts: Part[], said?: Said) {
  return {
    content: { parts, role: 'model' },
    index: 0,
    ...(said ? { finishReason: FINISH[finishOf(said)] } : {}),
  };
}

/** Thoughts are counted beside the candidates. */
function usage({ usage: counted = USAGE }: Said) {
  const { input, output, cached = 0, reasoning = 0 } = counted;
  return {
    promptTokenCount: input,
    candidatesTokenCount: output - reasoning,
    thoughtsTokenCount: reasoning,
    cachedContentTokenCount: cached,
    totalTokenCount: input + output,
  };
}
