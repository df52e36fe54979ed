// Translating a request out loses nothing that support.ts lists as supported: whatever of it is asked together, each
// word, name and number of it is found again in what the provider is sent.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChatMessage, ChatRequest, ContentPart } from '../../../kong/llm/chat.ts';
import { FEATURES, type FeatureName, OUTBOUND_SUPPORT } from '../../../kong/llm/formats/support.ts';
import { PROVIDERS } from './matrix/providers.ts';

const MODELS: Record<string, string> = {
  'openai-chat': 'gpt-4.1',
  anthropic: 'claude-sonnet-4-5',
  gemini: 'gemini-2.5-pro',
  'bedrock-converse': 'eu.anthropic.claude-sonnet-4-5',
  cohere: 'command-a',
};

interface Draft {
  request: Partial<ChatRequest>;
  system: ChatMessage[];
  parts: ContentPart[];
  loop: ChatMessage[];
  result: ContentPart[];
}

/** Adds a feature to a request, with a word of its own in it; gives back what must be found again. */
type Add = (draft: Draft, word: (name: string) => string, number: number) => (string | number)[];

const BASE64 = Buffer.from('not a picture').toString('base64');

function toolsOf(draft: Draft, word: (name: string) => string): string {
  const name = word('tool');
  draft.request.tools ??= [
    {
      type: 'function',
      function: {
        name,
        description: word('description'),
        parameters: { type: 'object', properties: { [word('property')]: { type: 'string' } } },
      },
    },
  ];
  return draft.request.tools[0]!.function.name;
}

const ADD: Partial<Record<FeatureName, Add>> = {
  'system and developer messages'(draft, word) {
    draft.system.push(
      { role: 'system', content: word('system') },
      { role: 'developer', content: word('developer') },
    );
    return [word('system'), word('developer')];
  },
  max_tokens(draft, _word, number) {
    draft.request.max_completion_tokens = 10_000 + number;
    return [10_000 + number];
  },
  'temperature, top_p'(draft, _word, number) {
    draft.request.temperature = number / 1_000;
    draft.request.top_p = 0.5 + number / 10_000;
    return [number / 1_000, 0.5 + number / 10_000];
  },
  top_k(draft, _word, number) {
    draft.request.top_k = 1 + (number % 400);
    return [1 + (number % 400)];
  },
  'frequency_penalty, presence_penalty'(draft, _word, number) {
    draft.request.frequency_penalty = number / 2_000;
    draft.request.presence_penalty = number / 4_000;
    return [number / 2_000, number / 4_000];
  },
  seed(draft, _word, number) {
    draft.request.seed = 20_000 + number;
    return [20_000 + number];
  },
  stop(draft, word) {
    draft.request.stop = [word('stop'), word('stop-too')];
    return [word('stop'), word('stop-too')];
  },
  n(draft) {
    draft.request.n = 7;
    return [7];
  },
  logprobs(draft) {
    draft.request.logprobs = true;
    draft.request.top_logprobs = 13;
    return [13];
  },
  logit_bias(draft, _word, number) {
    draft.request.logit_bias = { [30_000 + number]: 11 };
    return [`${30_000 + number}`, 11];
  },
  user(draft, word) {
    draft.request.user = word('user');
    return [word('user')];
  },
  'images as data'(draft) {
    draft.parts.push({ type: 'image_url', image_url: { url: `data:image/png;base64,${BASE64}` } });
    return [BASE64];
  },
  'images by URL'(draft, word) {
    draft.parts.push({ type: 'image_url', image_url: { url: `https://x.test/${word('image')}.png` } });
    return [`https://x.test/${word('image')}.png`];
  },
  audio(draft) {
    draft.parts.push({ type: 'input_audio', input_audio: { data: BASE64, format: 'wav' } });
    return [BASE64, 'wav'];
  },
  'PDF as data'(draft, word) {
    const file_data = `data:application/pdf;base64,${BASE64}`;
    draft.parts.push({ type: 'file', file: { file_data, filename: `${word('file')}.pdf` } });
    return [BASE64];
  },
  'PDF by URL'(draft, word) {
    draft.parts.push({ type: 'file', file: { file_url: `https://x.test/${word('pdf')}.pdf` } });
    return [`https://x.test/${word('pdf')}.pdf`];
  },
  'tools and tool results'(draft, word) {
    const name = toolsOf(draft, word);
    const id = word('call');
    const args = JSON.stringify({ [word('argument')]: word('value') });
    draft.loop.push(
      {
        role: 'assistant',
        content: word('plan'),
        tool_calls: [{ id, type: 'function', function: { name, arguments: args } }],
      },
      { role: 'tool', tool_call_id: id, content: [{ type: 'text', text: word('result') }, ...draft.result] },
    );
    const words = ['description', 'property', 'call', 'argument', 'value', 'plan', 'result'];
    return [name, ...words.map(word)];
  },
  'images in tool results'(draft) {
    const image = { type: 'image_url' as const, image_url: { url: `data:image/png;base64,${BASE64}` } };
    const [, result] = draft.loop;
    if (result?.role !== 'tool') return [];
    (result.content as ContentPart[]).push(image);
    return [BASE64];
  },
  'tool_choice of one tool'(draft, word) {
    const name = toolsOf(draft, word);
    draft.request.tool_choice = { type: 'function', function: { name } };
    return [name];
  },
  'JSON schema'(draft, word) {
    const property = word('key');
    const schema = {
      type: 'object',
      properties: { [property]: { type: 'string', description: word('meaning') } },
    };
    draft.request.response_format = { type: 'json_schema', json_schema: { name: 'a', schema } };
    return [property, word('meaning')];
  },
  'reasoning budget'(draft, _word, number) {
    draft.request.reasoning_budget = 2_000 + number;
    return [2_000 + number];
  },
};

