// Bodies that are JSON and mean harm, through all six plugins: what is judged is what goes out.
import { expect, it } from 'vitest';
import { documented, ownFaults, startSuite } from '../fuzz/suite.ts';
import { target } from '../plugins/ai-proxy/support.ts';
import { reply, startUpstream } from '../support/upstream/index.ts';
import { openaiChat } from '../support/upstream/openai.ts';

const DENIED = 'forbidden words here';
const says = (content: string): string => `{"role":"user","content":${content}}`;

it.each<[string, string, number[]]>([
  [
    'a prototype',
    `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"messages":[${says('"Hi"')}]}`,
    [200],
  ],
  [
    'a prototype in a message',
    `{"messages":[{"__proto__":{"polluted":true},"role":"user","content":"Hi"}]}`,
    [200, 400],
  ],
  [
    'messages twice, the last one denied',
    `{"messages":[${says('"Hi"')}],"messages":[${says(`"${DENIED}"`)}]}`,
    [400],
  ],
  [
    'messages twice, the first one denied',
    `{"messages":[${says(`"${DENIED}"`)}],"messages":[${says('"Hi"')}]}`,
    [200, 400],
  ],
  [
    'content twice, the first one denied',
    `{"messages":[{"role":"user","content":"${DENIED}","content":"Hi"}]}`,
    [200, 400],
  ],
  [
    'content twice, once by escapes',
    `{"messages":[{"role":"user","c\\u006fntent":"${DENIED}","content":"Hi"}]}`,
    [200, 400],
  ],
  ['nesting without end', `{"messages":${'['.repeat(200_000)}`, [400]],
  [
    'numbers beyond all numbers',
    `{"messages":[${says('"Hi"')}],"max_tokens":1e400,"seed":123456789012345678901234567890}`,
    [400],
  ],
  ['half a character', `{"messages":[${says('"Hi \\ud800 \\udc00\\ud800"')}]}`, [200]],
  ['a line end in every name', `{"model":"m\\r\\nx-injected: 1","messages":[${says('"Hi"')}]}`, [200, 400]],
])('%s', async (_name, body, statuses) => {
  const upstream = await startUpstream();
  upstream.handle(reply(200, openaiChat({ text: ['Hi'] })));
  const suite = await startSuite([target(upstream.url)], {}, { maxBodyBytes: 1_000_000 });
  const response = await suite.post(body, { headers: suite.headers() });
  const text = await response.text();
  expect(documented(response.status, text), text).toBe(true);
  expect(statuses).toContain(response.status);
  expect(ownFaults(suite)).toEqual([]);
  expect(({} as { polluted?: true }).polluted).toBeUndefined();
  for (const { body: sent, headers } of upstream.requests) {
    expect(sent).not.toContain(DENIED);
    expect(sent).not.toContain('polluted":true}}}');
    // One key, one meaning: whoever reads it last or first reads the same.
    expect(sent.match(/"messages"/g)).toHaveLength(1);
    expect(sent.match(/"content"/g)).toHaveLength(1);
    expect(headers['x-injected']).toBeUndefined();
  }
  await upstream.close();
});
