// A real relay whose innermost stage sends every request to one upstream in one outbound format: translation over HTTP,
// without targets, keys and retries.
import { request as send } from 'undici';
import { z } from 'zod';
import type { OutboundChat } from '../../kong/llm/format.ts';
import { readUsage } from '../../kong/llm/formats/openai-chat/usage.ts';
import { isStreamType } from '../../kong/llm/framing.ts';
import { EventStream } from '../../kong/llm/stream.ts';
import { mergeUsage } from '../../kong/llm/usage.ts';
import { ConfigStore } from '../../kong/plan/config-store.ts';
import { planDigest, planHeader, signEntry } from '../../kong/plan/entry.ts';
import { IDENTITY_HEADER, signIdentity } from '../../kong/plan/identity.ts';
import { newSecret } from '../../kong/plan/signature.ts';
import { WholeAnswer } from '../../kong/relay/answer.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';
import type { Log } from '../../kong/relay/log.ts';
import { PlanReader } from '../../kong/relay/plan.ts';
import type { PluginDefinition } from '../../kong/relay/plugin.ts';
import { startRelay } from '../../kong/relay/server.ts';
import type { StageHost } from '../../kong/relay/stage.ts';
import { Stages } from '../../kong/relay/stages.ts';
import { statusFailure } from '../../plugins/ai-proxy/failure.ts';
import { ProviderStream } from '../../plugins/ai-proxy/provider-stream.ts';
import { PassingReader, TranslatingReader } from '../../plugins/ai-proxy/readers.ts';

export interface TranslatingRelay {
  /** `http://127.0.0.1:PORT`, without a path. */
  url: string;
  /** What Kong would add. */
  headers: Record<string, string>;
  /** The exchanges that were served, the last one last. */
  exchanges: Exchange[];
  close(): Promise<void>;
}

export interface RelayTo {
  upstream: string;
  /** Undefined: the client's own format goes out, to the path that it came on. */
  outbound?: OutboundChat;
  dropUnsupported?: boolean;
}

const silent = { info() {}, warn() {}, error() {}, debug() {}, trace() {}, fatal() {} } as unknown as Log;

/** @param to asked for each request */
export async function startTranslatingRelay(to: () => RelayTo): Promise<TranslatingRelay> {
  const exchanges: Exchange[] = [];
  const definition: PluginDefinition = {
    name: 'translator',
    version: '0',
    priority: 1,
    config: z.object({}),
    innermost: true,
    stage: () => ({
      async run(exchange) {
        exchanges.push(exchange);
        await relay(exchange, to());
      },
    }),
  };
  const secret = newSecret();
  const configs = new ConfigStore();
  const configHash = configs.put({ plugin: 'translator', pluginId: 'p', config: {} });
  const host = (): StageHost => ({ log: silent }) as StageHost;
  const stages = new Stages(new Map([['translator', definition]]), host);
  const minute = Math.floor(Date.now() / 60_000);
  const server = await startRelay({
    host: '127.0.0.1',
    port: 0,
    plans: new PlanReader(secret, configs, stages),
    log: silent,
    maxBodyBytes: 32 * 1024 * 1024,
    maxHeaders: 100,
    heartbeatMs: 0,
    maxConcurrent: 100,
    drainMs: 0,
  } as Parameters<typeof startRelay>[0]);
  const token = signEntry(secret, { plugin: 'translator', pluginId: 'p', configHash }, minute);
  const plan = planDigest([['translator', token]]);
  return {
    url: `http://127.0.0.1:${server.port}`,
    headers: {
      [planHeader('translator')]: token,
      [IDENTITY_HEADER]: signIdentity(secret, { identity: {}, plan }, minute),
    },
    exchanges,
    close: () => server.close(),
  };
}

async function relay(
  exchange: Exchange,
  { upstream, outbound, dropUnsupported = false }: RelayTo,
): Promise<void> {
  const { format, request } = exchange;
  const model = format.request.model(request.body, request.path) ?? '';
  const translates = outbound !== undefined && outbound.name !== format.name;
  const common = translates
    ? { ...format.chat!.toCommon(request.body, { path: request.path, dropUnsupported }), model }
    : undefined;
  const body = common ? JSON.stringify(outbound!.fromCommon(common, { dropUnsupported })) : request.toBytes();
  const path = outbound?.path?.(model, exchange.streams) ?? request.path;
  const response = await send(`${upstream}${path}`, {
    method: request.method as 'POST',
    headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
    ...(request.method === 'GET' ? {} : { body }),
    signal: exchange.signal,
  });
  const type = String(response.headers['content-type'] ?? '');
  if (response.statusCode === 200 && isStreamType(outbound?.framing, type)) {
    const onUsage = (usage: Exchange['usage']) => {
      exchange.usage = usage && mergeUsage(exchange.usage, usage);
    };
    const reader = common
      ? new TranslatingReader(format.chat!, outbound!.toChunks(common), common, onUsage)
      : new PassingReader(format, false, onUsage);
    const { body } = response;
    const flow = {
      pause: () => void body.pause(),
      resume: () => void body.resume(),
      abort: () => void body.destroy(),
    };
    const source = await new Promise<ProviderStream>((begun, fail) => {
      const stream: ProviderStream = new ProviderStream(flow, reader, outbound?.framing, {
        begun: () => begun(stream),
        over: (error) => error && fail(error),
        cancelled: () => {},
      });
      body.on('data', (chunk: Buffer) => stream.data(chunk));
      body.on('end', () => stream.end());
      body.on('error', (error) => stream.error(error));
    });
    exchange.answer = { kind: 'stream', status: 200, headers: {}, stream: new EventStream(source) };
    return;
  }
  const bytes = Buffer.from(await response.body.arrayBuffer());
  if (response.statusCode !== 200) {
    const error = JSON.parse(bytes.toString());
    throw statusFailure(response.statusCode, {}, error, outbound?.errorMessage(error) ?? error.error?.message)
      .error;
  }
  const answer = WholeAnswer.ofBytes(200, { 'content-type': type }, bytes);
  if (!common) {
    exchange.usage = format.answer.usage(answer.body);
    exchange.answer = answer;
    return;
  }
  const translated = outbound!.toAnswer(answer.body);
  exchange.usage = readUsage(translated.usage);
  exchange.answer = WholeAnswer.ofJson(200, format.chat!.fromAnswer(translated, common));
}
