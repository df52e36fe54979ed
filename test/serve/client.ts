// A request as Kong brings it: the plugins' events over the socket, then HTTP to where they point.
import { onTestFinished } from 'vitest';
import { connectKong, type FakeKong } from '../support/fake-kong.ts';

export async function connected(socket: string): Promise<FakeKong> {
  const kong = await connectKong(socket);
  onTestFinished(() => kong.close());
  return kong;
}

export interface Declared {
  url: string;
  /** The plan and the identity. */
  headers: Record<string, string>;
}

/** Starts an instance of ai-proxy-ts; `declare` has it declare a request. */
export async function startProxy(
  kong: FakeKong,
  baseUrl: string,
  more: object = {},
): Promise<{ declare(): Promise<Declared> }> {
  const target = {
    model: { provider: 'openai-compatible', name: 'm', options: { base_url: `${baseUrl}/v1` } },
    auth: { header_name: 'Authorization', header_value: 'Bearer provider-key' },
  };
  const id = await kong.start('ai-proxy-ts', { __plugin_id: 'proxy-1', targets: [target], ...more });
  return {
    async declare() {
      const { calls } = await kong.event(id, { 'kong.client.get_forwarded_ip': '127.0.0.1' });
      const headers: Record<string, string> = {};
      let url = '';
      for (const [method, args] of calls) {
        if (method.endsWith('add_header')) headers[args[0] as string] = args[1] as string;
        if (method.endsWith('set_target')) url = `http://${args[0]}:${args[1]}/v1/chat/completions`;
      }
      return { url, headers };
    },
  };
}

export function send(
  { url, headers }: Declared,
  body: object = {},
  more: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers, ...more },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello?' }], ...body }),
  });
}

export async function chatThrough(
  kong: FakeKong,
  { baseUrl, headers = {} }: { baseUrl: string; headers?: Record<string, string> },
): Promise<Response> {
  const proxy = await startProxy(kong, baseUrl);
  return send(await proxy.declare(), {}, headers);
}
