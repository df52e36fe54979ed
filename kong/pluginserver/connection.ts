// One connection from a Kong worker: one call at a time, and inside an event the PDK answers, in order.
import type { Socket } from 'node:net';
import { FrameReader, frame } from '../rpc/frame.ts';
import { decodeRpcCall, encodeRpcReturn, type RpcCall, type RpcReturn } from '../rpc/messages.ts';
import { ProtocolError } from '../rpc/wire.ts';
import type { Instance, Instances } from './instances.ts';
import type { ServedPlugin } from './plugin.ts';
import type { Reading } from './prepared.ts';

export interface ConnectionContext {
  plugins: ReadonlyMap<string, ServedPlugin>;
  instances: Instances;
  log: { warn(fields: object, message: string): void; debug(fields: object, message: string): void };
}

interface Event {
  sequence: number;
  instance: Instance;
  reading: Reading;
  answers: Buffer[];
}

export class Connection {
  private readonly socket: Socket;
  private readonly context: ConnectionContext;
  private readonly frames = new FrameReader();
  /** Answers still to come that nobody reads. */
  private ignored = 0;
  /** An event whose reads are under way. */
  private event: Event | undefined;

  constructor(socket: Socket, context: ConnectionContext) {
    this.socket = socket;
    this.context = context;
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('error', (error) => context.log.debug({ reason: error.message }, 'connection lost'));
  }

  /** Nothing is under way, so the connection can close without Kong noticing more than a reconnect. */
  get idle(): boolean {
    return this.event === undefined && this.ignored === 0;
  }

  private receive(chunk: Buffer): void {
    try {
      this.frames.push(chunk, (body) => this.take(body));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.context.log.warn({ reason: error.message }, 'not the plugin protocol; connection closed');
      this.socket.destroy();
    }
  }

  private take(body: Buffer): void {
    if (this.socket.destroyed) return;
    if (this.event) this.takeAnswer(this.event, body);
    else if (this.ignored > 0) this.ignored -= 1;
    else this.answer(decodeRpcCall(body));
  }

  private answer(call: RpcCall): void {
    switch (call.call) {
      case 'cmd_handle_event':
        return this.handleEvent(call.sequence, call.args.instance_id);
      case 'cmd_start_instance':
        return this.reply(
          call.sequence,
          this.status(this.context.instances.start(call.args.name, call.args.config)),
        );
      case 'cmd_get_instance_status':
        return this.reply(call.sequence, this.status(this.context.instances.get(call.args.instance_id)));
      case 'cmd_close_instance':
        return this.reply(call.sequence, this.status(this.context.instances.close(call.args.instance_id)));
      case 'cmd_get_plugin_names':
        return this.reply(call.sequence, { plugin_names: { names: [...this.context.plugins.keys()] } });
      case 'cmd_get_plugin_info':
        return this.reply(call.sequence, this.info(call.args.name));
    }
  }

  private handleEvent(sequence: number, instanceId: number): void {
    const instance = this.context.instances.get(instanceId);
    // Kong takes "closed" as the sign to start the instance anew and repeat the event.
    if (!instance)
      return this.hangUp({ instanceId }, 'no such instance; connection closed so that Kong starts it anew');
    const reading = instance.program.reads();
    const event = { sequence, instance, reading, answers: [] };
    if (reading.answers === 0) return this.finish(event);
    this.event = event;
    this.socket.write(reading.bytes);
  }

  private takeAnswer(event: Event, body: Buffer): void {
    event.answers.push(body);
    if (event.answers.length < event.reading.answers) return;
    this.event = undefined;
    this.finish(event);
  }

  private finish({ sequence, instance, reading, answers }: Event): void {
    const writes = instance.program.writes(answers, reading.steady);
    this.ignored = writes.answers;
    const end = frame(encodeRpcReturn({ sequence }));
    // One write: answers, end of the calls and the return leave in one piece.
    this.socket.write(Buffer.concat([writes.bytes, end], writes.bytes.length + end.length));
  }

  private reply(sequence: number, result: Omit<RpcReturn, 'sequence'> | undefined): void {
    if (!result) return this.hangUp({}, 'call names nothing that runs here; connection closed');
    this.socket.write(frame(encodeRpcReturn({ sequence, ...result })));
  }

  private hangUp(fields: object, message: string): void {
    this.context.log.warn(fields, message);
    this.socket.destroy();
  }

  private status(instance: Instance | undefined): Omit<RpcReturn, 'sequence'> | undefined {
    if (!instance) return undefined;
    const { id, plugin, startedAt } = instance;
    return { instance_status: { name: plugin.name, instance_id: id, started_at: startedAt } };
  }

  private info(name: string): Omit<RpcReturn, 'sequence'> | undefined {
    const plugin = this.context.plugins.get(name);
    if (!plugin) return undefined;
    const { version, priority, schema } = plugin;
    return { plugin_info: { name, version, priority, phases: ['access'], schema: JSON.stringify(schema) } };
  }
}
