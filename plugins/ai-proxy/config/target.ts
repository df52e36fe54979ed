// One target: a model, how to sign in, its share of the requests and which ones it takes.
import { z } from 'zod';
import { ROUTE_TYPES } from '../../../kong/llm/formats/index.ts';
import { map, set, text } from '../../../kong/schema/index.ts';
import { auth } from './auth.ts';
import { model } from './model.ts';

/** As Kong’s upstream targets. */
const MAX_WEIGHT = 65_535;

const match = z.object({
  models: set(text())
    .optional()
    .describe('Model names that the client asks for; * stands for any characters.'),
  headers: map(text())
    .optional()
    .describe('Headers of the client’s request with the value that they must have; * for any.'),
  consumers: set(text()).optional().describe('Consumers, by username, custom id or id.'),
  consumer_groups: set(text()).optional().describe('Groups: tags that the consumer must have one of.'),
  min_prompt_tokens: z.int().min(1).optional().describe('Prompts of at least so many tokens, estimated.'),
  max_prompt_tokens: z.int().min(1).optional().describe('Prompts of at most so many tokens, estimated.'),
  tools: z.boolean().optional().describe('Requests with tools (true) or without (false).'),
  images: z.boolean().optional().describe('Requests with images (true) or without (false).'),
});

export const target = z.object({
  name: text()
    .regex(/^[\x21-\x7e]+$/, { error: 'must be printable ASCII without spaces' })
    .optional()
    .describe('Name of the target in headers, logs and metrics. Default: provider/model.'),
  description: text().optional().describe('What the target is for, for people who read the file.'),
  route_type: z
    .enum(['preserve', ...ROUTE_TYPES])
    .optional()
    .describe(
      'Kind of endpoint that the target serves: llm/v1/chat is all chat. Default, and preserve: any.',
    ),
  model: model.describe('The model and its provider.'),
  auth: auth.optional().describe('How to sign in to the provider.'),
  weight: z.int().min(1).max(MAX_WEIGHT).default(100).describe('Share among the targets of its group.'),
  priority: z
    .int()
    .default(0)
    .describe('Group of the target. A lower group is asked only when the higher ones have no usable target.'),
  match: match.optional().describe('The target takes only requests for which all of this holds.'),
  canary: z
    .object({
      percent: z.number().min(0).max(100).describe('Percent of the consumers that get this target.'),
    })
    .optional()
    .describe('Serves a fixed part of the consumers, always the same ones, and nobody else.'),
  limits: z
    .object({
      max_concurrent: z
        .int()
        .min(1)
        .optional()
        .describe('Requests at once, per relay process. What is over goes to the next target.'),
    })
    .optional()
    .describe('Limits of this target alone.'),
  allow_private_addresses: z
    .boolean()
    .default(false)
    .describe(
      'Where a template names a part of the host: addresses of private networks are called too. Fixed hosts always are.',
    ),
  metadata: map(text()).optional().describe('Anything about the target, for people and tools.'),
});
