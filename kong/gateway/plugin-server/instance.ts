// One configured plugin in the plugin server: its instance, started at first use and anew when the server lost it
// (kong/runloop/plugin_servers/plugin.lua, rpc/pb_rpc.lua).
import type { Log } from '../log.ts';
import type { PluginServerClient } from './client.ts';
import { type PdkHost, PluginServerError } from './connection.ts';

/** Kong repeats for ever; a server that closes on every event would then hang the request. */
const MAX_TRIES = 3;

export class PluginInstance {
  private readonly client: PluginServerClient;
  private readonly name: string;
  private readonly config: Buffer;
  private readonly log: Log;
  private id: Promise<number> | undefined;

  /** `config` is the JSON that Kong would send, its own keys included. */
  constructor(client: PluginServerClient, name: string, config: object, log: Log) {
    this.client = client;
    this.name = name;
    this.config = Buffer.from(JSON.stringify(config));
    this.log = log;
  }

  /** Runs one phase. Throws PluginServerError; the request must then not go on. */
  async handle(event: string, pdk: PdkHost): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const started = this.start();
      const id = await started;
      try {
        await this.client.handleEvent(id, event, pdk);
        return;
      } catch (error) {
        const closed = error instanceof PluginServerError && error.failure === 'closed';
        if (!closed || attempt === MAX_TRIES) throw error;
        this.log.warn({ plugin: this.name }, `${error.message}; the plugin's instance is started anew`);
        if (this.id === started) this.id = undefined;
      }
    }
  }

  /** Tells the server that this config is no longer used. */
  async close(): Promise<void> {
    const started = this.id;
    this.id = undefined;
    if (!started) return;
    try {
      await this.client.call({ call: 'cmd_close_instance', args: { instance_id: await started } });
    } catch {
      // The server is gone, and the instance with it.
    }
  }

  private start(): Promise<number> {
    this.id ??= this.startInstance().catch((error) => {
      this.id = undefined;
      throw error;
    });
    return this.id;
  }

  private async startInstance(): Promise<number> {
    const args = { name: this.name, config: this.config };
    const answer = await this.client.call({ call: 'cmd_start_instance', args }).catch((error) => {
      if (!(error instanceof PluginServerError) || error.failure !== 'closed') throw error;
      // The protocol has no error field: a config that is refused looks like this.
      throw new PluginServerError('protocol', `the plugin server refused the config of '${this.name}'`);
    });
    const id = answer?.instance_status?.instance_id;
    if (id === undefined)
      throw new PluginServerError('protocol', `no instance of '${this.name}' was started`);
    return id;
  }
}
