// What one stage costs by itself: CPU time around a provider that answers at once, without HTTP.
import { openaiChat } from '../../kong/llm/formats/openai-chat/format.ts';
import { WholeAnswer } from '../../kong/relay/answer.ts';
import { Cancellation } from '../../kong/relay/cancellation.ts';
import { Exchange } from '../../kong/relay/exchange.ts';
import { createLog } from '../../kong/relay/log.ts';
import { Metrics } from '../../kong/relay/metrics.ts';
import { LocalNodeState, Topics } from '../../kong/relay/node-state.ts';
import { InboundRequest } from '../../kong/relay/request.ts';
import type { RunningStage, StageHost } from '../../kong/relay/stage.ts';

const PATH = '/v1/chat/completions';
const IDENTITY = { route: { id: 'route' }, service: { id: 'service' }, consumer: { id: 'consumer' } };
const log = createLog('silent');

export function benchHost(plugin: string): StageHost {
  const kept = new Map<string, unknown>();
  return {
    plugin,
    pluginId: 'bench',
    log,
    metrics: new Metrics(),
    state<T>(key: string, create: () => T): T {
      if (!kept.has(key)) kept.set(key, create());
      return kept.get(key) as T;
    },
    node: new LocalNodeState(new Map(), new Topics()),
  };
}

export interface StageCost {
  /** CPU time of the process per request, µs: the best of all rounds, for others disturb only upwards. */
  cpu: number;
  /** What the last answer said. */
  header(name: string): string | undefined;
}

/**
 * @param body the request's bytes by its number
 * @param answer of the provider
 */
export async function stageCost(
  stage: RunningStage | undefined,
  body: (i: number) => Buffer,
  answer: Buffer,
  { rounds, batch }: { rounds: number; batch: number },
): Promise<StageCost> {
  let best = Number.POSITIVE_INFINITY;
  let last: Exchange | undefined;
  let asked = 0;
  for (let round = 0; round < rounds; round += 1) {
    const bodies = Array.from({ length: batch }, () => body(asked++));
    const before = process.cpuUsage();
    for (const bytes of bodies) last = await one(stage, bytes, answer);
    // What goes on after the answer is part of what it costs.
    await new Promise((resolve) => setTimeout(resolve, 2));
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / batch);
  }
  return { cpu: best, header: (name) => last?.responseHeaders[name] };
}

async function one(stage: RunningStage | undefined, bytes: Buffer, answer: Buffer): Promise<Exchange> {
  const request = new InboundRequest({
    method: 'POST',
    path: PATH,
    originalPath: PATH,
    query: new URLSearchParams(),
    headers: { 'content-type': 'application/json' },
    bytes,
  });
  const exchange = new Exchange({
    id: 'bench',
    identity: IDENTITY,
    format: openaiChat,
    cancellation: new Cancellation(),
    log,
    received: Date.now(),
    providerConfig: 'bench',
    request,
  });
  // As the relay does before the stages run.
  openaiChat.request.check(request.body);
  const next = async (): Promise<void> => {
    exchange.answer = WholeAnswer.ofBytes(200, { 'content-type': 'application/json' }, answer);
  };
  if (stage) await stage.run(exchange, next);
  else await next();
  if (exchange.answer?.kind === 'whole') exchange.answer.toBytes();
  exchange.finish({ kind: 'complete', status: 200 });
  return exchange;
}
