// A generateContent request as a chat completion request. https://ai.google.dev/api/generate-content
import type { AssistantMessage, ChatMessage, ChatRequest, ContentPart, TextPart, Tool } from '../../chat.ts';
import { cannotSay, type Saying, TranslationError } from '../../format.ts';
import { type Bag, bag, compact, isObject, objects, str } from '../../slots.ts';
import { unseal } from '../seal.ts';
import { field, model, streams } from './request.ts';
import { jsonSchema } from './schema.ts';

export function toCommon(body: Bag, saying?: Saying): ChatRequest {
  const cached = field(body, 'cachedContent');
  if (cached != null) throw new TranslationError('Cached content lies at Google.', 'cachedContent');
  const config = bag(field(body, 'generationConfig'));
  const get = (name: string): unknown => field(config, name);
  for (const name of ['responseModalities', 'speechConfig', 'imageConfig']) {
    const value = get(name);
    const onlyText = Array.isArray(value) && value.every((item) => item === 'TEXT');
    if (value != null && !onlyText)
      cannotSay(saying, `${name} needs a model of Google.`, `generationConfig.${name}`);
  }
  const tools = toolsOf(body.tools, saying);
  const path = saying?.path ?? '';
  return compact({
    model: model(body, path) ?? '',
    messages: [...systemMessages(field(body, 'systemInstruction')), ...messagesOf(body.contents, saying)],
    stream: streams(body, path) || undefined,
    max_tokens: get('maxOutputTokens'),
    temperature: get('temperature'),
    top_p: get('topP'),
    top_k: get('topK'),
    n: get('candidateCount'),
    stop: get('stopSequences'),
    seed: get('seed'),
    presence_penalty: get('presencePenalty'),
    frequency_penalty: get('frequencyPenalty'),
    logprobs: get('responseLogprobs'),
    top_logprobs: get('logprobs'),
    response_format: responseFormat(get),
    ...reasoning(bag(get('thinkingConfig'))),
    tools,
    tool_choice: tools && toolChoice(bag(field(bag(field(body, 'toolConfig')), 'functionCallingConfig'))),
  }) as unknown as ChatRequest;
}

function systemMessages(system: unknown): ChatMessage[] {
  const text =
    typeof system === 'string' ? [system] : partsOf(bag(system).parts).map((part) => str(part.text));
  const said = text.filter(Boolean);
  if (said.length === 0) return [];
  const parts: TextPart[] = said.map((one) => ({ type: 'text', text: one }));
  return [{ role: 'system', content: said.length === 1 ? said[0]! : parts }];
}

const partsOf = (parts: unknown): Bag[] => (isObject(parts) ? [parts] : objects(parts));

/** Calls and their responses find each other by id, or by name and order where there is none. */
interface Pending {
  id: string;
  name: string;
}

function messagesOf(contents: unknown, saying: Saying | undefined): ChatMessage[] {
  const pending: Pending[] = [];
  return objects(contents).flatMap((content, i): ChatMessage[] => {
    const param = `contents[${i}].parts`;
    if (content.role === 'model') return [assistantMessage(content, i, pending, saying)];
    return userMessages(content, param, pending, saying);
  });
}

function userMessages(
  content: Bag,
  param: string,
  pending: Pending[],
  saying: Saying | undefined,
): ChatMessage[] {
  const results: ChatMessage[] = [];
  const parts: ContentPart[] = [];
  for (const [i, part] of partsOf(content.parts).entries()) {
    const response = field(part, 'functionResponse');
    if (isObject(response)) results.push(toolMessage(response, pending));
    else parts.push(...contentParts(part, `${param}[${i}]`, saying));
  }
  if (parts.length === 0 && results.length > 0) return results;
  const [only] = parts;
  const plain = parts.length === 1 && only?.type === 'text' ? only.text : parts;
  return [...results, { role: 'user', content: plain }];
}

function toolMessage({ id, name, response }: Bag, pending: Pending[]): ChatMessage {
  const at = pending.findIndex((call) => (typeof id === 'string' ? call.id === id : call.name === name));
  const [found] = at < 0 ? [] : pending.splice(at, 1);
  const { output, result, error, ...more } = bag(response);
  const said = error ?? output ?? result;
  const isWhole = said !== undefined && Object.keys(more).length === 0;
  const value = isWhole ? said : (response ?? {});
  return {
    role: 'tool',
    tool_call_id: found?.id ?? str(id ?? name),
    content: typeof value === 'string' ? value : JSON.stringify(value),
    ...(error === undefined ? {} : { is_error: true }),
  };
}

function contentParts(part: Bag, param: string, saying: Saying | undefined): ContentPart[] {
  if (typeof part.text === 'string') return [{ type: 'text', text: part.text }];
  const inline = field(part, 'inlineData');
  if (isObject(inline)) return [mediaPart(str(field(inline, 'mimeType')), str(inline.data))];
  const file = field(part, 'fileData');
  if (isObject(file)) return [filePart(file, param)];
  cannotSay(saying, `Parts of type ${Object.keys(part)[0] ?? 'nothing'} need a model of Google.`, param);
  return [];
}

