// OpenAI's embeddings. https://platform.openai.com/docs/api-reference/embeddings
import { fields } from '../../fields.ts';
import type { Format } from '../../format.ts';
import { wrong } from '../../slots.ts';
import * as chatAnswer from '../openai-chat/answer.ts';
import { endpoint, fieldSlots } from '../parts.ts';

export const openaiEmbeddings: Format = endpoint({
  name: 'openai-embeddings',
  operation: 'embeddings',
  fields: fields('model input dimensions encoding_format input_type user'),
  check({ input, dimensions }) {
    if (typeof input !== 'string' && !Array.isArray(input))
      return wrong('input', 'must be a string or an array');
    if (input.length === 0) return wrong('input', 'must not be empty');
    if (
      dimensions !== undefined &&
      dimensions !== null &&
      (!Number.isSafeInteger(dimensions) || (dimensions as number) < 1)
    ) {
      return wrong('dimensions', 'must be a positive integer');
    }
    return undefined;
  },
  // Inputs of tokens have no text to read.
  texts: (body) => fieldSlots(body, 'input', 'user', 'text'),
  answer: { usage: chatAnswer.usage },
});
