// A whole answer as a stream's chunks, at once or as a model might have said it, and chunks as a whole answer.
import { describe, expect, test } from 'vitest';
import { AnswerBuilder, answerToChunks } from '../../kong/llm/answer-chunks.ts';
import type { ChatAnswer, ChatChunk, ChatDelta } from '../../kong/llm/chat.ts';
import { sliceAnswer } from '../../kong/llm/slice.ts';

const ALL: ChatAnswer = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 7,
  model: 'm',
  system_fingerprint: 'fp_1',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        reasoning_content: 'Look out of the window.',
        reasoning_blocks: [{ text: 'Look out of the window.', signature: 's', format: 'anthropic' }],
        content: 'It rains,\n\n  and Straßenbahnhaltestellenüberdachung 🌧️ is one long word.',
        annotations: [{ type: 'url_citation', url_citation: { url: 'https://w.test' } }],
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'f', arguments: '{"city": "Paris"}' } },
          { id: 'b', type: 'function', function: { name: 'g', arguments: '' }, signature: 'g' },
        ],
      },
      finish_reason: 'tool_calls',
      stop_sequence: 'END',
    },
    {
      index: 1,
      message: { role: 'assistant', content: null, refusal: 'I will not say.' },
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
};

const together = (chunks: Iterable<ChatChunk>): ChatAnswer => {
  const builder = new AnswerBuilder();
  for (const chunk of chunks) builder.add(chunk);
  return builder.answer();
};

/** A delta of nothing says nothing. */
const plain = ({ choices, ...rest }: ChatAnswer) => ({
  ...rest,
  choices: choices.map(({ message, ...choice }) => ({
    ...choice,
    message: { ...message, content: message.content || null },
  })),
});

describe.each([
  ['at once', answerToChunks],
  ['in words', sliceAnswer],
])('%s', (_how, chunksOf) => {
  test('nothing is lost, and nothing is said twice', () => {
    expect(plain(together(chunksOf(ALL)))).toEqual(ALL);
  });

  test('an answer of little has little', () => {
    const little: ChatAnswer = {
      id: 'x',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
    };
    const chunks = [...chunksOf(little)];
    expect(together(chunks)).toEqual(little);
    for (const chunk of chunks) expect(chunk).not.toHaveProperty('usage');
    const empty = {
      ...little,
      choices: [{ index: 0, message: { role: 'assistant' as const }, finish_reason: 'stop' as const }],
    };
    expect(plain(together(chunksOf(empty))).choices[0]!.message.content).toBeNull();
  });
});

test('in words: pieces of at most a word, reasoning before the text, the text before the calls', () => {
  const deltas = [...sliceAnswer(ALL)].flatMap(({ choices }) =>
    choices.filter(({ index }) => index === 0).map(({ delta }) => delta),
  );
  const kinds = deltas.flatMap((delta) => Object.keys(delta)).filter((kind) => kind !== 'role');
  expect([...new Set(kinds.slice(1))]).toEqual([
    'reasoning_content',
    'reasoning_blocks',
    'content',
    'annotations',
    'tool_calls',
  ]);
  const texts = deltas.map(({ content }) => content).filter(Boolean) as string[];
  expect(texts.length).toBeGreaterThan(8);
  for (const text of texts) expect([...text.trim()].length).toBeLessThanOrEqual(16);
});

test('whole: log probabilities come with the text that they are of', () => {
  const logprobs = { content: [{ token: 'Hi', logprob: -0.1 }] };
  const [choice] = ALL.choices;
  const [first, last] = answerToChunks({ ...ALL, choices: [{ ...choice!, logprobs }] });
  expect(first!.choices[0]!.logprobs).toEqual(logprobs);
  expect(last!.choices[0]!).not.toHaveProperty('logprobs');
});

const chunk = (delta: ChatDelta, more: Partial<ChatChunk> = {}, index = 0): ChatChunk => ({
  id: 'c',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index, delta, finish_reason: null }],
  ...more,
});

describe('chunks put together', () => {
  test('of nothing are an answer of nothing', () => {
    expect(together([])).toMatchObject({ id: '', model: '', choices: [] });
  });

  test('choices are in order, however they came', () => {
    const { choices } = together([chunk({ content: 'b' }, {}, 1), chunk({ content: 'a' }, {}, 0)]);
    expect(choices.map(({ message }) => message.content)).toEqual(['a', 'b']);
  });

  test('what is said of the answer as a whole is kept', () => {
    const said = together([
      chunk({ content: 'a' }, { service_tier: 'flex', system_fingerprint: 'fp' }),
      chunk({}, { usage: { prompt_tokens: 1 } }),
      chunk({}, { usage: null }),
    ]);
    expect(said).toMatchObject({
      service_tier: 'flex',
      system_fingerprint: 'fp',
      usage: { prompt_tokens: 1 },
    });
  });

  test('calls counted from one, or with gaps, are calls without gaps', () => {
    const { choices } = together([
      chunk({ tool_calls: [{ index: 1, id: 'a', function: { name: 'f', arguments: '{' } }] }),
      chunk({ tool_calls: [{ index: 3, id: 'b', function: { name: 'g', arguments: '{}' } }] }),
      chunk({ tool_calls: [{ index: 1, function: { arguments: '}' } }] }),
    ]);
    expect(choices[0]!.message.tool_calls).toEqual([
      { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
      { id: 'b', type: 'function', function: { name: 'g', arguments: '{}' } },
    ]);
  });

  test('an index beyond all reason makes no array of that length', () => {
    const { choices } = together([
      chunk({ tool_calls: [{ index: 4_000_000_000, id: 'a', function: { name: 'f' } }] }),
      chunk({ tool_calls: [{ index: -1, id: 'a', function: { name: 'f' } }] }),
    ]);
    expect(choices[0]!.message).not.toHaveProperty('tool_calls');
  });

  test('what is read stays as it is when more comes', () => {
    const builder = new AnswerBuilder();
    builder.add(chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '' } }] }));
    builder.answer();
    builder.add(
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{}' } }], reasoning_content: 'hm' }),
    );
    expect(builder.answer().choices[0]!.message).toMatchObject({
      reasoning_content: 'hm',
      tool_calls: [{ id: 'a', function: { arguments: '{}' } }],
    });
  });
});
