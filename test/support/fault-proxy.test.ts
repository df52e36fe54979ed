// The proxy that fails does so as networks do: what arrives, arrives in order.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startFaultProxy } from './fault-proxy.ts';

it('what was delayed or held is not overtaken by what comes after', async () => {
  const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const proxy = await startFaultProxy((echo.address() as AddressInfo).port);
  const client = connect(proxy.port, '127.0.0.1');
  onTestFinished(async () => {
    client.destroy();
    await proxy.close();
    echo.close();
  });
  let got = '';
  client.setEncoding('utf8').on('data', (text) => {
    got += text;
  });
  client.setNoDelay(true);
  const say = (text: string): Promise<void> => new Promise((resolve) => client.write(text, () => resolve()));
  const seen = (text: string): Promise<void> => expect.poll(() => got, { timeout: 10_000 }).toBe(text);

  await say('a');
  await seen('a');
  await proxy.slow(300);
  await say('b');
  // By now it waits in the proxy.
  await proxy.slow(1);
  await say('c');
  await proxy.heal();
  await say('d');
  await seen('abcd');
  await proxy.hang();
  await say('e');
  await proxy.heal();
  await say('f');
  await seen('abcdef');
});
