// What cannot be translated, as data: for the README's matrix, and for the test that holds the translators against it.

export const FEATURES = [
  'system and developer messages',
  'max_tokens',
  'temperature, top_p',
  'top_k',
  'frequency_penalty, presence_penalty',
  'seed',
  'stop',
  'n',
  'logprobs',
  'logit_bias',
  'user',
  'images as data',
  'images by URL',
  'audio',
  'PDF as data',
  'PDF by URL',
  'tools and tool results',
  'images in tool results',
  'failed tool results',
  'tool_choice none',
  'tool_choice required',
  'tool_choice of one tool',
  'parallel_tool_calls: false',
  'JSON mode',
  'JSON schema',
  'reasoning effort',
  'reasoning budget',
  'cache hints',
] as const;

export type FeatureName = (typeof FEATURES)[number];

/**
 * `refused`: 400 `unsupported_by_provider` that names the field, or left out with `drop_unsupported`. `dropped`: always
 * left out, and noted, since it changes no meaning. `adapted`: said otherwise.
 */
export type Treatment = 'refused' | 'dropped' | 'adapted';

export interface Lack {
  treatment: Treatment;
  /** Why, or how it is said instead. */
  reason: string;
}

export interface OutboundSupport {
  title: string;
  /** Of models of the format's own maker, where models differ. */
  lacks: Partial<Record<FeatureName, Lack>>;
}

const refused = (reason: string): Lack => ({ treatment: 'refused', reason });
const dropped = (reason: string): Lack => ({ treatment: 'dropped', reason });
const adapted = (reason: string): Lack => ({ treatment: 'adapted', reason });

const HOISTED = adapted('all of them become the one system prompt, in their order');
const NO_SUCH = 'the API has no such parameter';

/** By the outbound format's name. */
export const OUTBOUND_SUPPORT: Record<string, OutboundSupport> = {
  'openai-chat': {
    title: 'OpenAI chat',
    lacks: {
      top_k: refused('OpenAI has none; servers that speak its format and have one get it'),
      'PDF by URL': refused('files are taken as data'),
      'images in tool results': adapted('a user message after the results has them'),
      'failed tool results': adapted('the text stays, the mark has no place'),
      'reasoning budget': adapted('the effort whose budget is the nearest below'),
      'cache hints': adapted('left out: the API caches by itself; OpenRouter and DashScope get them'),
    },
  },
  anthropic: {
    title: 'Anthropic',
    lacks: {
      'system and developer messages': HOISTED,
      'temperature, top_p': adapted('a temperature above 1 is 1; a model that reasons takes none but 1'),
      'frequency_penalty, presence_penalty': refused(NO_SUCH),
      seed: dropped(NO_SUCH),
      n: refused('one answer at a time'),
      logprobs: refused('the API gives none'),
      logit_bias: refused(NO_SUCH),
      audio: refused('the models take none'),
      'JSON mode': refused('JSON comes of a schema only'),
      'JSON schema': adapted('objects are closed; constraints that the API lacks go into descriptions'),
      'reasoning effort': adapted(
        'up to Claude 4.5 a budget; not with a forced tool, or where calls were made without it',
      ),
      'reasoning budget': adapted('from Claude 4.6 on an effort'),
    },
  },
  gemini: {
    title: 'Gemini',
    lacks: {
      'system and developer messages': HOISTED,
      logit_bias: refused(NO_SUCH),
      user: dropped(NO_SUCH),
      'parallel_tool_calls: false': dropped(NO_SUCH),
      'images in tool results': adapted('parts beside the result'),
      'reasoning effort': adapted('a level from Gemini 3 on, a budget before'),
      'cache hints': adapted('left out: the API caches by itself'),
    },
  },
  'bedrock-converse': {
    title: 'Bedrock Converse',
    lacks: {
      'system and developer messages': HOISTED,
      'temperature, top_p': adapted('a temperature above 1 is 1'),
      top_k: adapted('in the model’s own fields: Claude and Nova; refused for others'),
      'frequency_penalty, presence_penalty': refused(NO_SUCH),
      seed: dropped(NO_SUCH),
      n: refused('one answer at a time'),
      logprobs: refused('the API gives none'),
      logit_bias: refused(NO_SUCH),
      user: dropped(NO_SUCH),
      'images by URL': refused('images are taken as data or from S3'),
      'PDF by URL': refused('documents are taken as data'),
      'tool_choice none': adapted('no tools are offered; refused once the conversation has used one'),
      'parallel_tool_calls: false': adapted('in Claude’s own fields; dropped for others'),
      'JSON mode': refused('JSON comes of a schema only'),
      'JSON schema': adapted(
        'for Claude, objects are closed and constraints that it lacks go into descriptions',
      ),
      'cache hints': adapted('cache points, for Claude and Nova'),
      'reasoning effort': adapted('in the model’s own fields: Claude, gpt-oss, DeepSeek; dropped for others'),
      'reasoning budget': adapted('in Claude’s own fields; dropped for others'),
    },
  },
  cohere: {
    title: 'Cohere v2',
    lacks: {
      'temperature, top_p': adapted('a temperature above 1 is 1; top_p lies between 0.01 and 0.99'),
      n: refused('one answer at a time'),
      logprobs: refused('the API gives them for whole pieces only'),
      logit_bias: refused(NO_SUCH),
      user: dropped(NO_SUCH),
      audio: refused('the models take none'),
      'PDF as data': refused('the models take none'),
      'PDF by URL': refused('the models take none'),
      'images in tool results': refused('results are text'),
      'failed tool results': adapted('the text stays, the mark has no place'),
      'tool_choice of one tool': adapted('no other tool is offered'),
      'parallel_tool_calls: false': dropped(NO_SUCH),
      'reasoning effort': adapted('a budget'),
      'cache hints': adapted('left out: the API caches by itself'),
    },
  },
};

