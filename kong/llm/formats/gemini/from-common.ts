// A chat completion request as generateContent takes it. https://ai.google.dev/api/generate-content
import type {
  AssistantMessage,
  ChatMessage,
  ChatRequest,
  ContentPart,
  TextPart,
  ToolCall,
} from '../../chat.ts';
import { cannotSay, type Saying, TranslationError } from '../../format.ts';
import { type Bag, compact, entryOf, str } from '../../slots.ts';
import { assistantTexts, isSystem } from '../assistant.ts';
import { audioType, dataUrl, mediaTypeOf } from '../media.ts';
import { checkParams } from '../params.ts';
import { budgetOf } from '../reasoning.ts';

/** https://ai.google.dev/api/generate-content#generationconfig */
const MAX_STOPS = 5;
/** What Google documents for calls that another model made: https://ai.google.dev/gemini-api/docs/thought-signatures */
const NO_SIGNATURE = 'skip_thought_signature_validator';

/** From the third generation on, models take a level of thinking, and want calls signed. */
const isThirdGeneration = (model: string): boolean => /gemini-([3-9]|\d{2})/.test(model);

const LACKING = ['logit_bias', 'user', 'metadata', 'parallel_tool_calls', 'service_tier', 'verbosity'];

export function fromCommon(request: ChatRequest, saying?: Saying): Bag {
  checkParams(request, LACKING, saying);
  const system = request.messages.filter(isSystem).flatMap(({ content }) => textParts(content));
  return compact({
    systemInstruction: system.length > 0 ? { parts: system } : undefined,
    contents: contents(request, saying),
    tools: request.tools && [{ functionDeclarations: request.tools.map(declaration) }],
    toolConfig: toolConfig(request),
    generationConfig: generationConfig(request, saying),
  });
}

function textParts(content: string | TextPart[]): Bag[] {
  return typeof content === 'string' ? [{ text: content }] : content.map(({ text }) => ({ text }));
}

function generationConfig(request: ChatRequest, saying: Saying | undefined): Bag | undefined {
  const config = compact({
    maxOutputTokens: request.max_completion_tokens ?? request.max_tokens,
    temperature: request.temperature,
    topP: request.top_p,
    topK: request.top_k,
    candidateCount: request.n,
    stopSequences: stops(request, saying),
    seed: request.seed,
    presencePenalty: request.presence_penalty,
    frequencyPenalty: request.frequency_penalty,
    responseLogprobs: request.logprobs,
    logprobs: request.top_logprobs,
    ...responseFormat(request),
    thinkingConfig: thinkingConfig(request),
  });
  return Object.keys(config).length > 0 ? config : undefined;
}

function stops({ stop }: ChatRequest, saying: Saying | undefined): string[] | undefined {
  const list = typeof stop === 'string' ? [stop] : (stop ?? undefined);
  if (!list || list.length <= MAX_STOPS) return list;
  cannotSay(saying, `The model takes at most ${MAX_STOPS} stop sequences.`, 'stop');
  return list.slice(0, MAX_STOPS);
}

function responseFormat({ response_format: format }: ChatRequest): Bag {
  if (!format || format.type === 'text') return {};
  const schema = format.type === 'json_schema' ? format.json_schema.schema : undefined;
  return { responseMimeType: 'application/json', responseJsonSchema: schema };
}

/** https://ai.google.dev/gemini-api/docs/thinking */
function thinkingConfig({
  model,
  reasoning_effort: effort,
  reasoning_budget: budget,
}: ChatRequest): Bag | undefined {
  if (effort === undefined && budget === undefined) return undefined;
  if (effort === 'none')
    return isThirdGeneration(model) ? { thinkingLevel: 'MINIMAL' } : { thinkingBudget: 0 };
  if (isThirdGeneration(model) && effort !== undefined) {
    const level =
      effort === 'minimal' || effort === 'low' || effort === 'medium' ? effort.toUpperCase() : 'HIGH';
    return { includeThoughts: true, thinkingLevel: level };
  }
  return compact({ includeThoughts: true, thinkingBudget: budget ?? budgetOf(effort) });
}

