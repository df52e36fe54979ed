// Forms: fields are read, changed and written; files keep their bytes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Form } from '../../kong/llm/form.ts';

async function formOf(
  parts: [name: string, value: string | Uint8Array][],
): Promise<{ bytes: Buffer; type: string }> {
  const data = new FormData();
  for (const [name, value] of parts) {
    if (typeof value === 'string') data.append(name, value);
    else data.append(name, new Blob([value as Uint8Array<ArrayBuffer>]), 'a "b".bin');
  }
  const response = new Response(data);
  return { bytes: Buffer.from(await response.arrayBuffer()), type: response.headers.get('content-type')! };
}

test('what a platform’s own form writes is read, and read by it again when written', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string(),
      fc.uint8Array({ maxLength: 300 }),
      fc.string(),
      async (prompt, file, changed) => {
        const plain = (text: string) => text.replace(/\r\n|\r|\n/g, '\r\n');
        const { bytes, type } = await formOf([
          ['model', 'm'],
          ['file', file],
          ['prompt', prompt],
          ['include[]', 'a'],
          ['include[]', 'b'],
        ]);
        const form = Form.parse(bytes, type)!;
        expect(form.fields).toEqual({ model: 'm', prompt: plain(prompt), 'include[]': ['a', 'b'] });
        const { 'include[]': _, ...rest } = form.fields;
        const written = form.toBytes({ ...rest, model: changed, language: 'de' });
        const again = await new Response(written as Uint8Array<ArrayBuffer>, {
          headers: { 'content-type': type },
        }).formData();
        expect(again.get('model')).toBe(changed);
        expect(again.get('language')).toBe('de');
        expect(again.has('include[]')).toBe(false);
        const blob = again.get('file') as unknown as Blob;
        expect(Buffer.from(await blob.arrayBuffer())).toEqual(Buffer.from(file));
      },
    ),
    { numRuns: 60 },
  );
});

test('unchanged it is written as it came', async () => {
  const { bytes, type } = await formOf([
    ['model', 'm'],
    ['file', new Uint8Array([1, 2, 13, 10])],
  ]);
  const form = Form.parse(bytes, type)!;
  expect(form.toBytes(form.fields).toString('latin1').trimEnd()).toBe(bytes.toString('latin1').trimEnd());
});

test('what is no form is none, and never throws', () => {
  expect(Form.parse(Buffer.from('x'), 'multipart/form-data')).toBeUndefined();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      Form.parse(
        Buffer.concat([Buffer.from('--b\r\n'), bytes, Buffer.from('\r\n--b')]),
        'multipart/form-data; boundary=b',
      );
    }),
  );
});

test('fields that are nothing are not written', async () => {
  const { bytes, type } = await formOf([['model', 'm']]);
  const written = Form.parse(bytes, type)!.toBytes({
    model: 'm',
    none: undefined,
    list: ['a', null, 'b'] as unknown as string[],
  });
  const again = await new Response(written as Uint8Array<ArrayBuffer>, {
    headers: { 'content-type': type },
  }).formData();
  expect([...again.keys()]).toEqual(['model', 'list', 'list']);
});
