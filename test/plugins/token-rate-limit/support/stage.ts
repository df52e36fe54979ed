// The stage by itself, around a provider that is a function.
import { Writable } from 'node:stream';
import { openaiChat } from '../../../../kong/llm/formats/openai-chat/format.ts';
import { SseEvent } from '../../../../kong/llm/sse.ts';
import { EventStream, type StreamSink } from '../../../../kong/llm/stream.ts';
import type { Usage } from '../../../../kong/llm/usage.ts';
import type { Identity } from '../../../../kong/plan/identity.ts';
import { WholeAnswer } from '../../../../kong/relay/answer.ts';
import { Cancellation } from '../../../../kong/relay/cancellation.ts';
import { type AttemptChoice, Exchange, type Outcome } from '../../../../kong/relay/exchange.ts';
import { createLog } from '../../../../kong/relay/log.ts';
import { Metrics } from '../../../../kong/relay/metrics.ts';
import { LocalNodeState, Topics } from '../../../../kong/relay/node-state.ts';
import { InboundRequest } from '../../../../kong/relay/request.ts';
import type { RunningStage, StageHost } from '../../../../kong/relay/stage.ts';
import { parseConfig } from '../../../../kong/schema/index.ts';
import { tokenRateLimitConfig } from '../../../../plugins/token-rate-limit/config.ts';
import { tokenRateLimit } from '../../../../plugins/token-rate-limit/index.ts';

export interface TestHost extends StageHost {
  /** Log lines, parsed. */
  lines: Record<string, unknown>[];
}

/** A relay process; those that share `node` are on one machine. */
export function testHost(pluginId = 'p1', machine = testMachine()): TestHost {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const state = new Map<string, unknown>();
  return {
    plugin: 'token-rate-limit',
    pluginId,
    log: createLog('info', sink),
    metrics: new Metrics(),
    node: machine,
    lines,
    state<T>(key: string, create: () => T): T {
      if (!state.has(key)) state.set(key, create());
      return state.get(key) as T;
    },
  };
}

export function testMachine(): LocalNodeState {
  const { definition } = tokenRateLimit;
  const part = definition.node!({ log: createLog('silent'), metrics: new Metrics(), broadcast() {} });
  return new LocalNodeState(new Map([['token-rate-limit', part.service!]]), new Topics());
}

export function startStage(config: object, host: StageHost = testHost()): RunningStage {
  return tokenRateLimit.definition.stage(parseConfig(tokenRateLimitConfig, config) as never, host);
}

export const usage = (input: number, output: number): Usage => ({
  input: { total: input },
  output: { total: output },
});

export interface Call {
  body?: object;
  identity?: Identity;
  cancellation?: Cancellation;
  headers?: Record<string, string>;
}

export function newExchange({ body, identity = {}, cancellation, headers = {} }: Call = {}): Exchange {
  const sent = body ?? { model: 'gpt-4o', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] };
  const exchange = new Exchange({
    id: 'r1',
    identity,
    request: new InboundRequest({
      method: 'POST',
      path: '/v1/chat/completions',
      originalPath: '/ai/v1/chat/completions',
      query: new URLSearchParams(),
      headers,
      bytes: Buffer.from(JSON.stringify(sent)),
    }),
    format: openaiChat,
    cancellation: cancellation ?? new Cancellation(),
    log: createLog('silent'),
    received: 0,
  } as ConstructorParameters<typeof Exchange>[0]);
  exchange.model.requested = (sent as { model?: string }).model ?? 'gpt-4o';
  return exchange;
}

/** What ai-proxy does around a call that goes well. */
export async function answered(
  exchange: Exchange,
  used: Usage | undefined,
  choice: AttemptChoice = { target: 't', provider: 'openai', model: 'gpt-4o' },
): Promise<void> {
  await exchange.beforeAttempt(choice);
  exchange.attempts.push({ ...choice, startedAt: 0, status: 200 });
  Object.assign(exchange.model, { used: choice.model, provider: choice.provider, target: choice.target });
  exchange.usage = used;
  exchange.answer = WholeAnswer.ofJson(200, { choices: [] });
}

/** One request from end to end. @returns the error it was refused with, if it was. */
export async function request(
  stage: RunningStage,
  provider: (exchange: Exchange) => Promise<void> | void,
  exchange = newExchange(),
  kind: Outcome['kind'] = 'complete',
): Promise<(Error & { code?: string }) | undefined> {
  let error: (Error & { code?: string }) | undefined;
  try {
    await stage.run(exchange, async () => provider(exchange));
  } catch (thrown) {
    error = thrown as Error;
  }
  exchange.finish({ kind, status: error ? 429 : 200, ...(error ? { error } : {}) });
  await settled();
  return error;
}

/** Finish hooks do not wait for what they start. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** A streamed answer, played by the test piece by piece. */
export class TestStream {
  cancelled: Error | undefined;
  text = '';
  error: (Error & { code?: string }) | undefined;
  private sink: StreamSink | undefined;
  readonly stream = new EventStream({
    start: (sink) => {
      this.sink = sink;
    },
    pause() {},
    resume() {},
    cancel: (reason) => {
      this.cancelled = reason;
    },
  });

  start(): void {
    this.stream.start({
      event: (event) => {
        this.text += JSON.stringify(event.json);
      },
      end() {},
      fail: (error) => {
        this.error = error;
      },
    });
  }

  say(content: string): void {
    const json = { choices: [{ index: 0, delta: { content } }] };
    this.sink!.event(SseEvent.fromBytes(Buffer.from(`data: ${JSON.stringify(json)}\n\n`)));
  }
}
