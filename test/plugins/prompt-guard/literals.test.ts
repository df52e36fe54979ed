import { describe, expect, it } from 'vitest';
import { literalsOf } from '../../../plugins/prompt-guard/rules/literals.ts';
import { Pattern } from '../../../plugins/prompt-guard/rules/pattern.ts';
import { PatternSet } from '../../../plugins/prompt-guard/rules/pattern-set.ts';

describe('what each match of an expression holds', () => {
  it.each([
    ['LK-[0-9]{4}', ['LK-']],
    ['the\\s+password', ['password']],
    ['\\bsecret\\b', ['secret']],
    ['(?:in)ternal', ['internal']],
    ['(secret|pass(?:word|code)|token)s?', ['secret', 'pass', 'token']],
    ['(?:price list)+', ['price list']],
    ['a\\.b-c', ['a.b-c']],
    ['(?-i)abc', ['abc']],
  ])('of %s is one of %j', (source, literals) => {
    const found = literalsOf(source)!;
    expect(found).toHaveLength(literals.length);
    for (const [i, literal] of literals.entries()) {
      expect(new RegExp(`^(?:${found[i]})$`).test(literal)).toBe(true);
      expect(new RegExp(`^(?:${found[i]})$`).test(`${literal}x`)).toBe(false);
    }
  });

  it.each([
    '\\d{4}-\\d{4}',
    'secret|\\d+',
    '(?:secret)?',
    '(foo){0}',
    'a+b*',
    'ab',
    '(?i)Straße|é',
    '[secret]',
    '\\Qsecret\\E',
  ])('of %s is not known', (source) => expect(literalsOf(source)).toBeUndefined());
});

describe('no match is lost', () => {
  it.each([
    ['(?i)kiss', 'a \u212ai\u017fS here'],
    ['(?i:ke)ys', 'KEys'],
    ['x(?i)abc|def', 'DEF'],
    ['(?i)(a(?-i)bcd)EF', 'Abcdef'],
    ['\\x41bcd', 'Abcd'],
    ['(?P<name>abc)+d', 'abcabcd'],
    ['a{,3}b', 'a{,3}b'],
    ['\\101bc(?:d|ef)g', 'Abcefg'],
    ['abc?', 'ab'],
    ['abcd*e', 'abce'],
    ['(?s)foo.bar', 'foo\nbar'],
    ['[[:alpha:]]oo\\-bar', 'xoo-bar'],
    ['(?m)^foo$', 'a\nfoo\nb'],
    ['foo\\Bbar', 'foobar'],
    ['foo😀?bar', 'foobar'],
  ])('of %s in %j', (source, text) => {
    expect(new Pattern(source).test(text)).toBe(true);
    for (const sources of [[source], [source, 'other'], [source, 'other', 'third', '[0-9]{9}']])
      expect(new PatternSet(sources).spans(text).map(({ pattern }) => pattern)).toEqual([0]);
  });

  it('of many expressions, some without a literal, in the order of the expressions', () => {
    const set = new PatternSet(['delta', '[0-9]{3}', '(?i)alpha', 'gamma', 'b.ta']);
    expect(set.spans('gamma ALPHA 123').map(({ pattern }) => pattern)).toEqual([1, 2, 3]);
    expect(set.spans('123')).toEqual([{ pattern: 1, span: { start: 0, end: 3 } }]);
    expect(set.spans('nothing')).toEqual([]);
  });

  it('of more expressions than literals are looked for', () => {
    const set = new PatternSet(Array.from({ length: 100 }, (_, i) => `word${i}x`));
    expect(set.spans('a word7x and word99x').map(({ pattern }) => pattern)).toEqual([7, 99]);
  });
});
