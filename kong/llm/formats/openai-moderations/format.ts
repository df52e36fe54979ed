// OpenAI's moderations. https://platform.openai.com/docs/api-reference/moderations
import { fields } from '../../fields.ts';
import type { AttachmentSlot, Format } from '../../format.ts';
import { objects, removeFrom, wrong } from '../../slots.ts';
import { endpoint, fieldSlots } from '../parts.ts';

export const openaiModerations: Format = endpoint({
  name: 'openai-moderations',
  operation: 'moderation',
  fields: fields('model', { input: fields('type text', { image_url: fields('url') }) }),
  check({ input }) {
    return typeof input === 'string' || Array.isArray(input)
      ? undefined
      : wrong('input', 'must be a string or an array');
  },
  texts: (body) => fieldSlots(body, 'input', 'user', 'text'),
  attachments: (body) =>
    objects(body.input).flatMap((part): AttachmentSlot[] =>
      part.type === 'image_url'
        ? [{ kind: 'image', turn: 0, remove: () => removeFrom(body.input as unknown[], part) }]
        : [],
    ),
});
