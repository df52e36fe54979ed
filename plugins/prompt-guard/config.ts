// The config of prompt-guard.
import { z } from 'zod';
import { embeddingsConfig } from '../../kong/relay/embeddings-config.ts';
import { entityChecks, headerName, httpUrl, ms, secret, set, text } from '../../kong/schema/index.ts';
import { FAMILIES } from './detect/families.ts';
import { patternProblem } from './rules/pattern.ts';

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'] as const;
const ACTIONS = ['block', 'flag', 'redact'] as const;
const ON_ERROR = ['block', 'allow', 'flag'] as const;

/** What matches: exactly one of the three. */
const matcher = {
  pattern: text()
    .max(2000)
    .superRefine((pattern, context) => {
      const message = patternProblem(pattern);
      if (message) context.addIssue({ code: 'custom', message });
    })
    .optional()
    .describe('Regular expression in RE2 syntax, found anywhere in a text; (?i) ignores case. Linear time.'),
  phrase: text()
    .max(500)
    .optional()
    .describe(
      'Words in this order, whatever their case, accents and what stands between them; a star ends a stem.',
    ),
  semantic: text()
    .max(2000)
    .optional()
    .describe('A sentence of which the meaning is compared. Needs `semantic.embeddings`.'),
  similarity: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('How alike a text must be to `semantic`; 1 = same. Default: `semantic.similarity`.'),
};

const target = (fallback: 'prompt' | 'response' | 'both') =>
  z.enum(['prompt', 'response', 'both']).default(fallback).describe('Where it is looked for.');

const roles = () =>
  set(z.enum(ROLES))
    .optional()
    .describe('Roles whose texts of the prompt it is looked for in. Default: the plugin’s `roles`.');

const denyRule = entityChecks(
  z.object({
    id: text().max(64).describe('Name of the rule in logs, metrics and verbose rejections.'),
    ...matcher,
    target: target('prompt'),
    roles: roles(),
    action: z
      .enum(ACTIONS)
      .default('block')
      .describe(
        'What happens to a match: block the request, only flag it, or take the match out of the text.',
      ),
    message: text()
      .max(500)
      .optional()
      .describe('What the client is told instead of the plugin’s `message`.'),
  }),
  { only_one_of: ['pattern', 'phrase', 'semantic'] },
);

const allowRule = entityChecks(
  z.object({
    id: text().max(64).describe('Name of the rule in logs and metrics.'),
    ...matcher,
    target: target('prompt'),
    roles: roles(),
  }),
  { only_one_of: ['pattern', 'phrase', 'semantic'] },
);

const injection = z.object({
  enabled: z.boolean().default(true).describe('Look for injections and jailbreaks without a model.'),
  threshold: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.5)
    .describe('Score from which a text counts as an attack; 0.5 is the point chosen in validation.'),
  families: set(z.enum(FAMILIES))
    .default([...FAMILIES])
    .describe('Families of attacks that are looked for.'),
  action: z.enum(ACTIONS).default('block').describe('What happens to an attack.'),
  target: target('prompt'),
  roles: roles(),
  message: text().max(500).optional().describe('What the client is told instead of the plugin’s `message`.'),
});

const semantic = z.object({
  embeddings: embeddingsConfig.optional().describe('The endpoint that turns texts into vectors.'),
  similarity: z
    .number()
    .min(0)
    .max(1)
    .default(0.8)
    .describe('How alike a text must be to a `semantic` phrase; 1 = same.'),
  on_error: z
    .enum(ON_ERROR)
    .default('block')
    .describe('What happens to a request when the embeddings endpoint fails.'),
});

