import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { encoderOf, tokenizerOf } from '../../kong/llm/tokenizers.ts';
import { countText, countTextAsync, estimateTokens } from '../../kong/llm/tokens.ts';

const PROSE =
  "It isn't far: the harbour lies 3 miles east, beyond 12,000 old houses (built in 1894) — and you'll see\n\n\tboats; 漢字、かな。 Wir können später darüber reden… ";

const exact = (text: string, encoding: 'o200k_base' | 'cl100k_base' = 'o200k_base'): number =>
  encoderOf(encoding).encode_ordinary(text).length;

/** What the tokenizer was given. */
function spyOnEncoder(run: () => void): string[] {
  const encode = vi.spyOn(encoderOf('o200k_base'), 'encode_ordinary');
  try {
    run();
    return encode.mock.calls.map(([text]) => text);
  } finally {
    encode.mockRestore();
  }
}

describe('tokenizerOf', () => {
  it.each([
    ['gpt-4o-mini', 'o200k_base', undefined],
    ['gpt-4.1-nano', 'o200k_base', undefined],
    ['o3', 'o200k_base', undefined],
    ['gpt-4-turbo', 'cl100k_base', undefined],
    ['gpt-35-turbo', 'cl100k_base', undefined],
    ['text-embedding-3-small', 'cl100k_base', undefined],
    ['ft:gpt-3.5-turbo:acme::x1', 'cl100k_base', undefined],
    ['openai/gpt-4o', 'o200k_base', undefined],
    ['us.anthropic.claude-sonnet-4-20250514-v1:0', 'o200k_base', 1.25],
    ['anthropic/claude-3.5-haiku', 'o200k_base', 1.25],
    ['meta-llama/Llama-3.1-8B', 'o200k_base', 1.05],
    ['my-own', 'o200k_base', 1.1],
    [undefined, 'o200k_base', 1.1],
  ])('counts %s with %s, factor %s', (model, encoding, factor) => {
    expect(tokenizerOf(model)).toEqual(factor === undefined ? { encoding } : { encoding, factor });
  });
});

describe('countText', () => {
  it('counts as the model does, with special tokens as plain text', () => {
    expect(countText('gpt-4', 'tiktoken is great!')).toEqual({ tokens: 6, estimated: false });
    expect(countText('gpt-4o', 'お誕生日おめでとう')).toEqual({ tokens: 8, estimated: false });
    expect(countText('gpt-4o', '<|endoftext|>').tokens).toBeGreaterThan(1);
    expect(countText('gpt-4o', '')).toEqual({ tokens: 0, estimated: false });
  });

  it.each(['o200k_base', 'cl100k_base'] as const)(
    'counts a text in slices to the same number (%s)',
    (encoding) => {
      const text = PROSE.repeat(8);
      const model = encoding === 'o200k_base' ? 'gpt-4o' : 'gpt-4';
      expect(countText(model, text)).toEqual({ tokens: exact(text, encoding), estimated: false });
    },
  );

  it('never calls a count exact that is not', () => {
    const piece = fc.constantFrom(
      'a',
      'Bc',
      "'s",
      "'",
      ' ',
      '\n',
      '\r\n',
      '\t',
      '1',
      '2345',
      '.',
      ',',
      '-',
      '汉',
      '，',
      'é',
      'e\u0301',
      '😀',
      '/',
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 600, maxLength: 900 }), (pieces) => {
        const text = pieces.join('');
        const count = countText('gpt-4o', text);
        expect(count.estimated || count.tokens === exact(text)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('marks other vendors as estimated, and counts more rather than less', () => {
    const { tokens, estimated } = countText('claude-sonnet-4-5', PROSE);
    expect(estimated).toBe(true);
    expect(tokens).toBe(Math.ceil(exact(PROSE) * 1.25));
  });

  it('extrapolates a long text from its head', () => {
    const text = 'one two three '.repeat(20_000);
    const { tokens, estimated } = countText('gpt-4o', text);
    expect(estimated).toBe(true);
    expect(tokens / 60_000).toBeGreaterThan(0.97);
    expect(tokens / 60_000).toBeLessThan(1.03);
  });

  it('does little work on an unbroken run, whatever its length', () => {
    for (const run of ['汉', 'a', ' ', '-', '😀']) {
      const seen = spyOnEncoder(() => expect(countText('gpt-4o', run.repeat(500_000)).estimated).toBe(true));
      // One slice of 512 unbroken characters takes about 1 ms.
      expect(Math.max(...seen.map((text) => text.length))).toBeLessThanOrEqual(512);
      expect(seen.length).toBeLessThanOrEqual(4);
    }
  });

  it('does not cut a character in two', () => {
    const seen = spyOnEncoder(() => countText('gpt-4o', `a${'😀'.repeat(600)}`));
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.some((text) => /^[\udc00-\udfff]|[\ud800-\udbff]$/.test(text))).toBe(false);
  });

  it('does not cut a contraction in two', () => {
    for (let shift = 0; shift < 6; shift += 1) {
      const text = `${'x'.repeat(shift)} ${"don't ".repeat(100)}`;
      expect(countText('gpt-4o', text)).toEqual({ tokens: exact(text), estimated: false });
    }
  });

  it('marks a count as estimated when it had to cut inside a word', () => {
    expect(countText('gpt-4o', 'ab'.repeat(300)).estimated).toBe(true);
  });
});

describe('countTextAsync', () => {
  it('counts a text exactly that is too long to count at once, and lets others run meanwhile', async () => {
    const text = 'Some plain words; 42 of them, perhaps. '.repeat(2500);
    let turns = 0;
    let counting = true;
    const count = countTextAsync('gpt-4o', text).finally(() => {
      counting = false;
    });
    while (counting && turns < 10_000) {
      await nextTurn();
      turns += 1;
    }
    expect(await count).toEqual({
      tokens: exact(text),
      estimated: false,
    });
    expect(turns).toBeGreaterThan(3);
  });

  it('extrapolates above its cap', async () => {
    const { tokens, estimated } = await countTextAsync('gpt-4o', 'one two three '.repeat(120_000));
    expect(estimated).toBe(true);
    expect(Math.abs(tokens / 360_000 - 1)).toBeLessThan(0.02);
  });
});

describe('estimateTokens', () => {
  it.each([
    ['English', 'The quick brown fox jumps over the lazy dog, and nobody minds. '.repeat(50)],
    ['German', 'Wir können später darüber reden, ob größere Häuser schöner wären. '.repeat(50)],
    ['Chinese', '今天天气很好，我们去公园散步吧。'.repeat(100)],
    [
      'JSON',
      JSON.stringify(Array.from({ length: 50 }, (_, id) => ({ id, name: `item ${id}`, active: true }))),
    ],
  ])('is within a factor of two for %s', (_, text) => {
    const ratio = estimateTokens(text) / exact(text);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it('is proportional beyond its sample', () => {
    expect(estimateTokens('')).toBe(0);
    expect(estimateTokens('abcd'.repeat(1_000_000))).toBe(1_000_000);
  });
});