/** Turns of one role in a row are one content: parallel results come together. */
function contents(request: ChatRequest, saying: Saying | undefined): Bag[] {
  const merged: { role: string; parts: Bag[] }[] = [];
  const names = new Map<string, string>();
  const signed = isThirdGeneration(request.model);
  for (const [i, message] of request.messages.entries()) {
    if (isSystem(message)) continue;
    const role = message.role === 'assistant' ? 'model' : 'user';
    const parts = partsOf(message, i, names, signed, saying);
    const last = merged.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else if (parts.length > 0) merged.push({ role, parts });
  }
  return merged;
}

function partsOf(
  message: ChatMessage,
  turn: number,
  names: Map<string, string>,
  signed: boolean,
  saying: Saying | undefined,
): Bag[] {
  if (message.role === 'assistant') return modelParts(message, turn, names, signed, saying);
  const parts = contentParts(message.content, turn, saying);
  if (message.role !== 'tool') return parts;
  const text = parts.flatMap((part) => (typeof part.text === 'string' ? [part.text] : [])).join('\n');
  const { tool_call_id: id, is_error: failed } = message;
  const name = names.get(id);
  if (name === undefined) {
    throw new TranslationError('A tool result must follow its call.', `messages[${turn}].tool_call_id`);
  }
  const response = { functionResponse: { id, name, response: failed ? { error: text } : { output: text } } };
  return [response, ...parts.filter((part) => part.text === undefined)];
}

function modelParts(
  message: AssistantMessage,
  turn: number,
  names: Map<string, string>,
  signed: boolean,
  saying: Saying | undefined,
): Bag[] {
  // Thoughts are not sent back; what signs a text is, with it.
  const token = message.reasoning_blocks?.find(({ format, text }) => format === 'gemini' && !text)?.signature;
  const text = textParts(assistantTexts(message, turn, saying));
  const last = text.at(-1);
  if (last && token !== undefined) last.thoughtSignature = token;
  const calls = (message.tool_calls ?? []).map((call, i) => {
    names.set(call.id, call.function.name);
    // Of parallel calls only the first is signed.
    const signature = call.signature ?? (signed && i === 0 ? NO_SIGNATURE : undefined);
    return compact({ functionCall: functionCall(call, i), thoughtSignature: signature });
  });
  return [...text, ...calls];
}

function functionCall({ id, function: { name, arguments: text } }: ToolCall, i: number): Bag {
  if (text.trim() === '') return { id, name, args: {} };
  try {
    return { id, name, args: JSON.parse(text) };
  } catch {
    throw new TranslationError(
      'Tool call arguments must be JSON for this model.',
      `tool_calls[${i}].function.arguments`,
    );
  }
}

function contentParts(content: string | ContentPart[], turn: number, saying: Saying | undefined): Bag[] {
  if (typeof content === 'string') return [{ text: content }];
  return content.flatMap((part, i) => {
    const param = `messages[${turn}].content[${i}]`;
    switch (part.type) {
      case 'text':
        return [{ text: part.text }];
      case 'image_url':
        return [urlPart(part.image_url.url, 'image/jpeg')];
      case 'input_audio':
        return [
          { inlineData: { mimeType: audioType(part.input_audio.format), data: part.input_audio.data } },
        ];
      case 'file': {
        const url = part.file.file_data ?? part.file.file_url;
        if (url === undefined) {
          throw new TranslationError('Files that lie at a provider are known to that provider only.', param);
        }
        return [urlPart(url, 'application/pdf')];
      }
      default:
        cannotSay(saying, `The model takes no parts of type ${str((part as Bag).type)}.`, param);
        return [];
    }
  });
}

function urlPart(url: string, fallback: string): Bag {
  const data = dataUrl(url);
  if (data) return { inlineData: { mimeType: data.type, data: data.data } };
  return { fileData: { mimeType: mediaTypeOf(url) ?? fallback, fileUri: url } };
}

function declaration({
  function: { name, description, parameters },
}: NonNullable<ChatRequest['tools']>[number]): Bag {
  return compact({ name, description, parametersJsonSchema: parameters });
}

function toolConfig({ tool_choice: choice, tools }: ChatRequest): Bag | undefined {
  if (choice === undefined || choice === null || !tools || tools.length === 0) return undefined;
  const modes = { none: 'NONE', auto: 'AUTO', required: 'ANY' };
  if (typeof choice === 'string')
    return { functionCallingConfig: { mode: entryOf(modes, choice) ?? 'AUTO' } };
  return { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: [choice.function.name] } };
}
