// Answers that the gateway gives itself, in Kong's words (kong/tools/http.lua, kong/pdk/response.lua).
import type { RequestContext } from './context.ts';

/** A whole answer that ends the request before it reaches an upstream. Headers in wire form. */
export interface Exit {
  status: number;
  headers: [name: string, value: string][];
  body: Buffer;
}

const MESSAGES: Record<number, string> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Request timeout',
  413: 'Payload too large',
  414: 'URI too long',
  426: 'Upgrade required',
  429: 'Too many requests',
  494: 'Request header or cookie too large',
  500: 'An unexpected error occurred',
  502: 'An invalid response was received from the upstream server',
  503: 'The upstream server is currently unavailable',
  504: 'The upstream server is timing out',
};

const TEMPLATES: Record<string, (message: string, requestId: string) => string> = {
  'application/json; charset=utf-8': (message, requestId) =>
    `{\n  "message":${JSON.stringify(message)},\n  "request_id":"${requestId}"\n}`,
  'text/plain; charset=utf-8': (message, requestId) => `${message}\nrequest_id: ${requestId}\n`,
  'text/html; charset=utf-8': (message, requestId) =>
    `<!doctype html>\n<html>\n  <head>\n    <meta charset="utf-8">\n    <title>Error</title>\n  </head>\n` +
    `  <body>\n    <h1>Error</h1>\n    <p>${escapeMarkup(message)}.</p>\n    <p>request_id: ${requestId}</p>\n  </body>\n</html>\n`,
  'application/xml; charset=utf-8': (message, requestId) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<error>\n  <message>${escapeMarkup(message)}</message>\n` +
    `  <requestid>${requestId}</requestid>\n</error>\n`,
};
const JSON_TYPE = 'application/json; charset=utf-8';

/** An error in the form that the client accepts, JSON by default. */
export function errorExit(
  context: Pick<RequestContext, 'id' | 'headers'>,
  status: number,
  message = messageOf(status),
  headers: Exit['headers'] = [],
): Exit {
  return written(context.id, status, message, acceptedType(context.headers.get('accept')), headers);
}

/** An error that in Kong is nginx's: without an Accept header it is in the form of the request, or plain text. */
export function nginxErrorExit(context: Pick<RequestContext, 'id' | 'headers'>, status: number): Exit {
  const { headers } = context;
  const accepted = headers.get('accept') ?? headers.get('content-type') ?? 'text/plain';
  return written(context.id, status, messageOf(status), acceptedType(accepted));
}

function written(
  requestId: string,
  status: number,
  message: string,
  type: string,
  headers: Exit['headers'] = [],
): Exit {
  const body = Buffer.from(TEMPLATES[type]!(message, requestId));
  return { status, headers: [...headers, ['Content-Type', type]], body };
}

function messageOf(status: number): string {
  return MESSAGES[status] ?? `The upstream server responded with ${status}`;
}

export function jsonExit(status: number, value: unknown): Exit {
  return { status, headers: [['Content-Type', JSON_TYPE]], body: Buffer.from(JSON.stringify(value)) };
}

export function emptyExit(status: number): Exit {
  return { status, headers: [], body: Buffer.alloc(0) };
}

function acceptedType(accept: string | undefined): string {
  let best = JSON_TYPE;
  let bestQuality = 0;
  for (const item of (accept ?? '').split(',')) {
    const [media = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    const quality = Number(parameters.find((parameter) => /^q\s*=/.test(parameter))?.split('=')[1] ?? 1);
    const type = media === 'text/*' ? 'text/plain; charset=utf-8' : `${media}; charset=utf-8`;
    if (!(quality > bestQuality) || !media.includes('/')) continue;
    bestQuality = quality;
    best = Object.hasOwn(TEMPLATES, type) ? type : JSON_TYPE;
  }
  return best;
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
