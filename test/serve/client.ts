// A request as Kong brings it: the plugins' events over the socket, then HTTP to where they point.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
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
      const { calls } = await kong.event(id);
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

/** On a connection of its own, as workers share connections, not requests. */
export async function send(
  { url, headers }: Declared,
  body: object = {},
  more: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> {
  const sent = request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers, ...more },
    agent: false,
    ...(signal ? { signal } : {}),
  });
  sent.end(JSON.stringify({ messages: [{ role: 'user', content: 'Hello?' }], ...body }));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return new Response(Readable.toWeb(response) as ReadableStream, { status: response.statusCode! });
}

export async function chatThrough(
  kong: FakeKong,
  { baseUrl, headers = {} }: { baseUrl: string; headers?: Record<string, string> },
): Promise<Response> {
  const proxy = await startProxy(kong, baseUrl);
  return send(await proxy.declare(), {}, headers);
}