function mediaPart(type: string, data: string): ContentPart {
  const url = `data:${type};base64,${data}`;
  if (type.startsWith('image/')) return { type: 'image_url', image_url: { url } };
  const audio = /^audio\/(?:x-)?(wav|mp3|mpeg)$/.exec(type)?.[1];
  if (audio) return { type: 'input_audio', input_audio: { data, format: audio === 'mpeg' ? 'mp3' : audio } };
  return { type: 'file', file: { file_data: url, filename: `file.${type.split('/')[1] ?? 'bin'}` } };
}

function filePart(file: Bag, param: string): ContentPart {
  const url = str(field(file, 'fileUri'));
  if (!url.startsWith('http') || url.startsWith('https://generativelanguage.googleapis.com/')) {
    throw new TranslationError('Files that lie at a provider are known to that provider only.', param);
  }
  const isImage = str(field(file, 'mimeType')).startsWith('image/');
  return isImage ? { type: 'image_url', image_url: { url } } : { type: 'file', file: { file_url: url } };
}

function assistantMessage(
  content: Bag,
  turn: number,
  pending: Pending[],
  saying: Saying | undefined,
): ChatMessage {
  const message: AssistantMessage = { role: 'assistant', content: null };
  let text = '';
  for (const [i, part] of partsOf(content.parts).entries()) {
    const call = field(part, 'functionCall');
    const token = field(part, 'thoughtSignature');
    if (isObject(call)) {
      const id = str(call.id) || `call_${turn}_${i}`;
      pending.push({ id, name: str(call.name) });
      const named = { name: str(call.name), arguments: JSON.stringify(call.args ?? {}) };
      const signed = typeof token === 'string' && !unseal(token) ? { signature: token } : {};
      message.tool_calls = [
        ...(message.tool_calls ?? []),
        { id, type: 'function', function: named, ...signed },
      ];
    } else if (part.thought === true) addThought(message, str(part.text), token);
    else if (typeof part.text === 'string') {
      text += part.text;
      if (typeof token === 'string') addThought(message, '', token);
    } else {
      const kind = Object.keys(part)[0] ?? 'nothing';
      cannotSay(
        saying,
        `Parts of type ${kind} that a model said need a model of Google.`,
        `contents[${turn}].parts[${i}]`,
      );
    }
  }
  if (text !== '') message.content = text;
  return message;
}

function addThought(message: AssistantMessage, text: string, token: unknown): void {
  const sealed = unseal(token);
  const blocks = message.reasoning_blocks ?? [];
  if (sealed?.redacted) blocks.push({ redacted: sealed.signature, format: sealed.format });
  else if (sealed) blocks.push({ text, signature: sealed.signature, format: sealed.format });
  else if (typeof token === 'string')
    blocks.push({ ...(text ? { text } : {}), signature: token, format: 'gemini' });
  else blocks.push({ text });
  message.reasoning_blocks = blocks;
  if (text !== '') message.reasoning_content = (message.reasoning_content ?? '') + text;
}

function toolsOf(tools: unknown, saying: Saying | undefined): Tool[] | undefined {
  if (!Array.isArray(tools)) return undefined;
  return objects(tools).flatMap((tool, i) => {
    const { functionDeclarations: camel, function_declarations: snake, ...others } = tool;
    for (const name of Object.keys(others)) {
      cannotSay(saying, `The tool ${name} needs a model of Google.`, `tools[${i}].${name}`);
    }
    return objects(camel ?? snake).map((declared): Tool => {
      const { name, description, parameters } = declared;
      const schema =
        field(declared, 'parametersJsonSchema') ?? (parameters == null ? undefined : jsonSchema(parameters));
      return {
        type: 'function',
        function: compact({ name, description, parameters: schema }) as unknown as Tool['function'],
      };
    });
  });
}

function toolChoice(config: Bag): ChatRequest['tool_choice'] {
  const names = field(config, 'allowedFunctionNames');
  switch (config.mode) {
    case 'NONE':
      return 'none';
    case 'ANY': {
      const [only] = Array.isArray(names) && names.length === 1 ? names : [];
      return typeof only === 'string' ? { type: 'function', function: { name: only } } : 'required';
    }
    case 'AUTO':
    case 'VALIDATED':
      return 'auto';
    default:
      return undefined;
  }
}

function responseFormat(get: (name: string) => unknown): unknown {
  if (get('responseMimeType') !== 'application/json') return undefined;
  const own = get('responseSchema');
  const schema = get('responseJsonSchema') ?? (own == null ? undefined : jsonSchema(own));
  if (schema === undefined) return { type: 'json_object' };
  return { type: 'json_schema', json_schema: { name: 'response', schema } };
}

function reasoning(config: Bag): Bag {
  const budget = field(config, 'thinkingBudget');
  const level = field(config, 'thinkingLevel');
  if (budget === 0) return { reasoning_effort: 'none' };
  return {
    // -1: as much as the model sees fit, which is what every model does when nothing is said.
    reasoning_budget: typeof budget === 'number' && budget > 0 ? budget : undefined,
    reasoning_effort: typeof level === 'string' ? level.toLowerCase() : undefined,
  };
}
