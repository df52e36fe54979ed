// The fake upstream of the suite and its control API. It runs in vitest's main process, the tests in others,
// so a test scripts it over HTTP under a key of its own, which travels in the model's name or in the path.
//   PUT /script/KEY    behaviours for requests with the key, in order; the last one repeats
//   GET /requests/KEY  what the upstream saw with the key
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Behaviour, type RecordedRequest, startUpstream } from '../../test/support/upstream/index.ts';
import { decodeBehaviours, encode } from './wire.ts';

export interface SpecUpstream {
  url: string;
  port: number;
  controlUrl: string;
  close(): Promise<void>;
}

export async function startSpecUpstream(
  options: { port?: number; host?: string } = {},
): Promise<SpecUpstream> {
  const upstream = await startUpstream(options);
  const scripts = new Map<string, Behaviour[]>();
  upstream.handle((request) => {
    const script = keysOf(request)
      .map((key) => scripts.get(key))
      .find((found) => found !== undefined);
    return script && script.length > 1 ? script.shift() : script?.[0];
  });

  const control = createServer(async (request, response) => {
    const [, what, key = ''] = (request.url ?? '').split('/');
    if (request.method === 'PUT' && what === 'script') {
      scripts.set(key, decodeBehaviours(await text(request)));
      response.writeHead(204).end();
    } else if (request.method === 'GET' && what === 'requests') {
      response.end(encode(upstream.requests.filter((seen) => keysOf(seen).includes(key))));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
  const { port } = control.address() as AddressInfo;

  return {
    url: upstream.url,
    port: upstream.port,
    controlUrl: `http://127.0.0.1:${port}`,
    async close() {
      control.close();
      control.closeAllConnections();
      await upstream.close();
    },
  };
}

/** Where a key may be: the model's name in the body, or a part of the path (where some providers have the model). */
function keysOf({ json, path }: RecordedRequest): string[] {
  const model = (json as { model?: unknown } | undefined)?.model;
  const parts = path.split(/[/:?]/).filter(Boolean).map(decodeURIComponent);
  return typeof model === 'string' ? [model, ...parts] : parts;
}
