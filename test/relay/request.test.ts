import { describe, expect, it } from 'vitest';
import { InboundRequest } from '../../kong/relay/request.ts';

describe('the body of a request that nobody changed', () => {
  it('is passed on byte for byte', () => {
    const text = '{ "model": "a",\n "messages": [{"role": "user", "content": "say \\"hi\\" é 👋"}] }';
    const request = read(text);
    expect(request.body.model).toBe('a');
    expect(request.toBytes().toString()).toBe(text);
  });

  // Readers differ in which of two keys counts; the one that was judged is the one that goes out.
  it.each([
    ['twice', '{"model":"dear","messages":[],"model":"cheap"}'],
    ['twice, with space', '{"model" : "dear","messages":[],"model"\n:"cheap"}'],
    ['once in escapes', '{"\\u006dodel":"dear","messages":[],"model":"cheap"}'],
    ['once in escapes, at the end', '{"model":"dear","messages":[],"mod\\u0065l":"cheap"}'],
  ])('names each key once, also when it came with one named %s', (_name, text) => {
    const request = read(text);
    expect(request.body.model).toBe('cheap');
    const bytes = request.toBytes().toString();
    expect(bytes).not.toContain('dear');
    expect(JSON.parse(bytes)).toEqual({ model: 'cheap', messages: [] });
  });

  it('names each key once, also deep in it', () => {
    const request = read('{"messages":[{"content":"attack","conten\\u0074":"harmless"}]}');
    expect(request.body.messages).toEqual([{ content: 'harmless' }]);
    expect(request.toBytes().toString()).toBe('{"messages":[{"content":"harmless"}]}');
  });

  it('stays as it came when a stage has judged it', () => {
    const text = '{ "messages": [ { "content": "\\u0061: \\"b\\": {" } ], "seed": 12345678901234567890 }';
    const request = read(text);
    expect(request.body.messages).toEqual([{ content: 'a: "b": {' }]);
    request.settle();
    expect(request.toBytes().toString()).toBe(text);
  });

  it('is written anew when it was no UTF-8 and a stage has judged it', () => {
    const request = read(Buffer.from('{"messages":[{"content":"\xc1\xa1"}]}', 'latin1'));
    expect(request.body.messages).toEqual([{ content: '\ufffd\ufffd' }]);
    request.settle();
    expect(request.toBytes().toString()).toBe('{"messages":[{"content":"\ufffd\ufffd"}]}');
  });
});

function read(text: string | Buffer): InboundRequest {
  return new InboundRequest({
    method: 'POST',
    path: '/v1/chat/completions',
    originalPath: '/v1/chat/completions',
    query: new URLSearchParams(),
    headers: { 'content-type': 'application/json' },
    bytes: typeof text === 'string' ? Buffer.from(text) : text,
  });
}
