// OpenAI's speech: text in, bytes of audio out, or events of audio with `stream_format: "sse"`.
// https://platform.openai.com/docs/api-reference/audio/createSpeech
import { fields } from '../../fields.ts';
import type { Format } from '../../format.ts';
import { bag, wrong } from '../../slots.ts';
import * as chatStream from '../openai-chat/stream.ts';
import { endpoint, fieldSlots, NO_STREAM, tokenUsage } from '../parts.ts';

export const openaiSpeech: Format = endpoint({
  name: 'openai-speech',
  operation: 'speech',
  fields: fields('model input voice instructions response_format speed stream_format'),
  check({ input, voice }) {
    if (typeof input !== 'string') return wrong('input', 'must be a string');
    return voice === undefined ? wrong('voice', 'is required') : undefined;
  },
  streams: ({ stream_format }) => stream_format === 'sse',
  texts: (body) => [
    ...fieldSlots(body, 'instructions', 'system', 'text', -1),
    ...fieldSlots(body, 'input', 'user', 'text'),
  ],
  stream: {
    ...NO_STREAM,
    usage: (event) => tokenUsage(bag(event.json).usage),
    isTerminal: (event) => bag(event.json).type === 'speech.audio.done',
    error: chatStream.error,
  },
});
