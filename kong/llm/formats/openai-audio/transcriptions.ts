// OpenAI's transcriptions: a form with an audio file in, text out, whole or as events.
// https://platform.openai.com/docs/api-reference/audio/createTranscription
import { fields } from '../../fields.ts';
import type { DeltaSlot, Format, TextSlot } from '../../format.ts';
import { type Bag, bag, deltaSlot, forgetting, objects, repeats, textSlot } from '../../slots.ts';
import { SseEvent } from '../../sse.ts';
import * as chatStream from '../openai-chat/stream.ts';
import { endpoint, fieldSlots, tokenUsage } from '../parts.ts';

const DELTA = 'transcript.text.delta';
const DONE = 'transcript.text.done';
const SEGMENT = 'transcript.text.segment';

export const openaiTranscriptions: Format = endpoint({
  name: 'openai-transcriptions',
  operation: 'transcription',
  media: 'form',
  fields: fields('model prompt language response_format temperature stream chunking_strategy'),
  // The file is required; that it is one only the provider can tell.
  check: () => undefined,
  streams: ({ stream }) => stream === 'true' || stream === true,
  texts: (body) => fieldSlots(body, 'prompt', 'user', 'text'),
  attachments: () => [],
  answer: { texts: transcript, usage: (body) => tokenUsage(body.usage) },
  stream: {
    deltas,
    closes: (event) => {
      const { type } = bag(event.json);
      return type === DONE ? 'all' : type === SEGMENT ? ['repeat'] : undefined;
    },
    delta: (_channel, _kind, text) => SseEvent.ofJson({ type: DELTA, delta: text }, undefined),
    usage: (event) => tokenUsage(bag(event.json).usage),
    finishReasons: () => [],
    isTerminal: (event) => bag(event.json).type === DONE,
    error: chatStream.error,
  },
});

function transcript(body: Bag): TextSlot[] {
  const slots = [...textOf(body), ...repeats(objects(body.segments).flatMap(textOf))];
  return slots.map((slot) => forgetting(slot, () => forget(body)));
}

const textOf = (holder: Bag): TextSlot[] =>
  typeof holder.text === 'string' ? [textSlot(holder, 'text', 'assistant', 'text', 0)] : [];

/** What tells the text token by token or word by word. */
const WORDS = ['logprobs', 'words'];

function forget(holder: Bag): void {
  for (const field of WORDS) delete holder[field];
  for (const segment of objects(holder.segments)) {
    delete segment.tokens;
    delete segment.words;
  }
}

function deltas(event: SseEvent): DeltaSlot[] {
  const body = bag(event.json);
  if (body.type === DELTA && typeof body.delta === 'string')
    return [forgetting(deltaSlot(event, body, 'delta', 'text', '0'), () => forget(body))];
  // Of a speaker's segment, and of all.
  const isWhole = body.type === DONE || body.type === SEGMENT;
  if (!isWhole || typeof body.text !== 'string') return [];
  return [forgetting(deltaSlot(event, body, 'text', 'text', 'repeat/0', true), () => forget(body))];
}
