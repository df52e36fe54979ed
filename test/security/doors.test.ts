// Who gets in, and for how long.
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packagePath } from '../../kong/root.ts';
import { readOptions } from '../../kong/serve/options.ts';
import { answers, CHAT, PATH, startTestRelay } from '../relay/relay.ts';

it('relay and admin listen on loopback, and the socket is for owner and group, unless somebody says otherwise', () => {
  const { relayHost, adminHost, socketMode } = readOptions({});
  expect([relayHost, adminHost]).toEqual(['127.0.0.1', '127.0.0.1']);
  expect(socketMode & 0o007).toBe(0);
});

it('an admin token that was meant to be set does not become none', () => {
  expect(() => readOptions({ KONG_AI_ADMIN_TOKEN: '' })).toThrow('KONG_AI_ADMIN_TOKEN');
});

it('what is secret is compared in constant time', () => {
  const folder = packagePath('kong');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const withMac = files.filter((file) => /createHmac\(/.test(readFileSync(join(folder, file), 'utf8')));
  expect(withMac).toEqual(['plan/signature.ts']);
  for (const file of ['plan/signature.ts', 'relay/admin.ts']) {
    expect(readFileSync(join(folder, file), 'utf8'), file).toMatch(/timingSafeEqual\(/);
  }
});

it('headers that dribble in are waited for only so long', { timeout: 60_000 }, async () => {
  const relay = await startTestRelay([answers()]);
  const socket = connect(relay.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`POST ${PATH} HTTP/1.1\r\nhost: x\r\n`);
  const drip = setInterval(() => socket.write('x-a: b\r\n'), 500);
  let text = '';
  for await (const chunk of socket) text += chunk;
  clearInterval(drip);
  expect(text).toMatch(/^HTTP\/1\.1 408 /);
  expect((await relay.post(CHAT)).status).toBe(200);
});
