// The demo model: an OpenAI-compatible server on loopback for trying the gateway on a machine without a provider key.
// It thinks nothing: answers are made from the question by rule, the same every time, and say so.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chatCompletions } from './demo-model/chat.ts';
import { completions } from './demo-model/completions.ts';
import { embeddings } from './demo-model/embeddings.ts';
import { badRequest, DemoError, type Endpoint, readJson, sendJson } from './demo-model/http.ts';
import { model, models } from './demo-model/models.ts';
import { moderations } from './demo-model/moderations.ts';

export interface DemoModelOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  host?: string;
  /** Pause before each chunk of a stream. 25 ms reads like a real model. */
  chunkDelayMs?: number;
}

export interface DemoModel {
  /** Base URL for clients, `http://HOST:PORT/v1`. */
  url: string;
  /** Stops at once; streams under way are cut. */
  close(): Promise<void>;
}

const CHUNK_DELAY_MS = 25;

const ENDPOINTS: Record<string, Endpoint> = {
  'POST /v1/chat/completions': chatCompletions,
  'POST /v1/completions': completions,
  'POST /v1/embeddings': embeddings,
  'POST /v1/moderations': moderations,
  'GET /v1/models': models,
};

/** @throws the error of `listen` when the port is taken. */
export async function startDemoModel(options: DemoModelOptions = {}): Promise<DemoModel> {
  const { port = 0, host = '127.0.0.1', chunkDelayMs = CHUNK_DELAY_MS } = options;
  const server = createServer(async (request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    try {
      const endpoint = find(request);
      const body = request.method === 'POST' ? await readJson(request) : undefined;
      await endpoint(body, { request, response, chunkDelayMs, signal: gone.signal });
    } catch (error) {
      if (gone.signal.aborted) return;
      if (response.headersSent) response.destroy();
      else if (error instanceof DemoError) sendJson(response, error.status, error.body);
      else sendJson(response, 500, new DemoError(500, 'The demo model failed.', null, null).body);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function find(request: IncomingMessage): Endpoint {
  const path = new URL(request.url!, 'http://demo').pathname;
  const endpoint = ENDPOINTS[`${request.method} ${path}`];
  if (endpoint) return endpoint;
  if (request.method === 'GET' && path.startsWith('/v1/models/')) return model;
  const known = Object.keys(ENDPOINTS).some((key) => key.endsWith(` ${path}`));
  if (known)
    throw badRequest(`Not allowed to ${request.method} on ${path}.`, null, 'method_not_supported', 405);
  throw badRequest(`Unknown request URL: ${request.method} ${path}.`, null, 'unknown_url', 404);
}
