// Headers on their way through: what Kong and nginx take out and put in, in both directions
// (kong/runloop/handler.lua, kong/templates/nginx_kong.lua).
import type { IncomingMessage } from 'node:http';
import type { RequestContext } from '../context.ts';
import { HeaderList, tokens } from '../headers.ts';

/** Kong names itself and its version here; this is not Kong. */
export const SERVER_NAME = 'kong-ai-gateway';

const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Names and values in turn, as node:http sends them. */
export function upstreamHeaders(context: RequestContext, hostHeader: string): string[] {
  const { headers: given, incoming } = context;
  const headers = given.copy();
  const wantsTrailers = tokens(given.get('te')).includes('trailers');
  for (const name of tokens(given.getAll('connection').join(','))) {
    // Without its length the body would be taken for the next request.
    if (name !== 'content-length') headers.remove(name);
  }
  for (const name of [...HOP_BY_HOP, 'proxy', 'expect', 'host']) headers.remove(name);

  const forwardedFor = given.getAll('x-forwarded-for').join(', ');
  const via = given.getAll('via').join(', ');
  const own: [string, string | undefined][] = [
    ['X-Forwarded-For', forwardedFor ? `${forwardedFor}, ${context.clientIp}` : context.clientIp],
    ['X-Forwarded-Proto', 'http'],
    ['X-Forwarded-Host', context.host],
    ['X-Forwarded-Port', String(context.port)],
    ['X-Forwarded-Path', context.path],
    ['X-Forwarded-Prefix', context.strippedPrefix === '/' ? undefined : context.strippedPrefix],
    ['X-Real-IP', context.clientIp],
    ['X-Kong-Request-Id', context.id],
    ['Via', `${via === '' ? '' : `${via}, `}${incoming.httpVersion} ${SERVER_NAME}`],
    ['TE', wantsTrailers ? 'trailers' : undefined],
  ];
  for (const [name, value] of own) {
    if (value === undefined) headers.remove(name);
    else headers.set(name, value);
  }

  if (context.body) {
    headers.set('Content-Length', String(context.body.length));
  } else if (given.has('transfer-encoding')) {
    headers.set('Transfer-Encoding', 'chunked');
  }
  return ['Host', hostHeader, ...headers.toRaw()];
}

/** The answer's headers without those of the connection, behind what plugins set in the access phase. */
export function answerHeaders(context: RequestContext, response: IncomingMessage): HeaderList {
  const headers = HeaderList.fromRaw(response.rawHeaders);
  const named = tokens(headers.getAll('connection').join(','));
  for (const name of [...named, ...HOP_BY_HOP]) headers.remove(name);
  if (!headers.has('server')) headers.set('Server', SERVER_NAME);

  const all = context.responseHeaders.copy();
  const raw = headers.toRaw();
  for (let i = 0; i < raw.length; i += 2) all.add(raw[i]!, raw[i + 1]!);
  return all;
}
