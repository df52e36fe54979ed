// A gateway with a plugin server of the test's own, an upstream that echoes, and a consumer with a key.
import { afterEach } from 'vitest';
import type { GatewayOptions } from '../../kong/gateway/index.ts';
import {
  type FakePlugin,
  type FakePluginServer,
  startFakePluginServer,
} from '../support/fake-plugin-server.ts';
import { gatewayFor, startUpstream, type TestGateway } from '../support/gateway.ts';

/** Run after each test, last first. */
export const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

export interface Setup {
  kong: TestGateway;
  server: FakePluginServer;
  upstream: Awaited<ReturnType<typeof startUpstream>>;
}

export async function setUp(
  plugins: Record<string, FakePlugin>,
  config = '',
  options: Partial<GatewayOptions> = {},
): Promise<Setup> {
  const upstream = await startUpstream();
  closers.push(upstream.close);
  const server = await startFakePluginServer(plugins);
  closers.push(server.close);
  const text = fileFor(upstream.url, Object.keys(plugins), config);
  const kong = await gatewayFor(text, { socket: server.socket, ...options });
  closers.push(kong.close);
  return { kong, server, upstream };
}

export function fileFor(url: string, names: string[], config = ''): string {
  const plugins = names.map((name) => `  - name: ${name}\n    config: {${config}}\n`).join('');
  return `
_format_version: "3.0"
services:
- name: echo
  url: ${url}
  routes:
  - name: api
    paths: [/api]
  plugins:
${plugins}
consumers:
- username: jürgen
  custom_id: c1
  keyauth_credentials: [{key: k1}]
plugins:
- name: key-auth
`;
}

export const authorized = { headers: { apikey: 'k1' } };
