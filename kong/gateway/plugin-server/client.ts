// The plugin server as Kong uses it: a pool of connections, and what plugins it has.
import type { PluginInfo, RpcReturn } from '../../rpc/messages.ts';
import { type Call, type PdkHost, PluginConnection, PluginServerError } from './connection.ts';

const MAX_IDLE_CONNECTIONS = 64;
const RETRY_EVERY_MS = 100;

export class PluginServerClient {
  private readonly path: string;
  private readonly idle: PluginConnection[] = [];
  private readonly open = new Set<PluginConnection>();
  private closed = false;

  constructor(path: string) {
    this.path = path;
  }

  /** Every plugin by name. Waits for the server up to `patienceMs`. Throws PluginServerError. */
  async plugins(patienceMs: number): Promise<Map<string, PluginInfo>> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      try {
        return await this.ask();
      } catch (error) {
        const unreachable = error instanceof PluginServerError && error.failure === 'unreachable';
        if (!unreachable || this.closed || Date.now() >= deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_EVERY_MS));
      }
    }
  }

  private async ask(): Promise<Map<string, PluginInfo>> {
    const names = await this.call({ call: 'cmd_get_plugin_names', args: {} });
    const plugins = new Map<string, PluginInfo>();
    for (const name of names?.plugin_names?.names ?? []) {
      const answer = await this.call({ call: 'cmd_get_plugin_info', args: { name } });
      const info = answer?.plugin_info;
      if (!info?.name)
        throw new PluginServerError('protocol', `the plugin server tells nothing of '${name}'`);
      plugins.set(name, {
        ...info,
        priority: info.priority ?? 0,
        phases: info.phases ?? [],
        schema: info.schema ?? '',
      });
    }
    return plugins;
  }

  /** A call that may be repeated: once more on a fresh connection when a pooled one turns out to be closed. */
  async call(call: Call): Promise<RpcReturn | undefined> {
    const connection = await this.take();
    const pooled = connection.used;
    try {
      return await this.use(connection, call);
    } catch (error) {
      const stale = pooled && error instanceof PluginServerError && error.failure === 'closed';
      if (!stale) throw error;
      return this.use(await this.connect(), call);
    }
  }

  async handleEvent(instanceId: number, event: string, pdk: PdkHost): Promise<void> {
    const args = { instance_id: instanceId, event_name: event };
    await this.use(await this.take(), { call: 'cmd_handle_event', args }, pdk);
  }

  close(): void {
    this.closed = true;
    for (const connection of this.open) connection.destroy();
  }

  private async use(connection: PluginConnection, call: Call, pdk?: PdkHost): Promise<RpcReturn | undefined> {
    const answer = await connection.call(call, pdk);
    this.giveBack(connection);
    return answer;
  }

  private async take(): Promise<PluginConnection> {
    for (let connection = this.idle.pop(); connection; connection = this.idle.pop()) {
      if (connection.open) return connection;
    }
    return this.connect();
  }

  private async connect(): Promise<PluginConnection> {
    if (this.closed) throw new PluginServerError('unreachable', 'the gateway is closing');
    const connection = await PluginConnection.open(this.path);
    this.open.add(connection);
    connection.onClose(() => {
      this.open.delete(connection);
      const at = this.idle.indexOf(connection);
      if (at >= 0) this.idle.splice(at, 1);
    });
    return connection;
  }

  private giveBack(connection: PluginConnection): void {
    if (!connection.open) return;
    if (this.closed || this.idle.length >= MAX_IDLE_CONNECTIONS) connection.destroy();
    else this.idle.push(connection);
  }
}
