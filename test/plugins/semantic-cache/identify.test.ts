// Which requests have a question that an answer may be kept for, and who shares it.
import { describe, expect, it } from 'vitest';
import type { Format } from '../../../kong/llm/format.ts';
import { anthropic } from '../../../kong/llm/formats/anthropic/format.ts';
import { openaiChat } from '../../../kong/llm/formats/openai-chat/format.ts';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import { type IdentifyConfig, identify } from '../../../plugins/semantic-cache/identify.ts';
import { quantise, VectorShelf } from '../../../plugins/semantic-cache/store/vectors.ts';

const CONFIG: IdentifyConfig = {
  partition_by: 'consumer',
  max_temperature: 1,
  namespace: undefined,
  vary_headers: undefined,
};

function asked(
  body: Record<string, unknown>,
  { format = openaiChat as Format, identity = {}, config = {} as Partial<IdentifyConfig> } = {},
) {
  const exchange = { format, identity, request: { body, path: '/', headers: {} }, providerConfig: 'p' };
  return identify(exchange as unknown as Exchange, { ...CONFIG, ...config });
}

const user = (content: unknown) => ({ model: 'm', messages: [{ role: 'user', content }] });

describe('is passed by', () => {
  it.each<[reason: string, what: string, body: Record<string, unknown>]>([
    ['too_large', 'a text that takes long to hash', user('x'.repeat(256 * 1024 + 1))],
    ['no_question', 'spaces', user('  \n')],
    ['no_question', 'no messages', { model: 'm', messages: [] }],
    ['no_question', 'no list of messages', { model: 'm', messages: 'Hi' }],
    [
      'no_question',
      'an answer that is to be continued',
      {
        model: 'm',
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: 'Hello, I' },
        ],
      },
    ],
    ['modality', 'an answer that is to be heard', { ...user('Hi'), modalities: ['text', 'audio'] }],
    ['attachment', 'a part of an unknown kind', user([{ type: 'hologram', text: 'x' }])],
    ['stateful', 'a conversation that lies at the provider', { ...user('Hi'), conversation: 'c1' }],
    ['store', 'an answer that is to be kept at the provider', { ...user('Hi'), store: true }],
    ['n', 'several answers', { ...user('Hi'), n: 2 }],
    ['logprobs', 'probabilities', { ...user('Hi'), logprobs: true }],
    ['temperature', 'more chance than the config allows', { ...user('Hi'), temperature: 1.5 }],
  ])('%s: %s', (reason, _what, body) => {
    expect(asked(body)).toEqual({ bypass: reason });
  });

  it('operation: what is no chat', () => {
    expect(asked(user('Hi'), { format: { ...openaiChat, operation: 'embeddings' } as Format })).toEqual({
      bypass: 'operation',
    });
  });

  it('not an answer of text alone, whose kind is named', () => {
    expect(asked({ ...user('Hi'), modalities: ['text'] })).toMatchObject({ text: 'Hi' });
  });
});

describe('a question', () => {
  const keyOf = (...args: Parameters<typeof asked>): string => (asked(...args) as { key: string }).key;
  const parts = (...texts: (string | undefined)[]) =>
    user(texts.map((text) => ({ type: 'text', ...(text === undefined ? {} : { text }) })));

  it('in one part is the same as a plain one; where parts end makes a difference', () => {
    expect(keyOf(parts('Hi'))).toBe(keyOf(user('Hi')));
    expect(keyOf(parts('a', 'b'))).not.toBe(keyOf(parts('a\nb')));
    expect(keyOf(parts('a', ''))).not.toBe(keyOf(parts('', 'a')));
  });

  it('of a name or with a hint is another one', () => {
    const named = { model: 'm', messages: [{ role: 'user', name: 'ann', content: 'Hi' }] };
    expect(keyOf(named)).not.toBe(keyOf(user('Hi')));
  });

  it.each([
    ['credential', { credential: 'k1' }, { credential: 'k2' }],
    ['credential', { credential: 'k1' }, {}],
    ['consumer', { consumer: { id: 'a' } }, { consumer: { id: 'b' } }],
  ] as const)('is shared by %s', (partition_by, one, other) => {
    const of = (identity: object) => keyOf(user('Hi'), { identity, config: { partition_by } });
    expect(of(one)).toBe(of({ ...one }));
    expect(of(one)).not.toBe(of(other));
  });

  it('is shared by user, as either format names one, and by those who name none', () => {
    const config = { partition_by: 'end_user' } as Partial<IdentifyConfig>;
    const of = (more: object) => keyOf({ ...user('Hi'), ...more }, { config });
    expect(of({ user: 'u1' })).not.toBe(of({ user: 'u2' }));
    expect(of({ user: 'u1' })).toBe(of({ metadata: { user_id: 'u1' } }));
    expect(of({})).toBe(of({ user: null, metadata: null }));
    const inMessages = (more: object) =>
      keyOf({ ...user('Hi'), max_tokens: 5, ...more }, { config, format: anthropic });
    expect(inMessages({ metadata: { user_id: 'u1' } })).not.toBe(inMessages({ metadata: { user_id: 'u2' } }));
  });

  it('without partitions is everybody’s', () => {
    const config = { partition_by: 'none' } as Partial<IdentifyConfig>;
    const of = (id: string) => keyOf(user('Hi'), { config, identity: { consumer: { id } } });
    expect(of('a')).toBe(of('b'));
  });

  it('with a field that the translation passes over is its format’s own, and still of its last words', () => {
    const odd = (content: string, before: string) =>
      keyOf({
        model: 'm',
        never_heard_of: 1,
        messages: [
          { role: 'user', content: before },
          { role: 'assistant', content: 'Yes?' },
          { role: 'user', content },
        ],
      });
    expect(odd('Hi', 'a')).toBe(odd('Hi', 'a'));
    expect(odd('Hi', 'a')).not.toBe(odd('Ho', 'a'));
    expect(odd('Hi', 'a')).not.toBe(odd('Hi', 'b'));
  });
});

describe('vectors', () => {
  it('of nothing but zeros are like nothing', async () => {
    const shelf = new VectorShelf(3);
    shelf.add('zero', quantise(Float32Array.of(0, 0, 0)));
    shelf.add('one', quantise(Float32Array.of(1, 0, 0)));
    const found = await shelf.search(Float32Array.of(1, 0, 0), 5, 0.5);
    expect(found.map(({ key }) => key)).toEqual(['one']);
  });

  it('of another length are refused, and not found by one', async () => {
    const shelf = new VectorShelf(3);
    expect(() => shelf.add('k', quantise(Float32Array.of(1, 0)))).toThrow(
      'vectors of one shelf have one length',
    );
    shelf.add('k', quantise(Float32Array.of(1, 0, 0)));
    expect(await shelf.search(Float32Array.of(1, 0), 5, 0)).toEqual([]);
    shelf.delete('gone');
    expect(shelf.size).toBe(1);
  });
});
