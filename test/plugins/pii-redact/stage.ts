// A relay with pii-redact and a provider of the test's own.
import { WholeAnswer } from '../../../kong/relay/answer.ts';
import type { Exchange } from '../../../kong/relay/exchange.ts';
import { parseConfig } from '../../../kong/schema/index.ts';
import { piiRedactConfig } from '../../../plugins/pii-redact/config.ts';
import { piiRedact } from '../../../plugins/pii-redact/index.ts';
import { layer, ManualSource, provider, startTestRelay, streamOf } from '../../relay/relay.ts';

export interface Seen {
  /** The bodies that the provider got, as bytes and, when they are JSON, parsed. */
  sent: string[];
  bodies: Record<string, unknown>[];
  /** What an outer stage sees when all is over. */
  notes: Exchange['notes'][];
}

export interface PiiRelay extends Seen {
  chat(content: unknown, more?: Record<string, unknown>): Promise<Response>;
  post(path: string, body: unknown, contentType?: string): Promise<Response>;
  lines: Record<string, unknown>[];
}

export type Provide = (exchange: Exchange) => void | Promise<void>;

/** @param arrived called when the plugin hands the request on */
export async function piiRelay(
  config: Record<string, unknown>,
  provide: Provide,
  arrived: () => void = () => {},
): Promise<PiiRelay> {
  const seen: Seen = { sent: [], bodies: [], notes: [] };
  const outer = layer('cost-log', 799, async (exchange, next) => {
    exchange.onFinish(() => seen.notes.push(exchange.notes));
    await next();
  });
  const inner = provider(async (exchange) => {
    arrived();
    const sent = exchange.request.toBytes().toString();
    seen.sent.push(sent);
    if (sent.startsWith('{')) seen.bodies.push(JSON.parse(sent));
    await provide(exchange);
  });
  const relay = await startTestRelay([outer, piiRedact.definition, inner], { maxBodyBytes: 4_000_000 });
  const pluginId = 'id-of-pii';
  const configHash = relay.configs.put({
    plugin: 'pii-redact',
    pluginId,
    config: parseConfig(piiRedactConfig, config) as Record<string, unknown>,
  });
  const headers = relay.plan(undefined, {}, undefined, { 'pii-redact': { pluginId, configHash } });
  return {
    ...seen,
    lines: relay.lines,
    post: (path, body, contentType = 'application/json') =>
      relay.post(body, { headers: { ...headers, 'content-type': contentType }, path }),
    chat: (content, more = {}) =>
      relay.post({ model: 'm', messages: [{ role: 'user', content }], ...more }, { headers }),
  };
}

/** Answers with a text; `{n}` in it is the content of the n-th message as the provider got it. */
export const says =
  (text: (contents: string[]) => string): Provide =>
  (exchange) => {
    const { messages } = exchange.request.body as { messages: { content: string }[] };
    const content = text(messages.map((message) => message.content));
    exchange.answer = WholeAnswer.ofJson(200, {
      id: 'x',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    });
  };

/** Streams a text in pieces of some characters. */
export const streams =
  (text: (contents: string[]) => string, size: number): Provide =>
  (exchange) => {
    const { messages } = exchange.request.body as { messages: { content: string }[] };
    const whole = text(messages.map((message) => message.content));
    const source = new ManualSource();
    exchange.answer = streamOf(source)!;
    void source.started.then(() => {
      for (let at = 0; at < whole.length; at += size) source.text(whole.slice(at, at + size));
      source.end();
    });
  };

export async function contentOf(response: Response): Promise<string> {
  const body = (await response.json()) as { choices: { message: { content: string } }[] };
  return body.choices[0]!.message.content;
}

export async function streamedOf(response: Response): Promise<string> {
  const text = await response.text();
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map(
      (line) =>
        (JSON.parse(line.slice(6)) as { choices?: { delta: { content?: string } }[] }).choices?.[0]?.delta
          .content ?? '',
    )
    .join('');
}
