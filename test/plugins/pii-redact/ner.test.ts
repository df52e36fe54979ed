// The external NER service, over Presidio analyzer's API.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { piiRelay, says } from './stage.ts';

const echo = says((contents) => contents.at(-1)!);

async function service(
  answer: (asked: { text: string; language: string }) => unknown,
  { delay = 0, status = 200 } = {},
) {
  const asked: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request)) as { text: string; language: string };
    asked.push({ path: request.url, key: request.headers['x-key'], ...body });
    await new Promise((resolve) => setTimeout(resolve, delay));
    response.writeHead(status).end(JSON.stringify(answer(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

it('adds its findings, counted in code points', async () => {
  const ner = await service(({ text }) => {
    const start = [...text.slice(0, text.indexOf('Zed'))].length;
    return [
      { start, end: start + 3, entity_type: 'PERSON', score: 0.85 },
      { start: 0, end: 1, entity_type: 'NRP', score: 0.2 },
    ];
  });
  const relay = await piiRelay(
    { ner: { url: ner.url, header_name: 'x-key', header_value: 'k', language: 'de' } },
    echo,
  );
  await relay.chat('👋 hallo Zed, a@example.com');
  expect(relay.bodies[0]!.messages).toEqual([{ role: 'user', content: '👋 hallo <PERSON_1>, <EMAIL_1>' }]);
  expect(ner.asked).toEqual([
    { path: '/analyze', key: 'k', text: '👋 hallo Zed, a@example.com', language: 'de', score_threshold: 0.5 },
  ]);
});

it('that fails refuses the request', async () => {
  const ner = await service(() => ({ error: 'secret text' }), { status: 500 });
  const relay = await piiRelay({ ner: { url: ner.url } }, echo);
  const response = await relay.chat('hello Zed');
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ error: { code: 'pii_detector_unavailable' } });
  expect(relay.bodies).toEqual([]);
});

it('that is too slow is done without when on_error says so', async () => {
  const ner = await service(() => [], { delay: 2_000 });
  const relay = await piiRelay({ ner: { url: ner.url, timeout: 50, on_error: 'ignore' } }, echo);
  await relay.chat('hello Zed, a@example.com');
  expect(relay.bodies[0]!.messages).toEqual([{ role: 'user', content: 'hello Zed, <EMAIL_1>' }]);
});

it('is asked about a long text in parts, whose findings are put in their places', async () => {
  const ner = await service(({ text }) =>
    [...text.matchAll(/Zed/g)].map(({ index }) => ({
      start: [...text.slice(0, index)].length,
      end: [...text.slice(0, index)].length + 3,
      entity_type: 'PERSON',
      score: 0.85,
    })),
  );
  const relay = await piiRelay({ ner: { url: ner.url } }, echo);
  const long = `${'👋 plain words here. '.repeat(2_000)}Zed ${'more words here. '.repeat(4_000)}Zed`;
  await relay.chat(long);
  const [{ content }] = relay.bodies[0]!.messages as [{ content: string }];
  expect(content).toBe(long.replaceAll('Zed', '<PERSON_1>'));
  expect(ner.asked.length).toBeGreaterThan(2);
  expect(Math.max(...ner.asked.map(({ text: asked }) => String(asked).length))).toBeLessThanOrEqual(32_768);
  const parts = ner.asked.map(({ text: asked }) => String(asked));
  expect(parts.toSorted((a, b) => long.indexOf(a) - long.indexOf(b)).join('').length).toBe(long.length);
});
