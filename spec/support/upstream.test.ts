import { expect, onTestFinished, test } from 'vitest';
import { reply, sse } from '../../test/support/upstream/index.ts';
import { startSpecUpstream } from './upstream.ts';
import { encode } from './wire.ts';

test('behaviours and requests are found by the key in the model or in the path, and the last behaviour repeats', async () => {
  const upstream = await startSpecUpstream();
  onTestFinished(upstream.close);
  const script = (key: string, behaviours: unknown) =>
    fetch(`${upstream.controlUrl}/script/${key}`, { method: 'PUT', body: encode(behaviours) });
  const post = (path: string, body: unknown) =>
    fetch(upstream.url + path, { method: 'POST', body: JSON.stringify(body) });
  await script('k1', [reply(200, 'once'), sse(['data: é\n\n'])]);
  await script('k2', [reply(201, Buffer.from([0, 255]))]);

  const texts = [];
  for (let n = 0; n < 3; n++) texts.push(await (await post('/v1/chat', { model: 'k1' })).text());
  expect(texts).toEqual(['once', 'data: é\n\n', 'data: é\n\n']);
  const bytes = await (await post('/v1beta/models/k2:generate?x=1', {})).arrayBuffer();
  expect([...new Uint8Array(bytes)]).toEqual([0, 255]);
  expect((await post('/k/other', {})).status).toBe(599);

  const seen = async (key: string) => (await fetch(`${upstream.controlUrl}/requests/${key}`)).json();
  expect(await seen('k1')).toHaveLength(3);
  expect(await seen('k2')).toMatchObject([
    { path: '/v1beta/models/k2:generate?x=1', json: {}, aborted: false },
  ]);
  expect(await seen('nobody')).toEqual([]);
});
