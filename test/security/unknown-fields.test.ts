// What a chat body holds beside what is documented: providers that speak the format read some of it, so guards do too.
import { expect, it } from 'vitest';
import { texts } from '../../kong/llm/formats/openai-chat/request.ts';
import { startSuite } from '../fuzz/suite.ts';
import { target } from '../plugins/ai-proxy/support.ts';
import { reply, startUpstream } from '../support/upstream/index.ts';
import { openaiChat } from '../support/upstream/openai.ts';

const USER = { role: 'user', content: 'Hi' };
const places: [what: string, body: (text: string) => object][] = [
  ['a system prompt beside the messages', (system) => ({ messages: [USER], system })],
  ['documents', (text) => ({ messages: [USER], documents: [{ title: 't', text }] })],
  ['a template', (text) => ({ messages: [USER], chat_template_kwargs: { deep: [[text]] } })],
  [
    'a part of an unknown type',
    (content) => ({
      messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content }] }],
    }),
  ],
  [
    'a list in a part of an unknown type',
    (text) => ({
      messages: [{ role: 'user', content: [{ type: 'document', document: { pages: [text] } }] }],
    }),
  ],
  [
    'what comes before an answer of the model',
    (text) => ({ messages: [USER, { role: 'assistant', content: 'a' }], prefix: text }),
  ],
];

async function start() {
  const upstream = await startUpstream();
  upstream.handle(reply(200, openaiChat({ text: ['Hi'] })));
  const suite = await startSuite([target(upstream.url, {}, { provider: 'openai-compatible' })]);
  const ask = (body: object) => suite.post(JSON.stringify(body), { headers: suite.headers() });
  return { upstream, ask };
}

it.each(places)('a guard reads %s', async (_what, body) => {
  const { upstream, ask } = await start();
  const response = await ask(body('forbidden words here'));
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('prompt_rejected')]);
  expect(upstream.requests).toEqual([]);
});

it.each(places)('personal values do not leave in %s', async (_what, body) => {
  const { upstream, ask } = await start();
  const response = await ask(body('mail ann@example.com'));
  await response.text();
  expect(response.status).toBe(200);
  expect(upstream.requests).toHaveLength(1);
  expect(upstream.requests[0]!.body).toContain('mail ');
  expect(upstream.requests[0]!.body).not.toContain('ann@');
});

it('what is beside the messages belongs to the newest of the user', () => {
  const messages = [USER, { role: 'assistant', content: 'a' }, USER, { role: 'assistant', content: 'b' }];
  const turns = texts({ messages, prediction: { content: 'p' }, system: 's' }).map(({ text, turn }) => [
    text,
    turn,
  ]);
  expect(turns.slice(-2)).toEqual([
    ['p', 2],
    ['s', 2],
  ]);
});

it('addresses and ids of unknown parts are left as they are', () => {
  const part = { type: 'video', id: 'i', url: 'https://a.example/ann@example.com', video_url: { url: 'u' } };
  expect(texts({ messages: [{ role: 'user', content: [part] }] })).toEqual([]);
});