export interface InboundSupport {
  title: string;
  /** What a client of the format cannot ask for. */
  unsayable: readonly FeatureName[];
  /** What it may say that means something to the format's own maker only. */
  own: string;
}

/** By the inbound format's name. */
export const INBOUND_SUPPORT: Record<string, InboundSupport> = {
  'openai-chat': {
    title: 'OpenAI chat',
    unsayable: ['PDF by URL'],
    own: 'The other fields of the API go out as they are to providers that speak it, and are left out elsewhere. Extensions: `top_k`, `reasoning_budget`, `cache_control` on parts, `reasoning_blocks` and `signature` in assistant messages.',
  },
  anthropic: {
    title: 'Anthropic messages',
    unsayable: [
      'frequency_penalty, presence_penalty',
      'seed',
      'n',
      'logprobs',
      'logit_bias',
      'audio',
      'JSON mode',
    ],
    own: 'Tools that run at Anthropic, tools without a schema, `container` and `mcp_servers` are refused; `context_management`, `service_tier` and betas are left out; files by id are refused.',
  },
  'openai-responses': {
    title: 'OpenAI responses',
    unsayable: [
      'top_k',
      'frequency_penalty, presence_penalty',
      'seed',
      'stop',
      'n',
      'logit_bias',
      'failed tool results',
      'reasoning budget',
      'cache hints',
    ],
    own: '`previous_response_id`, `conversation`, `prompt` and `background` lie at OpenAI and are always refused; built-in tools and their items are refused; custom tools become functions with one text, and come back as custom calls.',
  },
  'openai-completions': {
    title: 'OpenAI completions',
    unsayable: [
      'system and developer messages',
      'top_k',
      'logprobs',
      'images as data',
      'images by URL',
      'audio',
      'PDF as data',
      'PDF by URL',
      'tools and tool results',
      'images in tool results',
      'failed tool results',
      'tool_choice none',
      'tool_choice required',
      'tool_choice of one tool',
      'parallel_tool_calls: false',
      'JSON mode',
      'JSON schema',
      'reasoning effort',
      'reasoning budget',
      'cache hints',
    ],
    own: 'As they came where the provider has completions; elsewhere the one prompt is what a user says. Several prompts, prompts of tokens, `suffix`, `echo`, `best_of` and `logprobs` are refused there.',
  },
  gemini: {
    title: 'Gemini',
    unsayable: ['logit_bias', 'user', 'parallel_tool_calls: false', 'cache hints'],
    own: '`cachedContent` is always refused; Google’s tools, answers of other kinds than text (those of earlier turns too), and files at Google are refused; `safetySettings` and `labels` are left out. Streams are server-sent events with `alt=sse`, else one JSON array that arrives item by item, as at Google.',
  },
};

/** Markdown: the matrix of client and provider formats, and what each number in it means. */
export function supportTables(): string {
  const notes: string[] = [];
  const number = (note: string): number => {
    const at = notes.indexOf(note);
    return at >= 0 ? at + 1 : notes.push(note);
  };
  const rows = Object.entries(INBOUND_SUPPORT).map(([client, { title, unsayable }]) => [
    title,
    ...Object.entries(OUTBOUND_SUPPORT).map(([provider, { lacks }]) => {
      if (client === provider) return 'as it came';
      const sayable = Object.entries(lacks).filter(
        ([feature]) => !unsayable.includes(feature as FeatureName),
      );
      return sayable
        .map(([feature, lack]) => number(noteOf(feature, lack)))
        .sort((a, b) => a - b)
        .join(' ');
    }),
  ]);
  const head = ['Client ＼ provider', ...Object.values(OUTBOUND_SUPPORT).map(({ title }) => title)];
  const own = Object.values(INBOUND_SUPPORT).map(({ title, unsayable, own: words }) => [
    title,
    unsayable.join('; '),
    words,
  ]);
  return [
    'Text, tools, parallel tools, images, JSON schemas, reasoning, errors and usage pass between all of these, whole and streamed. A number stands for what does not, or not in the same words:',
    '',
    table(head, rows),
    '',
    ...notes.map((note, i) => `${i + 1}. ${note}`),
    '',
    '*Refused* is a 400 `unsupported_by_provider` that names the field, unless `drop_unsupported` leaves it out. *Dropped* is always left out. *Adapted* is said in other words.',
    '',
    'What clients of a format cannot ask for, or only of the format’s own maker:',
    '',
    table(['Client', 'Has no word for', 'Its own'], own),
  ].join('\n');
}

const noteOf = (feature: string, { treatment, reason }: Lack): string =>
  `${feature}: *${treatment}*: ${reason}.`;

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
