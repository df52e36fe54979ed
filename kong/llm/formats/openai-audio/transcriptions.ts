// OpenAI's transcriptions: a form with an audio file in, text out, whole or as events.
// https://platform.openai.com/docs/api-reference/audio/createTranscription
import type { DeltaSlot, Format, TextSlot } from '../../format.ts';
import { type Bag, bag, deltaSlot, objects, textSlot } from '../../slots.ts';
import { SseEvent } from '../../sse.ts';
import * as chatStream from '../openai-chat/stream.ts';
import { endpoint, fieldSlots, tokenUsage } from '../parts.ts';

const DELTA = 'transcript.text.delta';
const DONE = 'transcript.text.done';

export const openaiTranscriptions: Format = endpoint({
  name: 'openai-transcriptions',
  operation: 'transcription',
  media: 'form',
  // The file is required; that it is one only the provider can tell.
  check: () => undefined,
  streams: ({ stream }) => stream === 'true' || stream === true,
  texts: (body) => fieldSlots(body, 'prompt', 'user', 'text'),
  attachments: () => [],
  answer: { texts: transcript, usage: (body) => tokenUsage(body.usage) },
  stream: {
    deltas,
    closes: (event) => (bag(event.json).type === DONE ? 'all' : undefined),
    delta: (_channel, _kind, text) => SseEvent.ofJson({ type: DELTA, delta: text }, undefined),
    usage: (event) => tokenUsage(bag(event.json).usage),
    finishReasons: () => [],
    isTerminal: (event) => bag(event.json).type === DONE,
    error: chatStream.error,
  },
});

function transcript(body: Bag): TextSlot[] {
  const holders = [body, ...objects(body.segments)];
  return holders.flatMap((holder) =>
    typeof holder.text === 'string' ? [textSlot(holder, 'text', 'assistant', 'text', 0)] : [],
  );
}

function deltas(event: SseEvent): DeltaSlot[] {
  const body = bag(event.json);
  if (body.type === DELTA && typeof body.delta === 'string')
    return [deltaSlot(event, body, 'delta', 'text', '0')];
  if (body.type !== DONE || typeof body.text !== 'string') return [];
  return [deltaSlot(event, body, 'text', 'text', 'repeat/0', true)];
}
