// One request through the gateway: route, plugins by priority, upstream; each step may answer instead.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Configuration, RunnablePlugin } from './configuration.ts';
import { createContext, type RequestContext, withoutPort } from './context.ts';
import { errorExit, nginxErrorExit } from './exit.ts';
import type { HeaderList } from './headers.ts';
import type { Log } from './log.ts';
import { upstreamPath } from './router/path.ts';
import { discardBody } from './upstream/body.ts';
import { answerHeaders, SERVER_NAME } from './upstream/headers.ts';
import { type Agents, openUpstream, UpstreamFailure } from './upstream/request.ts';
import { sendAnswer } from './upstream/response.ts';

/** OpenResty reads no more headers than a sane client sends; node would silently drop what is above its limit. */
const MAX_HEADERS = 1000;

export async function handleRequest(
  incoming: IncomingMessage,
  response: ServerResponse,
  configuration: Configuration,
  agents: Agents,
  log: Log,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  const context = createContext(incoming, gone.signal);
  const collected: RunnablePlugin[] = [];
  try {
    await prepare(context, configuration, collected);
  } catch (error) {
    // Fail closed: whatever broke, the request does not go on.
    const plugin = collected.at(-1)?.name;
    log.error({ requestId: context.id, plugin, error: (error as Error).message }, 'request failed');
    context.exit = errorExit(context, 500);
  }
  if (gone.signal.aborted) return;
  if (context.exit) sendExit(context, response, collected);
  else await proxy(context, response, collected, agents, log);
}

/** Routes and runs the plugins. Either `context.exit` is set afterwards, or the request may go to its service. */
async function prepare(
  context: RequestContext,
  { router, chain }: Configuration,
  collected: RunnablePlugin[],
): Promise<void> {
  if (context.incoming.rawHeaders.length / 2 > MAX_HEADERS) {
    context.exit = errorExit(context, 400, 'Request header or cookie too large');
    return;
  }
  // Before routing only global configs apply, and `find` gives those.
  const global = chain.flatMap((plugins) => plugins.find(context) ?? []);
  for (const plugin of global) if (!context.exit) await plugin.rewrite?.(context);

  if (!context.exit && !route(context, router)) {
    context.exit = errorExit(context, 404, 'no Route matched with those values');
  }
  if (!context.route || context.exit) {
    collected.push(...global);
    return;
  }
  for (const plugins of chain) {
    const plugin = plugins.find(context);
    if (!plugin) continue;
    collected.push(plugin);
    if (!context.exit) await plugin.access?.(context);
  }
  if (!context.exit && !context.service) {
    context.exit = errorExit(context, 503, 'no Service found with those values');
  }
}

function route(context: RequestContext, router: Configuration['router']): boolean {
  const { method, port, normalizedPath: path, headers } = context;
  const host = withoutPort(headers.get('host') ?? '');
  const match = router.match({ method, host, port, path, headers });
  if (!match) return false;
  const { route, prefix } = match;
  const { service } = route;
  context.route = route;
  context.service = service;
  context.strippedPrefix = route.strip_path ? prefix : undefined;
  context.upstream.path = upstreamPath(service, path, route.strip_path ? (prefix ?? '/') : undefined);
  if (route.preserve_host) context.upstream.hostHeader = headers.get('host') ?? '';
  if (!route.protocols.includes('http')) redirectToHttps(context, route.https_redirect_status_code);
  return true;
}

function redirectToHttps(context: RequestContext, status: number): void {
  const headers: [string, string][] =
    status === 426
      ? [
          ['Connection', 'Upgrade'],
          ['Upgrade', 'TLS/1.2, HTTP/1.1'],
        ]
      : [['Location', `https://${context.host}${context.requestUri}`]];
  context.exit =
    status === 426
      ? errorExit(context, 426, 'Please use HTTPS protocol', headers)
      : { status, headers, body: Buffer.alloc(0) };
}

async function proxy(
  context: RequestContext,
  response: ServerResponse,
  collected: RunnablePlugin[],
  agents: Agents,
  log: Log,
): Promise<void> {
  const service = context.service!;
  const sentAt = Date.now();
  try {
    const answer = await openUpstream(context, service, agents);
    const headers = answerHeaders(context, answer);
    for (const plugin of collected) plugin.headerFilter?.(context, headers);
    setProxyHeaders(context, headers, sentAt);
    headers.set('X-Kong-Request-Id', context.id);
    const whole = await sendAnswer(answer, response, headers, service.read_timeout);
    if (!whole && !context.signal.aborted) {
      log.warn({ requestId: context.id, service: service.name }, 'the upstream broke off its answer');
    }
  } catch (error) {
    if (context.signal.aborted) return;
    const failure = error instanceof UpstreamFailure ? error : new UpstreamFailure(500, error);
    const fields = { requestId: context.id, service: service.name, error: failure.message };
    log.error(fields, 'no answer from the upstream');
    // Kong's own errors come before the proxying, nginx's after it.
    const { status, text } = failure;
    context.exit = text ? errorExit(context, status, text) : nginxErrorExit(context, status);
    sendExit(context, response, collected, text ? undefined : sentAt);
  }
}

function setProxyHeaders(context: RequestContext, headers: HeaderList, sentAt: number): void {
  headers.set('X-Kong-Upstream-Latency', String(Date.now() - sentAt));
  headers.set('X-Kong-Proxy-Latency', String(sentAt - context.startedAt));
  const via = headers.getAll('via').join(', ');
  headers.set('Via', `${via === '' ? '' : `${via}, `}1.1 ${SERVER_NAME}`);
}

/** `sentAt` is when the request went to an upstream that then did not answer. */
function sendExit(
  context: RequestContext,
  response: ServerResponse,
  collected: RunnablePlugin[],
  sentAt?: number,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const exit = context.exit!;
  const headers = context.responseHeaders.copy();
  for (const name of new Set(exit.headers.map(([name]) => name.toLowerCase()))) headers.remove(name);
  for (const [name, value] of exit.headers) headers.add(name, value);
  for (const plugin of collected) plugin.headerFilter?.(context, headers);
  if (exit.status !== 204 && exit.status !== 304) headers.set('Content-Length', String(exit.body.length));
  if (sentAt === undefined) headers.set('X-Kong-Response-Latency', String(Date.now() - context.startedAt));
  else setProxyHeaders(context, headers, sentAt);
  headers.set('Server', SERVER_NAME);
  headers.set('X-Kong-Request-Id', context.id);
  response.writeHead(exit.status, headers.toRaw());
  response.end(exit.body);
  discardBody(context.incoming);
}
