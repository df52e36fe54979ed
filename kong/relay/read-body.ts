// Reads a request body, within its limit.
import type { IncomingMessage } from 'node:http';
import { GatewayError } from './errors.ts';

/** @throws GatewayError body_too_large, body_incomplete */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > maxBytes) return Promise.reject(new GatewayError('body_too_large'));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        request.pause();
        reject(new GatewayError('body_too_large'));
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.on('error', (cause) => reject(new GatewayError('body_incomplete', { cause })));
    request.on('close', () => {
      if (!request.complete) reject(new GatewayError('body_incomplete'));
    });
  });
}
