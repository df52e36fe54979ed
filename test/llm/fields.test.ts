import { expect, it } from 'vitest';
import { fields, inOtherCase } from '../../kong/llm/fields.ts';

const KNOWN = fields('model metadata', {
  messages: fields('role', { content: fields('type text') }),
  cachedContent: fields('ttl'),
});

it.each<[where: string, body: unknown]>([
  ['messages', { Messages: [] }],
  ['messages', { messages: [{}], meSSages: 1 }],
  ['messages', { meſſageſ: [] }],
  ['cachedContent', { cachedcontent: {} }],
  ['messages[1].role', { messages: [{ role: 'user' }, { ROLE: 'user' }] }],
  ['messages[0].content.text', { messages: [{ content: { Text: 'a' } }] }],
  ['messages[0].content[2].type', { messages: [{ content: ['a', {}, { tYpe: 'a' }] }] }],
  ['messages[0][0].role', { messages: [[{ Role: 'a' }]] }],
])('finds %s in another case: %j', (where, body) => {
  expect(inOtherCase(body, KNOWN)).toBe(where);
});

it.each<[body: unknown]>([
  [{ model: 'm', messages: [{ role: 'user', content: [{ type: 'text', text: 'Messages' }] }] }],
  [{ metadata: { Model: 'a', Messages: [{ Role: 'b' }] } }],
  [{ other: { Model: 'a' }, Content: 'known elsewhere', message: [], 'messages ': [] }],
  [{ cachedContent: { ttl: 1 }, messages: 'Role', model: ['Text'] }],
  [JSON.parse('{"__proto__":{"Model":1},"constructor":2,"toString":3}')],
  ['Model'],
  [null],
])('lets pass what is spelt as known, or is nowhere known: %j', (body) => {
  expect(inOtherCase(body, KNOWN)).toBeUndefined();
});

it('folds as Unicode does for whoever ignores case, Go among them', () => {
  const missed: string[] = [];
  for (const letter of 'abcdefghijklmnopqrstuvwxyz') {
    const same = new RegExp(`^${letter}$`, 'iu');
    const known = fields(`x${letter}`);
    for (let code = 0; code < 0x10000; code += 1) {
      const char = String.fromCharCode(code);
      if (char === letter || !same.test(char)) continue;
      if (inOtherCase({ [`x${char}`]: 1 }, known) !== `x${letter}`) missed.push(char);
    }
  }
  expect(missed).toEqual([]);
  expect(inOtherCase({ '\u212aey': 1 }, fields('key'))).toBe('key');
});
