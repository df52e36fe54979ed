// A gateway on a decK text, an upstream that tells what it got, and a plain HTTP client.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gateway, type GatewayOptions, startGateway } from '../../kong/gateway/index.ts';

export interface Upstream {
  port: number;
  url: string;
  /** How many requests came. */
  count(): number;
  close(): Promise<void>;
}

/** Without a handler it answers with what it was asked, as JSON. */
export async function startUpstream(handler?: RequestListener): Promise<Upstream> {
  let count = 0;
  const server: Server = createServer((request, response) => {
    count += 1;
    (handler ?? echo)(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    count: () => count,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface Echo {
  method: string;
  url: string;
  headers: Record<string, string>;
  raw: string[];
  body: string;
}

async function echo(request: IncomingMessage, response: Parameters<RequestListener>[1]): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method, url, headers, rawHeaders: raw } = request;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ method, url, headers, raw, body: Buffer.concat(chunks).toString() }));
}

/** Log lines as `level message {fields}`. */
export interface TestGateway extends Gateway {
  file: string;
  lines: string[];
  write(text: string): void;
}

export async function gatewayFor(text: string, options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  const file = join(folder, 'kong.yaml');
  const write = (content: string) => writeFileSync(file, content);
  write(text);
  const lines: string[] = [];
  const line = (level: string) => (fields: object, message: string) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  };
  const log = { info: line('info'), warn: line('warn'), error: line('error') };
  const gateway = await startGateway({ file, socket: join(folder, 'none.sock'), env: {}, log, ...options });
  return {
    ...gateway,
    file,
    lines,
    write,
    async close() {
      await gateway.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  raw: string[];
  body: string;
  json(): Record<string, unknown>;
  echo(): Echo;
}

export interface Ask {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

/** Paths go out as written, unlike with fetch. Rejects when the answer is broken off. */
export function ask(gateway: { port: number }, path: string, options: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      port: gateway.port,
      host: '127.0.0.1',
      path,
      method: options.method ?? 'GET',
      headers: options.headers ?? {},
      agent: false,
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          raw: response.rawHeaders,
          body,
          json: () => JSON.parse(body),
          echo: () => JSON.parse(body),
        });
      });
    });
    request.end(options.body);
  });
}
