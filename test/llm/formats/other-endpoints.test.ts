// Endpoints that are no chat, in providers' own words: what is said, and what is read back.
import { describe, expect, test } from 'vitest';
import { type EndpointWords, TranslationError } from '../../../kong/llm/format.ts';
import { ENDPOINTS } from '../../../kong/llm/formats/index.ts';
import { embeddingsAnswer, vectorsOf } from '../../../kong/llm/formats/openai-embeddings/common.ts';
import {
  bedrockEmbeddings,
  cohereEmbeddings,
  mistralEmbeddings,
  vertexEmbeddings,
} from '../../../kong/llm/formats/openai-embeddings/words.ts';
import { modelList } from '../../../kong/llm/formats/openai-models/format.ts';
import { bedrockRerank, cohereRerank } from '../../../kong/llm/formats/rerank/words.ts';
import { SseEvent } from '../../../kong/llm/sse.ts';

const formatOf = (name: string) => ENDPOINTS.find(({ format }) => format.name === name)!.format;
const ASKED = { model: 'e', input: ['a', 'b'] };
const both = [
  [1, 2],
  [3, 4],
];

describe('embeddings', () => {
  test('Vertex: sizes only when they are asked for; tokens only when all are told', () => {
    const words = vertexEmbeddings('text-embedding-005');
    expect(words.say(ASKED).body).toEqual({ instances: [{ content: 'a' }, { content: 'b' }] });
    expect(words.say({ ...ASKED, dimensions: 8 }).body).toMatchObject({
      parameters: { outputDimensionality: 8 },
    });
    const answer = (...counts: (number | undefined)[]) => ({
      predictions: both.map((values, i) => ({
        embeddings: { values, statistics: { token_count: counts[i] } },
      })),
    });
    const { read } = words.say(ASKED);
    expect(read!(answer(2, 3))).toMatchObject({ usage: { prompt_tokens: 5, total_tokens: 5 } });
    expect(read!(answer(2))).not.toHaveProperty('usage');
  });

  test('Cohere: vectors by type, or in a list of their own; none of them is a bad answer', () => {
    const { read } = cohereEmbeddings().say(ASKED);
    for (const embeddings of [both, { float: both }]) expect(vectorsOf(read!({ embeddings }))).toEqual(both);
    for (const embeddings of [undefined, {}, { float: 'x' }, { float: both.slice(1) }])
      expect(() => read!({ embeddings })).toThrow('not one embedding for each text');
  });

  test('Titan: its first generation has one size', () => {
    const asked = { model: 'e', input: 'a', dimensions: 256 };
    const first = bedrockEmbeddings('amazon.titan-embed-text-v1')!;
    expect(() => first.say(asked)).toThrow(TranslationError);
    expect(() => first.say(asked)).toThrow(expect.objectContaining({ param: 'dimensions' }));
    expect(first.say(asked, { dropUnsupported: true }).body).toEqual({ inputText: 'a' });
    expect(first.say({ model: 'e', input: 'a' }).body).toEqual({ inputText: 'a' });
    const second = bedrockEmbeddings('amazon.titan-embed-text-v2:0')!;
    expect(second.say(asked).body).toEqual({ inputText: 'a', dimensions: 256 });
    expect(bedrockEmbeddings('amazon.nova-pro-v1:0')).toBeUndefined();
  });

  test('Mistral: what needs no other word goes as it came', () => {
    const { say } = mistralEmbeddings();
    expect(say(ASKED)).toEqual({ body: ASKED });
    expect(say(ASKED).body).toBe(ASKED);
    expect(say({ ...ASKED, dimensions: 8 }).body).toEqual({ ...ASKED, output_dimension: 8 });
  });

  test('vectors are the same in either encoding', () => {
    const answer = embeddingsAnswer({ ...ASKED, encoding_format: 'base64' }, both);
    expect(JSON.stringify(answer)).not.toContain('[1,2]');
    expect(vectorsOf(answer)).toEqual(both);
  });

  test('Gemini’s: for a path that names no model, none is asked for', () => {
    const { common } = formatOf('gemini-embeddings');
    const body = { content: { parts: [{ text: 'a' }] } };
    expect(common!.say(body, '/v1beta/models/e:embedContent').body).toMatchObject({
      model: 'e',
      input: ['a'],
    });
    expect(common!.say(body, '/elsewhere').body).toMatchObject({ model: '' });
  });
});

