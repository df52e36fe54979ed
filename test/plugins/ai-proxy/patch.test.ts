import fc from 'fast-check';
import { expect, test } from 'vitest';
import { patchedJson } from '../../../plugins/ai-proxy/patch.ts';

const patched = (text: string, changes: Record<string, unknown>): unknown =>
  JSON.parse(patchedJson(Buffer.from(text), JSON.parse(text), changes).toString());

test('whatever the body and its spelling, the result is the body with the changes', () => {
  const key = fc.constantFrom('model', 'messages', 'stream', 'stream_options', 'x');
  const object = fc.dictionary(key, fc.jsonValue(), { maxKeys: 5 });
  const changes = fc.dictionary(key, fc.option(fc.jsonValue(), { nil: undefined }), { maxKeys: 3 });
  fc.assert(
    fc.property(object, changes, fc.constantFrom(undefined, 1, '\t'), (body, change, space) => {
      const plain = { ...body };
      const text = JSON.stringify(plain, null, space);
      expect(patched(text, change)).toEqual(JSON.parse(JSON.stringify({ ...plain, ...change })));
    }),
    { numRuns: 300 },
  );
});

test('what need not be written anew is not', () => {
  const text = '{ "model" : "a", "messages" : [ 1.0 ] }';
  const out = patchedJson(Buffer.from(text), JSON.parse(text), {
    model: 'b',
    stream_options: { include_usage: true },
  });
  expect(out.toString()).toBe('{"model":"b","stream_options":{"include_usage":true}, "messages" : [ 1.0 ] }');
});

test('a name that comes twice is written once, with what was read', () => {
  const text = '{"model":"a","x":1,"model":"b"}';
  expect(patchedJson(Buffer.from(text), JSON.parse(text), { model: 'c' }).toString()).toBe(
    '{"model":"c","x":1}',
  );
});
