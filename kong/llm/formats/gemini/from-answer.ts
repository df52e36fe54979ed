// A chat completion as a GenerateContentResponse.
import type {
  Annotation,
  AnswerMessage,
  ChatAnswer,
  ChatRequest,
  FinishReason,
  ReasoningBlock,
} from '../../chat.ts';
import { type Bag, compact, objects } from '../../slots.ts';
import { seal } from '../seal.ts';
import { fromChatUsage } from './usage.ts';

export function fromAnswer(answer: ChatAnswer, request: ChatRequest): Bag {
  const candidates = answer.choices.map(({ index, message, finish_reason, logprobs }) =>
    compact({
      content: { role: 'model', parts: parts(message) },
      finishReason: finishReason(finish_reason, message.refusal),
      index,
      groundingMetadata: grounding(message.annotations, message.content ?? ''),
      logprobsResult: logprobsResult(logprobs),
    }),
  );
  return compact({
    candidates,
    usageMetadata: fromChatUsage(answer.usage),
    modelVersion: answer.model || request.model,
    responseId: answer.id,
  });
}

function parts(message: AnswerMessage): Bag[] {
  const { refusal, reasoning_content: thought } = message;
  const blocks = message.reasoning_blocks ?? (thought ? [{ text: thought }] : []);
  const out: Bag[] = [];
  /** Gemini signs text in its own part, not in a thought. */
  let signature: string | undefined;
  for (const block of blocks) {
    if (block.format === 'gemini' && !block.text) signature = block.signature;
    else out.push(thoughtPart(block));
  }
  const text = message.content ?? '';
  if (text || signature) out.push(compact({ text, thoughtSignature: signature }));
  if (refusal) out.push({ text: refusal });
  for (const { id, function: call, signature: token } of message.tool_calls ?? []) {
    out.push(callPart(id, call.name, call.arguments, token));
  }
  return out;
}

export function thoughtPart({ text = '', signature, redacted, format = 'anthropic' }: ReasoningBlock): Bag {
  const token =
    redacted !== undefined
      ? seal({ format, signature: redacted, redacted: true })
      : signature === undefined || format === 'gemini'
        ? signature
        : seal({ format, signature });
  return compact({ text, thought: true, thoughtSignature: token });
}

export function callPart(id: string, name: string, text: string, signature: string | undefined): Bag {
  return compact({ functionCall: { id, name, args: callArgs(text) }, thoughtSignature: signature });
}

/** A model may write arguments that are no JSON object: the client gets them to see. */
function callArgs(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    const args: unknown = JSON.parse(text);
    return args !== null && typeof args === 'object' && !Array.isArray(args) ? args : { arguments: args };
  } catch {
    return { arguments: text };
  }
}

const FINISH: Record<FinishReason, string> = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  tool_calls: 'STOP',
  function_call: 'STOP',
  content_filter: 'SAFETY',
};

export function finishReason(finish: FinishReason | null, refusal?: string | null): string | undefined {
  if (refusal) return 'SAFETY';
  return finish === null ? undefined : FINISH[finish];
}

/** @param said the whole text: Google counts bytes of it */
export function grounding(annotations: Annotation[] | undefined, said: string): Bag | undefined {
  const bytes = (units: number | undefined): number | undefined =>
    units === undefined ? undefined : Buffer.byteLength(said.slice(0, units));
  const cited = (annotations ?? []).flatMap((item) =>
    item.type === 'url_citation' ? [item.url_citation] : [],
  );
  if (cited.length === 0) return undefined;
  return {
    groundingChunks: cited.map(({ url, title }) => ({ web: compact({ uri: url, title }) })),
    groundingSupports: cited.flatMap(({ start_index, end_index, text }, i) =>
      end_index === undefined
        ? []
        : [
            {
              segment: compact({ startIndex: bytes(start_index), endIndex: bytes(end_index), text }),
              groundingChunkIndices: [i],
            },
          ],
    ),
  };
}

function logprobsResult(logprobs: unknown): Bag | undefined {
  const tokens = objects((logprobs as Bag | null | undefined)?.content);
  if (tokens.length === 0) return undefined;
  const candidate = ({ token, logprob }: Bag): Bag => ({ token, logProbability: logprob });
  return {
    chosenCandidates: tokens.map(candidate),
    topCandidates: tokens.map(({ top_logprobs: top }) => ({ candidates: objects(top).map(candidate) })),
  };
}