const check = entityChecks(
  z.object({
    id: text().max(64).describe('Name of the check in logs, metrics and verbose rejections.'),
    type: z
      .enum(['moderation', 'classifier', 'http'])
      .describe(
        'moderation: OpenAI’s moderations endpoint or one like it; classifier: a chat completion that judges; http: your own service.',
      ),
    url: httpUrl().describe('Full URL, for example https://api.openai.com/v1/moderations.'),
    model: text().optional().describe('Model that is asked. A classifier needs one.'),
    provider: text().default('openai').describe('Whose prices apply to a classifier.'),
    auth: z.object({
      header_name: headerName().default('authorization').describe('Header that carries the key.'),
      header_value: secret()
        .optional()
        .describe('The header’s whole value (Bearer …), or env://NAME or file:///path that holds it.'),
    }),
    instructions: text()
      .max(20_000)
      .optional()
      .describe('System prompt of a classifier. A guard model such as Llama Guard needs none.'),
    unsafe_pattern: text()
      .max(500)
      .default('(?i)^\\s*(unsafe|yes|true|block|attack|injection|jailbreak|malicious|1)\\b')
      .superRefine((pattern, context) => {
        const message = patternProblem(pattern);
        if (message) context.addIssue({ code: 'custom', message });
      })
      .describe('RE2 expression that a classifier’s answer matches when the text must not pass.'),
    categories: set(text())
      .optional()
      .describe('Moderation categories that count. Default: whatever the endpoint flags.'),
    threshold: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('Score from which a category counts, instead of the endpoint’s own verdict.'),
    target: target('prompt'),
    action: z.enum(['block', 'flag']).default('block').describe('What happens when the check objects.'),
    message: text()
      .max(500)
      .optional()
      .describe('What the client is told instead of the plugin’s `message`.'),
    timeout: ms().default(3000).describe('Milliseconds until an answer.'),
    on_error: z
      .enum(ON_ERROR)
      .default('block')
      .describe('What happens to a request when the check fails or is late.'),
    max_chars: z
      .int()
      .min(100)
      .max(1_000_000)
      .default(20_000)
      .describe('Characters that are sent at most: the beginning and the end of what is longer.'),
  }),
  {
    conditional: {
      if_field: 'type',
      if_match: { eq: 'classifier' },
      then_field: 'model',
      then_match: { required: true },
    },
  },
);

export const promptGuardConfig = z
  .object({
    deny: z.array(denyRule).default([]).describe('What must not occur. Wins over `allow`.'),
    allow: z
      .array(allowRule)
      .default([])
      .describe('When there are any for a direction, one of them must match it.'),
    injection: injection.prefault({}).describe('The built-in detector of injections and jailbreaks.'),
    semantic: semantic.prefault({}).describe('How `semantic` phrases are compared.'),
    checks: z
      .array(check)
      .default([])
      .describe('Services that are asked, side by side, once the rules have found nothing to block.'),
    roles: set(z.enum(ROLES))
      .default(['user', 'tool'])
      .describe('Roles whose texts of the prompt are checked, tool arguments and results included.'),
    history: z
      .enum(['last', 'all'])
      .default('all')
      .describe('Check the whole conversation, or only the last user message and what follows it.'),
    normalise: z
      .boolean()
      .default(true)
      .describe('Match rules against the text without its disguises too: look-alikes, escapes, encodings.'),
    max_chars: z
      .int()
      .min(1000)
      .max(32_000_000)
      .default(1_000_000)
      .describe('Characters of one prompt that are checked.'),
    oversize: z
      .enum(['block', 'scan_head_tail'])
      .default('block')
      .describe('Over `max_chars`: refuse, or check the beginning and the end.'),
    stream_window: z
      .int()
      .min(16)
      .max(4000)
      .default(400)
      .describe(
        'Characters of a streamed answer held back at most, for patterns without a longest match, the detector and checks.',
      ),
    rejection: z
      .enum(['none', 'quiet', 'verbose'])
      .default('quiet')
      .describe(
        'none: nothing is refused, only logged; quiet: the message; verbose: the names of the rules too.',
      ),
    status: z.int().min(400).max(599).default(400).describe('HTTP status of a refusal.'),
    message: text()
      .max(500)
      .default('The request was refused by the content policy of this service.')
      .describe('What the client is told.'),
    log_blocked_content: z
      .boolean()
      .default(false)
      .describe('Write the texts that were blocked to the log. They may hold secrets.'),
  })
  .superRefine(({ deny, allow, semantic: { embeddings } }, context) => {
    for (const [list, rules] of Object.entries({ deny, allow })) {
      for (const [i, rule] of rules.entries()) {
        if (rule.semantic === undefined || embeddings) continue;
        context.addIssue({
          code: 'custom',
          path: [list, i, 'semantic'],
          message: 'needs an embeddings endpoint: set semantic.embeddings',
        });
      }
    }
  });

export type PromptGuardConfig = z.output<typeof promptGuardConfig>;
export type DenyRule = PromptGuardConfig['deny'][number];
export type AllowRule = PromptGuardConfig['allow'][number];
export type CheckConfig = PromptGuardConfig['checks'][number];
export type Action = (typeof ACTIONS)[number];
export type OnError = (typeof ON_ERROR)[number];
