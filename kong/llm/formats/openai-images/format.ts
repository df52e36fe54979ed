// OpenAI's image generations, whole or with partial images as events.
// https://platform.openai.com/docs/api-reference/images/create
import { fields } from '../../fields.ts';
import type { Format } from '../../format.ts';
import { bag, objects, textSlot, wrong } from '../../slots.ts';
import * as chatStream from '../openai-chat/stream.ts';
import { endpoint, fieldSlots, NO_STREAM, tokenUsage } from '../parts.ts';

const COMPLETED = 'image_generation.completed';

export const openaiImages: Format = endpoint({
  name: 'openai-images',
  operation: 'image',
  fields: fields(
    'model prompt n size quality style background moderation response_format output_format output_compression ' +
      'partial_images stream user',
  ),
  check({ prompt, stream }) {
    if (typeof prompt !== 'string') return wrong('prompt', 'must be a string');
    if (stream !== undefined && stream !== null && typeof stream !== 'boolean')
      return wrong('stream', 'must be a boolean');
    return undefined;
  },
  streams: ({ stream }) => stream === true,
  texts: (body) => fieldSlots(body, 'prompt', 'user', 'text'),
  answer: {
    texts: (body) =>
      objects(body.data).flatMap((image, turn) =>
        typeof image.revised_prompt === 'string'
          ? [textSlot(image, 'revised_prompt', 'assistant', 'text', turn)]
          : [],
      ),
    usage: (body) => tokenUsage(body.usage),
  },
  stream: {
    ...NO_STREAM,
    usage: (event) => tokenUsage(bag(event.json).usage),
    isTerminal: (event) => bag(event.json).type === COMPLETED,
    error: chatStream.error,
  },
});
