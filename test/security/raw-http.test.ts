// Requests that no HTTP client would write, on the relay's own socket.
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { answers, CHAT, layer, PATH, startTestRelay, type TestRelay } from '../relay/relay.ts';

const BODY = JSON.stringify(CHAT);

async function start() {
  const seen: string[] = [];
  const watch = layer('cost-log', 799, (exchange, next) => {
    seen.push(exchange.request.path);
    return next();
  });
  const relay = await startTestRelay([watch, answers()]);
  return { relay, seen };
}

/** What comes back until the server closes, or until it has said nothing for a while. */
function exchangeBytes(relay: TestRelay, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(relay.port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    let text = '';
    socket.setTimeout(1_000, () => socket.destroy());
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}

function post(relay: TestRelay, headers: readonly string[], body: string): string {
  const plan = Object.entries(relay.plan()).map(([name, value]) => `${name}: ${value}`);
  const lines = [`POST ${PATH} HTTP/1.1`, 'host: x', 'content-type: application/json', ...plan, ...headers];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

const chunked = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`;
const SMUGGLED = 'POST /smuggled HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n';

it('a well-formed one is served', async () => {
  const { relay, seen } = await start();
  expect(
    await exchangeBytes(relay, post(relay, ['transfer-encoding: chunked', 'connection: close'], chunked)),
  ).toMatch(/^HTTP\/1\.1 200 /);
  expect(seen).toEqual([PATH]);
});

it.each<[string, string[], string]>([
  ['both lengths', ['content-length: 4', 'transfer-encoding: chunked'], chunked],
  ['two content-lengths', [`content-length: ${BODY.length}`, 'content-length: 0'], BODY],
  ['a content-length that is no number', ['content-length: +5'], BODY],
  ['a list of content-lengths', [`content-length: ${BODY.length}, 0`], BODY],
  ['chunked that is not last', ['transfer-encoding: chunked, identity'], chunked],
  ['a chunk length that is no number', ['transfer-encoding: chunked'], `zz\r\n${BODY}\r\n0\r\n\r\n`],
  ['a chunk longer than its length', ['transfer-encoding: chunked'], `2\r\n${BODY}\r\n0\r\n\r\n`],
  ['a header name with a space before the colon', [`content-length : ${BODY.length}`], BODY],
  ['a header folded over two lines', ['x-a: b', ' c: d', `content-length: ${BODY.length}`], BODY],
  ['a line end inside a header value', ['x-a: b\rc: d', `content-length: ${BODY.length}`], BODY],
])('%s: nothing of it is served, nor of what follows', async (_name, headers, body) => {
  const { relay, seen } = await start();
  const got = await exchangeBytes(relay, post(relay, headers, body) + SMUGGLED);
  expect(got).not.toMatch(/HTTP\/1\.1 200/);
  expect(seen).toEqual([]);
  await expect.poll(() => relay.active()).toBe(0);
  expect((await relay.post(CHAT)).status).toBe(200);
});

it('headers beyond the limit are refused before they are all there', async () => {
  const { relay, seen } = await start();
  const got = await exchangeBytes(relay, `POST ${PATH} HTTP/1.1\r\nx-a: ${'a'.repeat(200_000)}`);
  expect(got).toMatch(/^HTTP\/1\.1 431 /);
  expect(seen).toEqual([]);
});

it('headers that never end hold no place of a request', async () => {
  const { relay } = await start();
  const sockets = Array.from({ length: 200 }, () => {
    const socket = connect(relay.port, '127.0.0.1', () =>
      socket.write(`POST ${PATH} HTTP/1.1\r\nhost: x\r\nx-a: `),
    );
    socket.on('error', () => {});
    return socket;
  });
  const good = await relay.post(CHAT);
  expect(good.status).toBe(200);
  expect(relay.active()).toBe(0);
  for (const socket of sockets) socket.destroy();
});