/** Every text and number in a body, those inside JSON texts too. */
function leaves(value: unknown, found: Set<string | number> = new Set()): Set<string | number> {
  if (typeof value === 'number') found.add(value);
  else if (typeof value === 'string') {
    found.add(value);
    if (value.startsWith('{')) leaves(JSON.parse(value), found);
  } else if (value !== null && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) {
      found.add(key);
      leaves(inner, found);
    }
  }
  return found;
}

const isFound = (wanted: string | number, found: ReadonlySet<string | number>): boolean =>
  found.has(wanted) ||
  (typeof wanted === 'string' &&
    [...found].some((leaf) => typeof leaf === 'string' && leaf.includes(wanted)));

/** Those that exclude each other at every provider. */
const ALONE: readonly FeatureName[] = ['JSON schema', 'reasoning budget'];

describe.each(Object.values(PROVIDERS).map(({ outbound }) => outbound))('$name', (outbound) => {
  const { lacks } = OUTBOUND_SUPPORT[outbound.name]!;
  const supported = FEATURES.filter((feature) => ADD[feature] && !lacks[feature]);

  test('says much', () => expect(supported.length).toBeGreaterThan(6));

  test('whatever is supported, together', () => {
    fc.assert(
      fc.property(
        fc.subarray([...supported], { minLength: 1 }),
        fc.integer({ min: 1, max: 500 }),
        fc.stringMatching(/^[a-z]{6}$/),
        (chosen, number, salt) => {
          const features = chosen.filter((feature) => !ALONE.includes(feature) || chosen.length < 4);
          const draft: Draft = { request: {}, system: [], parts: [], loop: [], result: [] };
          const word = (name: string): string => `${name.replace('-', '_')}_${salt}`;
          const wanted = features.flatMap((feature) => ADD[feature]!(draft, word, number));
          const asked: ChatRequest = {
            model: MODELS[outbound.name]!,
            ...draft.request,
            messages: [
              ...draft.system,
              { role: 'user', content: [{ type: 'text', text: word('question') }, ...draft.parts] },
              ...draft.loop,
            ],
          };
          const dropped: string[] = [];
          const wire = outbound.fromCommon(asked, { onDrop: (param) => dropped.push(param) });
          expect(dropped).toEqual([]);
          const found = leaves(wire);
          expect([word('question'), ...wanted].filter((one) => !isFound(one, found))).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
