// A relay worker: its configs and shared state come from the primary process over IPC.
import cluster from 'node:cluster';
import { type ConfigRecord, ConfigStore } from '../plan/config-store.ts';
import { createLog } from '../relay/log.ts';
import { type NodeState, Topics } from '../relay/node-state.ts';
import { closeRedis } from '../relay/redis.ts';
import type { ToPrimary, ToWorker } from './ipc.ts';
import { type RelayProcess, startRelayProcess } from './relay-process.ts';

/** The primary only counts and looks up; a call that takes longer will not be answered at all. */
const CALL_TIMEOUT_MS = 2_000;
/**
 * Which worker takes a connection is chance, those of a burst may all be one's, and Kong keeps them for thousands of
 * requests. Opened anew now and then, they go to the worker that has time.
 */
const RENEW_MS = 30_000;

const topics = new Topics();
const configs = new ConfigStore();
const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
let lastId = 0;
let relay: RelayProcess | undefined;

const node: NodeState = {
  call: (plugin, method, args) => ask((id) => ({ type: 'call', id, plugin, method, args })),
  listen: (topic, listener) => topics.listen(topic, listener),
};

process.on('message', (message: ToWorker) => void receive(message));
// Another module's listener (prom-client has one) takes what came before this one was there.
send({ type: 'up' });
// The primary is gone: nothing can be shared or administered any more. Node would end the process at once, and with it
// the answers under way and the records of those that have ended.
cluster.worker?.on('disconnect', () => {
  cluster.worker!.exitedAfterDisconnect = true;
  void close();
});
// A connection that a killed primary had just handed over is answered all the same.
cluster.worker?.on('error', () => {});
// The primary drains its workers; a signal to the whole group must not cut that short.
process.on('SIGTERM', () => {});
process.on('SIGINT', () => {});

async function receive(message: ToWorker): Promise<void> {
  switch (message.type) {
    case 'start':
      return start(message);
    case 'config':
      return configs.set(message.hash, message.record);
    case 'publish':
      return topics.publish(message.topic, message.payload);
    case 'result':
      return settle(message);
    case 'metrics':
      return send({
        type: 'metrics',
        id: message.id,
        metrics: await relay?.metrics.registry.getMetricsAsJSON(),
      });
    case 'close':
      return close();
  }
}

async function start({
  options,
  secret,
  configs: known,
}: Extract<ToWorker, { type: 'start' }>): Promise<void> {
  for (const [hash, record] of known) configs.set(hash, record);
  const source = { get: (hash: string) => configs.get(hash) ?? fetchConfig(hash) };
  try {
    const log = createLog(options.logLevel);
    const context = { secret: Buffer.from(secret, 'base64'), configs: source, node, log };
    relay = await startRelayProcess({ ...options, renewMs: RENEW_MS }, context);
    send({ type: 'listening', port: relay.port });
  } catch (error) {
    // Without a relay it is of no use; the primary starts another one, or gives up.
    process.send?.({ type: 'failed', reason: (error as Error).message } satisfies ToPrimary, () =>
      process.exit(1),
    );
  }
}

async function close(): Promise<void> {
  await relay?.close();
  closeRedis();
  process.exit(0);
}

/** A plan may arrive a moment before the message that announces its config. */
async function fetchConfig(hash: string): Promise<ConfigRecord | undefined> {
  // A primary that does not answer knows nothing either: the client is told to try again.
  const asked = ask((id) => ({ type: 'config', id, hash })).catch(() => undefined);
  const record = (await asked) as ConfigRecord | undefined;
  if (record) configs.set(hash, record);
  return record;
}

function ask(message: (id: number) => ToPrimary): Promise<unknown> {
  lastId += 1;
  const id = lastId;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => settle({ id, error: 'the primary process did not answer' }),
      CALL_TIMEOUT_MS,
    );
    const done =
      <T>(how: (value: T) => void) =>
      (value: T): void => {
        clearTimeout(timer);
        how(value);
      };
    waiting.set(id, { resolve: done(resolve), reject: done(reject) });
    send(message(id), (error) => settle({ id, error: error.message }));
  });
}

function settle({ id, value, error }: { id: number; value?: unknown; error?: string }): void {
  const call = waiting.get(id);
  waiting.delete(id);
  if (error === undefined) call?.resolve(value);
  else call?.reject(new Error(error));
}

/** Without somebody who takes the error, a primary that was killed would end its workers in the middle of their answers. */
function send(message: ToPrimary, failed: (error: Error) => void = () => {}): void {
  process.send?.(message, (error: Error | null) => error && failed(error));
}
