// The config of pii-redact.
import { z } from 'zod';
import { httpUrl, kong, ms, secret, set, text } from '../../kong/schema/index.ts';

export const ACTIONS = ['placeholder', 'mask', 'hash', 'synthetic', 'block', 'allow'] as const;
export type Action = (typeof ACTIONS)[number];

const score = () => z.number().min(0).max(1);

const entitySettings = z.object({
  entity: text().describe('The entity or group: a name of the README’s table, or one of your own.'),
  action: z.enum(ACTIONS).optional().describe('What is done with it. Default: the config’s `action`.'),
  min_score: score()
    .optional()
    .describe('Lowest score at which it counts. Default: the config’s `min_score`.'),
  keep_first: z.int().min(0).optional().describe('Characters that `mask` leaves at the beginning.'),
  keep_last: z.int().min(0).optional().describe('Characters that `mask` leaves at the end.'),
});

const pattern = z.object({
  entity: text().describe('Type of what it finds: a name of your own, or a built-in one.'),
  regex: text().describe(
    'RE2 expression, which runs in linear time; what it matches may be 1,024 characters long.',
  ),
  score: score().default(0.8).describe('How sure a match is.'),
  context: z.array(text()).optional().describe('Words that raise the score when they stand near a match.'),
});

const dictionary = z.object({
  entity: text().describe('Type of what it finds: a name of your own, or a built-in one.'),
  values: z.array(text()).optional().describe('Values to find, as whole words.'),
  file: text()
    .optional()
    .describe(
      'File with one value per line, read again when it changes; lines that begin with # are comments.',
    ),
  case_sensitive: z.boolean().default(false).describe('Tell upper from lower case.'),
  score: score().default(0.9).describe('How sure a match is.'),
});

const ner = z.object({
  url: httpUrl().describe('Address of a service that speaks Presidio analyzer’s API, without `/analyze`.'),
  timeout: ms().default(1_000).describe('Milliseconds to wait for one of its answers.'),
  on_error: z
    .enum(['fail', 'ignore'])
    .default('fail')
    .describe('When it does not answer: refuse the request, or go on with the built-in recognisers alone.'),
  language: text().default('en').describe('Language that it is told.'),
  entities: set(text()).optional().describe('Types that it is asked for. Default: all that it knows.'),
  min_score: score().default(0.5).describe('Lowest score of its findings that counts.'),
  header_name: text().optional().describe('Header that carries a key, for example Authorization.'),
  header_value: secret().optional().describe('Value of that header; may be `env://NAME` or `file:///path`.'),
});

export const piiRedactConfig = z.object({
  direction: z
    .enum(['request', 'response', 'both'])
    .default('request')
    .describe('Redact what the client sends, what the model answers by itself, or both.'),
  action: z
    .enum(ACTIONS)
    .default('placeholder')
    .describe('What is done with a found value whose entity says nothing else.'),
  min_score: score().default(0.5).describe('Lowest score at which a finding counts, 0 to 1.'),
  entities: z
    .array(entitySettings)
    .default([])
    .describe(
      'Settings by entity or by group (contact, person, financial, national_id, document, medical, network, device, place, secret).',
    ),
  restore: z
    .boolean()
    .default(true)
    .describe('Put placeholders and synthetic values in the answer back to the original values.'),
  mask: z
    .object({
      char: text().max(1).default('*').describe('Character that stands for a masked one.'),
      keep_first: z.int().min(0).default(0).describe('Characters that stay at the beginning.'),
      keep_last: z
        .int()
        .min(0)
        .default(4)
        .describe('Characters that stay at the end; never more than half of all.'),
    })
    .prefault({})
    .describe('How the action `mask` writes values.'),
  secret: kong(secret().optional(), {
    description: 'Key of the actions `hash` and `synthetic`; may be `env://NAME` or `file:///path`.',
  }),
  attachments: z
    .enum(['pass', 'block', 'strip'])
    .default('pass')
    .describe('What is done with images, audio and files, which are not looked into.'),
  patterns: z.array(pattern).optional().describe('Expressions of your own.'),
  dictionaries: z.array(dictionary).optional().describe('Lists of values of your own.'),
  allow_list: z.array(text()).optional().describe('Values that are never findings, in any case.'),
  allow_patterns: z
    .array(text())
    .optional()
    .describe('RE2 expressions: a finding that one matches as a whole is none.'),
  ner: ner
    .optional()
    .describe(
      'External service for names and other entities. It sees requests and whole answers, not streams.',
    ),
  report_header: z.boolean().default(true).describe('Answer with X-AI-PII-Redacted: counts by entity.'),
  dry_run: z.boolean().default(false).describe('Count only: change, block and strip nothing.'),
});

export type PiiRedactConfig = z.output<typeof piiRedactConfig>;
