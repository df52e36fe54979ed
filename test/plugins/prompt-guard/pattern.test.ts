import { describe, expect, it } from 'vitest';
import { longestMatch, Pattern, patternProblem } from '../../../plugins/prompt-guard/rules/pattern.ts';
import { startGuard } from './guard.ts';

// Each would keep a backtracking engine busy for longer than the universe has.
describe('patterns that are catastrophic elsewhere', () => {
  it.each([
    ['(a+)+$', `${'a'.repeat(50_000)}!`],
    ['^(a|aa)+$', `${'a'.repeat(50_000)}!`],
    ['(x+x+)+y', 'x'.repeat(50_000)],
    ['([a-zA-Z0-9]+\\s?)*$z', `${'word '.repeat(10_000)}!`],
    ['(.*)*(.*)*(.*)*=', 'b'.repeat(50_000)],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(50_000)],
  ])('%s ends', (source, text) => {
    expect(new Pattern(source).test(text)).toBe(false);
  });

  it('end together too', async () => {
    const sources = ['(a+)+b$', '^(a|aa)+c$', '(a*)*(a*)*(a*)*=', '(a+a+)+y', '([a-zA-Z]+)*\\d'];
    const guard = startGuard({ deny: sources.map((pattern, i) => ({ id: `evil-${i}`, pattern })) });
    const { passed, exchange } = await guard.ask(`${'a'.repeat(100_000)}!`);
    expect(passed).toBe(true);
    expect(exchange.notes.guard?.verdict).toBe('allowed');
    const { exchange: matched } = await guard.ask(`${'a'.repeat(5000)}7`);
    expect(matched.notes.guard?.matches).toContainEqual({ rule: 'evil-4', direction: 'request' });
  });

  it('end in a guard too', async () => {
    const guard = startGuard({ deny: [{ id: 'evil', pattern: '(a+)+b$' }] });
    expect((await guard.ask('a'.repeat(100_000))).passed).toBe(true);
  });
});

describe('the longest match', () => {
  it.each([
    ['abc', 3],
    ['\\d{4}-\\d{4}', 17],
    ['(foo|longer)', 6],
    ['(?i)ab?c', 3],
    ['(?P<name>ab){2,3}', 6],
    ['[^\\]a]{2}x', 5],
    ['\\bsecret\\b', 6],
    ['\\p{Greek}x', 3],
    ['\\Qa.b\\E', 3],
    ['a{3}', 3],
    ['(ab?){2}?', 4],
    ['^a$', 1],
    ['\\Aa\\z', 1],
    ['[]a]x', 3],
    ['[^]a]x', 3],
    ['[[:digit:]\\]]x', 3],
    ['\\pLx', 3],
    ['\\x41x', 3],
    ['\\101x', 3],
    ['\\Qa.b', 3],
    ['(a*){0}b', 1],
    ['a{,3}', 5],
    ['(?i:ab)(?s)c', 3],
  ])('of %s is %i', (source, length) => expect(longestMatch(source)).toBe(length));

  it.each(['a+', 'a.*b', '(ab){2,}', '[a-z]*'])('of %s has no limit', (source) =>
    expect(longestMatch(source)).toBe(Infinity),
  );

  it('is never less than a match', () => {
    for (const [source, text] of [
      ['(?i)(card|konto) ?\\d{4}[ -]\\d{4}', 'KONTO 1234-5678'],
      ['\\x{1f600}\\x41[[:alpha:]]', '😀Az'],
      ['(a|b(c|dd)e){1,4}', 'bddebddebddebdde'],
      ['\\pL\\101[]x]\\Q(a|b)\\E', 'ÄA](a|b)'],
      ['.{2}[^a]', '😀😀😀'],
    ] as const) {
      const [span] = new Pattern(source).spans(text);
      expect(span!.end - span!.start).toBeLessThanOrEqual(longestMatch(source));
    }
  });
});

it('a match of nothing is none', () => {
  expect(new Pattern('a|\\b').spans('b a')).toEqual([{ start: 2, end: 3 }]);
});

it('what is no RE2 expression, or matches everything, is refused with a sentence', () => {
  expect(patternProblem('(a')).toMatch(/RE2/);
  expect(patternProblem('(?=a)b')).toMatch(/RE2/);
  expect(patternProblem('a\\1')).toMatch(/RE2/);
  expect(patternProblem('a*')).toMatch(/empty/);
  expect(patternProblem('a+')).toBeUndefined();
});
