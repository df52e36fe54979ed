// Anthropic's answers, whole and streamed, in the shapes that its npm client types.
import type Anthropic from '@anthropic-ai/sdk';

export interface AnthropicAnswer {
  id?: string;
  model?: string;
  /** Comes before the text. */
  thinking?: string | string[];
  /** Pieces of the text; streamed, each is a delta. */
  text?: string | string[];
  /** `input` as JSON text in pieces: streamed, each is an `input_json_delta`, torn where it is given. */
  toolUses?: { id?: string; name: string; input: string | string[] }[];
  usage?: Partial<Anthropic.Usage>;
  stopReason?: Anthropic.StopReason;
  stopSequence?: string;
}

export const ANTHROPIC_USAGE = {
  input_tokens: 25,
  output_tokens: 15,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  service_tier: 'standard',
};

const ID = 'msg_014p7gG3wDgGV9EUtLvnow3U';
const MODEL = 'claude-sonnet-4-5-20250929';
const SIGNATURE = 'EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds';

// The client types fields that the service leaves out; only what the service sends is written here.
type Wire<T> = { [K in keyof T]?: T[K] };
type Block = Wire<Anthropic.TextBlock> | Wire<Anthropic.ThinkingBlock> | Wire<Anthropic.ToolUseBlock>;

/** The body of a 200 to `POST /v1/messages`. */
export function anthropicMessage(answer: AnthropicAnswer = {}) {
  return {
    id: answer.id ?? ID,
    type: 'message',
    role: 'assistant',
    model: answer.model ?? MODEL,
    content: blocksOf(answer).map(({ whole }) => whole),
    stop_reason: stopOf(answer),
    stop_sequence: answer.stopSequence ?? null,
    usage: { ...ANTHROPIC_USAGE, ...answer.usage },
  } satisfies Omit<Wire<Anthropic.Message>, 'content' | 'usage'> & { content: Block[]; usage: object };
}

/** The events of a streamed answer, in the order of the service, as objects. */
export function anthropicStream(answer: AnthropicAnswer = {}): { type: string; [field: string]: unknown }[] {
  const usage = { ...ANTHROPIC_USAGE, ...answer.usage };
  const message = {
    ...anthropicMessage(answer),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    // The count so far; message_delta brings the final one.
    usage: { ...usage, output_tokens: 1 },
  };
  const events: { type: Anthropic.RawMessageStreamEvent['type'] | 'ping'; [field: string]: unknown }[] = [
    { type: 'message_start', message },
  ];
  for (const [index, { start, deltas }] of blocksOf(answer).entries()) {
    events.push({ type: 'content_block_start', index, content_block: start });
    if (index === 0) events.push({ type: 'ping' });
    for (const delta of deltas) events.push({ type: 'content_block_delta', index, delta });
    events.push({ type: 'content_block_stop', index });
  }
  const delta = { stop_reason: stopOf(answer), stop_sequence: answer.stopSequence ?? null };
  const { output_tokens, output_tokens_details } = usage as Anthropic.Usage;
  const counted = { output_tokens, ...(output_tokens_details && { output_tokens_details }) };
  events.push({ type: 'message_delta', delta, usage: counted });
  events.push({ type: 'message_stop' });
  return events;
}

/** The same as server-sent events with `event:` lines. */
export function anthropicEvents(answer: AnthropicAnswer = {}): string[] {
  return anthropicStream(answer).map(anthropicEvent);
}

export function anthropicEvent(event: { type: string }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** An error body; in a stream, the data of an `error` event. https://docs.claude.com/en/api/errors */
export function anthropicError(type: string, message: string) {
  return { type: 'error', error: { type, message }, request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy' };
}

interface Parts {
  whole: Block;
  start: Block;
  deltas: Anthropic.RawContentBlockDelta[];
}

function blocksOf(answer: AnthropicAnswer): Parts[] {
  const blocks: Parts[] = [];
  if (answer.thinking !== undefined) blocks.push(thinking([answer.thinking].flat()));
  if (answer.text !== undefined) blocks.push(text([answer.text].flat()));
  for (const [index, tool] of (answer.toolUses ?? []).entries()) blocks.push(toolUse(tool, index));
  return blocks;
}

function thinking(pieces: string[]): Parts {
  return {
    whole: { type: 'thinking', thinking: pieces.join(''), signature: SIGNATURE },
    start: { type: 'thinking', thinking: '', signature: '' },
    deltas: [
      ...pieces.map((piece) => ({ type: 'thinking_delta' as const, thinking: piece })),
      { type: 'signature_delta', signature: SIGNATURE },
    ],
  };
}

function text(pieces: string[]): Parts {
  return {
    whole: { type: 'text', text: pieces.join('') },
    start: { type: 'text', text: '' },
    deltas: pieces.map((piece) => ({ type: 'text_delta' as const, text: piece })),
  };
}

function toolUse(
  { id, name, input }: NonNullable<AnthropicAnswer['toolUses']>[number],
  index: number,
): Parts {
  const pieces = [input].flat();
  const head = { type: 'tool_use' as const, id: id ?? `toolu_01T1x1fJ34qAmk2tNTrN7Up${index}`, name };
  return {
    whole: { ...head, input: JSON.parse(pieces.join('') || '{}') },
    start: { ...head, input: {} },
    // The service opens with an empty piece.
    deltas: ['', ...pieces].map((piece) => ({ type: 'input_json_delta' as const, partial_json: piece })),
  };
}

function stopOf(answer: AnthropicAnswer): Anthropic.StopReason {
  if (answer.stopReason) return answer.stopReason;
  if (answer.stopSequence !== undefined) return 'stop_sequence';
  return answer.toolUses ? 'tool_use' : 'end_turn';
}
