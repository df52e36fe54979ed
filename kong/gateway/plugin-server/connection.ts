// One connection to the plugin server, from Kong's side: a call at a time, and the PDK calls that an event makes.
import { connect, type Socket } from 'node:net';
import { EMPTY_FRAME, FrameReader, frame } from '../../rpc/frame.ts';
import { decodeRpcReturn, encodeRpcCall, type RpcCall, type RpcReturn } from '../../rpc/messages.ts';
import { decodePdkArgs, encodePdkResult, isPdkMethod, type PdkMethod } from '../../rpc/pdk.ts';

/** `unreachable`: no connection could be made. `closed`: it ended during a call, which may then be repeated. */
export type PluginServerFailure = 'unreachable' | 'closed' | 'timeout' | 'protocol';

export class PluginServerError extends Error {
  override name = 'PluginServerError';
  readonly failure: PluginServerFailure;

  constructor(failure: PluginServerFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** Answers the PDK calls of one event. `ended` means that the request has its answer and the event is cut short. */
export interface PdkHost {
  call(method: PdkMethod, args: unknown[]): unknown;
  ended(): boolean;
}

export type Call = RpcCall extends infer C ? (C extends RpcCall ? Omit<C, 'sequence'> : never) : never;

/** As nginx's sockets have it by default, and so Kong. */
const CALL_TIMEOUT_MS = 60_000;

interface Pending {
  sequence: number;
  pdk: PdkHost | undefined;
  /** An event's frames are PDK calls until an empty one. */
  inEvent: boolean;
  method: string | undefined;
  resolve(value: RpcReturn | undefined): void;
  reject(error: Error): void;
}

export class PluginConnection {
  /** True once a call has been answered: a later failure may only mean that it was closed while idle. */
  used = false;
  private readonly socket: Socket;
  private readonly reader = new FrameReader();
  private readonly frames: Buffer[] = [];
  private pending: Pending | undefined;
  private sequence = 0;
  private draining = false;

  static open(path: string): Promise<PluginConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      socket.once('error', (error) => {
        const message = `cannot connect to the plugin server at ${path}: ${error.message}`;
        reject(new PluginServerError('unreachable', message, { cause: error }));
      });
      socket.once('connect', () => resolve(new PluginConnection(socket)));
    });
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.removeAllListeners('error');
    socket.on('error', () => {}); // 'close' follows and tells the caller
    socket.on('close', () => this.fail('closed', 'the plugin server closed the connection'));
    socket.on('timeout', () => {
      if (this.pending) this.fail('timeout', 'the plugin server did not answer in time');
      else this.destroy();
    });
    socket.setTimeout(CALL_TIMEOUT_MS);
    socket.on('data', (chunk) => this.receive(chunk));
  }

  get open(): boolean {
    return !this.socket.destroyed && this.socket.writable;
  }

  onClose(listener: () => void): void {
    this.socket.once('close', listener);
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Resolves with nothing when the request was answered during the event (`kong.response.exit`). */
  call(call: Call, pdk?: PdkHost): Promise<RpcReturn | undefined> {
    if (this.pending) throw new Error('a connection carries one call at a time');
    this.sequence += 1;
    const { sequence } = this;
    return new Promise((resolve, reject) => {
      this.pending = { sequence, pdk, inEvent: pdk !== undefined, method: undefined, resolve, reject };
      this.socket.write(frame(encodeRpcCall({ ...call, sequence } as RpcCall)));
      if (!this.open) this.fail('closed', 'the plugin server closed the connection');
    });
  }

  private receive(chunk: Buffer): void {
    try {
      this.reader.push(chunk, (bytes) => this.frames.push(bytes));
    } catch (error) {
      this.fail('protocol', (error as Error).message);
      return;
    }
    void this.drain();
  }

  /** Frames are taken in order; a PDK call that must wait holds back those behind it. */
  private async drain(): Promise<void> {
    if (this.draining) return;
    this.draining = true;
    this.socket.cork();
    try {
      while (this.pending && this.frames.length > 0) {
        const waiting = this.take(this.pending, this.frames.shift()!);
        if (!waiting) continue;
        this.socket.uncork();
        await waiting;
        this.socket.cork();
      }
      if (!this.pending && this.frames.length > 0) this.fail('protocol', 'a frame came unasked');
    } catch (error) {
      this.fail('protocol', (error as Error).message);
    } finally {
      this.socket.uncork();
      this.draining = false;
    }
  }

  private take(pending: Pending, bytes: Buffer): Promise<void> | undefined {
    if (!pending.inEvent) {
      this.finish(pending, bytes);
    } else if (pending.method !== undefined) {
      const { method } = pending;
      pending.method = undefined;
      return this.answer(pending, method, bytes);
    } else if (bytes.length === 0) {
      pending.inEvent = false;
    } else {
      pending.method = bytes.toString('utf8');
    }
    return undefined;
  }

  private answer(pending: Pending, method: string, bytes: Buffer): Promise<void> | undefined {
    if (!isPdkMethod(method)) throw new Error(`method "${method}" not found`);
    const result = pending.pdk!.call(method, decodePdkArgs(method, bytes));
    if (!(result instanceof Promise)) {
      this.reply(pending, method, result);
      return undefined;
    }
    return result.then((value) => this.reply(pending, method, value));
  }

  private reply(pending: Pending, method: PdkMethod, result: unknown): void {
    if (pending.pdk!.ended()) {
      // Kong leaves the event where the request was answered, and drops its connection.
      this.pending = undefined;
      this.frames.length = 0;
      this.destroy();
      pending.resolve(undefined);
      return;
    }
    const encoded = encodePdkResult(method, result);
    this.socket.write(encoded.length === 0 ? EMPTY_FRAME : frame(encoded));
  }

  private finish(pending: Pending, bytes: Buffer): void {
    const value = decodeRpcReturn(bytes);
    if (value.sequence !== pending.sequence) throw new Error('the answer is to another call');
    this.pending = undefined;
    this.used = true;
    pending.resolve(value);
  }

  private fail(failure: PluginServerFailure, message: string): void {
    const { pending } = this;
    this.pending = undefined;
    this.frames.length = 0;
    this.destroy();
    pending?.reject(new PluginServerError(failure, message));
  }
}