describe('rerank', () => {
  const documents = ['first', { text: 'second', id: 2 }];
  const asked = { model: 'r', query: 'q', documents, return_documents: true };
  const WORDS: [name: string, words: EndpointWords, body: object][] = [
    ['Cohere', cohereRerank(), { model: 'r', query: 'q', documents: ['first', 'second'] }],
    [
      'Cohere on Bedrock',
      bedrockRerank('cohere.rerank-v3-5:0')!,
      { query: 'q', documents: ['first', 'second'], api_version: 2 },
    ],
    [
      'Amazon on Bedrock',
      bedrockRerank('amazon.rerank-v1:0')!,
      { query: 'q', documents: ['first', 'second'] },
    ],
  ];

  test.each(WORDS)('%s: documents come back as they were given', (_name, words, body) => {
    const { body: said, read } = words.say(asked);
    expect(said).toEqual(body);
    const results = [{ index: 1 }, { index: 0 }, { index: 7 }, { index: 'length' }];
    expect(read!({ results }).results).toEqual([
      { index: 1, document: { text: 'second', id: 2 } },
      { index: 0, document: { text: 'first' } },
      { index: 7, document: { text: undefined } },
      { index: 'length', document: { text: undefined } },
    ]);
  });

  test('texts alone go to Cohere as they came', () => {
    const body = { query: 'q', documents: ['a'] };
    expect(cohereRerank().say(body).body).toBe(body);
    expect(bedrockRerank('anthropic.claude-3')).toBeUndefined();
  });

  test.each([[{ rank_fields: ['title'] }], [{ rank_fields: [5] }], [{}]])(
    'a document without the texts that are ranked is refused by its place: %j',
    (more) => {
      const say = () => cohereRerank().say({ ...asked, documents: ['a', { body: 'x' }], ...more });
      expect(say).toThrow(TranslationError);
      expect(say).toThrow(expect.objectContaining({ param: 'documents[1]' }));
    },
  );
});

test('a list of no models is a list', () => {
  expect(modelList([])).toMatchObject({ data: [], models: [], first_id: null, last_id: null });
  expect(modelList(['a', 'b'].map((id) => ({ id, owner: 'o' })))).toMatchObject({
    first_id: 'a',
    last_id: 'b',
  });
});

test('images: the prompt that a model made of the client’s is text', () => {
  const { answer, stream } = formatOf('openai-images');
  const body = { data: [{ b64_json: 'AAAA', revised_prompt: 'of «Bob»' }, { b64_json: 'AAAA' }] };
  const slots = answer.texts(body);
  expect(slots.map(({ text }) => text)).toEqual(['of «Bob»']);
  slots[0]!.text = 'of nobody';
  expect(body.data[0]!.revised_prompt).toBe('of nobody');
  const done = SseEvent.ofJson({ type: 'image_generation.completed', usage: { input_tokens: 3 } });
  expect([stream.isTerminal(done), stream.usage(done)?.input]).toEqual([true, { total: 3 }]);
});

test('completions: events without an index are of the first choice, and more of them can be made', () => {
  const { stream } = formatOf('openai-completions');
  const event = SseEvent.ofJson({
    id: 'c',
    model: 'm',
    choices: [{ text: 'a' }, { index: 1, text: 'b' }, {}],
  });
  expect(stream.deltas(event).map(({ channel, text }) => [channel, text])).toEqual([
    ['0', 'a'],
    ['1', 'b'],
  ]);
  expect(stream.delta('1', 'text', 'x', event).json).toMatchObject({
    id: 'c',
    model: 'm',
    choices: [{ index: 1, text: 'x' }],
  });
  expect(stream.delta('0', 'text', 'x', undefined).json).toMatchObject({
    id: 'cmpl',
    model: '',
    choices: [{ text: 'x' }],
  });
});

test('a list of Gemini’s stream that says nothing is an empty list', () => {
  const form = formatOf('gemini').streamForm!(new URLSearchParams())!;
  expect(form.end()).toBe('[]');
  const full = formatOf('gemini').streamForm!(new URLSearchParams())!;
  const text = [
    full.event(SseEvent.ofJson({ a: 1 })),
    full.event(SseEvent.ofJson({ b: 2 })),
    full.end(),
  ].join('');
  expect(JSON.parse(text)).toEqual([{ a: 1 }, { b: 2 }]);
});

// What a provider embeds or ranks and no stage sees would pass unjudged.
test.each<[format: string, body: object, texts: string[]]>([
  ['rerank', { query: { text: 'a', url: 'u' }, documents: ['b', { title: 'c', id: 'd' }] }, ['a', 'b', 'c']],
  ['openai-embeddings', { input: [{ text: 'a' }, { image: 'u' }, 'b', ['c'], [1, 2]] }, ['a', 'b', 'c']],
  [
    'openai-moderations',
    {
      input: [
        { type: 'text', text: 'a' },
        { type: 'image_url', image_url: { url: 'u' } },
      ],
    },
    ['a'],
  ],
  [
    'gemini-embeddings',
    { requests: [{ title: 'a', content: { parts: [{ text: 'b' }] } }, { content: { parts: [] } }] },
    ['a', 'b'],
  ],
])('%s: the texts of an input that is made of objects are found: %j', (name, body, texts) => {
  const found = formatOf(name).request.texts(body as Record<string, unknown>);
  expect(found.map(({ text }) => text)).toEqual(texts);
});
