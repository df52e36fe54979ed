// What the demo model says: pure rules from a chat request to text or tool calls.
import { type JsonSchema, valueFor } from './from-schema.ts';
import { hash, limit } from './words.ts';

export interface ChatRequest {
  model: string;
  messages: {
    role: string;
    content?: string | { type: string; text?: string | undefined }[] | null | undefined;
  }[];
  stream?: boolean | null | undefined;
  stream_options?: { include_usage?: boolean | null | undefined } | null | undefined;
  max_tokens?: number | null | undefined;
  max_completion_tokens?: number | null | undefined;
  stop?: string | string[] | null | undefined;
  n?: number | null | undefined;
  tools?: { function: { name: string; parameters?: JsonSchema | null | undefined } }[] | null | undefined;
  tool_choice?: 'none' | 'auto' | 'required' | { function: { name: string } } | null | undefined;
  parallel_tool_calls?: boolean | null | undefined;
  response_format?:
    | { type: string; json_schema?: { schema?: JsonSchema | null | undefined } | null | undefined }
    | null
    | undefined;
}

export interface Answer {
  /** null when the answer is tool calls. */
  text: string | null;
  toolCalls: { id: string; name: string; arguments: string }[];
  finishReason: 'stop' | 'length' | 'tool_calls';
}

const DISCLAIMER = 'This is a demo answer from the built-in demo model; no real model was asked.';

export function answer(request: ChatRequest): Answer {
  const toolCalls = callsFor(request);
  if (toolCalls.length > 0) return { text: null, toolCalls, finishReason: 'tool_calls' };
  const max = request.max_completion_tokens ?? request.max_tokens;
  return { toolCalls: [], ...limit(textFor(request), max, request.stop) };
}

/** Everything the model was given to read, as one text. */
export function promptOf(request: ChatRequest): string {
  return request.messages.map(textOf).join('\n');
}

type Message = ChatRequest['messages'][number];

function textOf(message: Message): string {
  if (typeof message.content === 'string') return message.content;
  return (message.content ?? []).map((part) => part.text ?? '').join(' ');
}

function callsFor(request: ChatRequest): Answer['toolCalls'] {
  const tools = request.tools ?? [];
  const choice = request.tool_choice ?? 'auto';
  const last = request.messages.at(-1)!;
  // A tool's result is answered with text, or the conversation would never end.
  if (choice === 'none' || last.role === 'tool') return [];
  let chosen = tools.filter((tool) => mentions(textOf(last), tool.function.name));
  if (typeof choice === 'object')
    chosen = tools.filter((tool) => tool.function.name === choice.function.name);
  else if (choice === 'required' && chosen.length === 0) chosen = tools.slice(0, 1);
  if (request.parallel_tool_calls === false) chosen = chosen.slice(0, 1);
  return chosen.map(({ function: { name, parameters } }, index) => ({
    id: `call_demo${hash(`${index} ${name}`).toString(16).padStart(8, '0')}`,
    name,
    arguments: JSON.stringify(parameters ? valueFor(parameters) : {}),
  }));
}

// `get_weather` is mentioned by "get_weather" and by "get weather".
function mentions(text: string, name: string): boolean {
  const plain = (value: string) => ` ${value.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')} `;
  return plain(text).includes(plain(name));
}

function textFor(request: ChatRequest): string {
  const last = request.messages.at(-1)!;
  const question = textOf(request.messages.findLast(({ role }) => role === 'user') ?? last);
  const format = request.response_format;
  if (format?.type === 'json_schema') return JSON.stringify(valueFor(format.json_schema?.schema ?? {}));
  if (format?.type === 'json_object') return JSON.stringify({ demo: true, note: DISCLAIMER, question });
  if (last.role === 'tool') return `${DISCLAIMER} The tool answered: ${textOf(last)}`;
  return [DISCLAIMER, `You asked: "${question}"`, ...asides(request)].join(' ');
}

function asides(request: ChatRequest): string[] {
  const notes: string[] = [];
  const system = request.messages.find(({ role }) => role === 'system' || role === 'developer');
  if (system) notes.push(`The system message says: "${textOf(system)}"`);
  const parts = request.messages.flatMap(({ content }) => (Array.isArray(content) ? content : []));
  const images = parts.filter(({ type }) => type === 'image_url').length;
  if (images > 0) notes.push(`You sent ${images} image${images > 1 ? 's' : ''}, which a demo cannot see.`);
  return notes;
}
