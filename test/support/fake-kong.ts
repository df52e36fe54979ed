// Kong's side of one connection to a plugin server, with every byte that the server wrote kept for looking at.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { FrameReader, frame } from '../../kong/rpc/frame.ts';
import { decodeRpcReturn, encodeRpcCall, type RpcCall, type RpcReturn } from '../../kong/rpc/messages.ts';
import { decodePdkArgs, encodePdkResult, type PdkMethod } from '../../kong/rpc/pdk.ts';

type WithoutSequence<C> = C extends RpcCall ? Omit<C, 'sequence'> : never;
export type Call = WithoutSequence<RpcCall>;
/** A function is asked with the call's arguments. */
export type PdkResults = Partial<Record<PdkMethod, unknown | ((...args: unknown[]) => unknown)>>;

export interface HandledEvent {
  /** The PDK calls that the server made, in order, with their arguments. */
  calls: [method: PdkMethod, args: unknown[]][];
  /** What the server wrote, one entry for each round: all frames up to the point where it waits for Kong. */
  rounds: Buffer[];
  returned: RpcReturn;
}

export interface FakeKong {
  call(call: Call): Promise<RpcReturn>;
  start(name: string, config: object): Promise<number>;
  /**
   * @param tear cuts the answers to the PDK calls: every byte in a write of its own.
   * @throws ConnectionClosed when the server hung up instead of answering.
   */
  event(instanceId: number, results?: PdkResults, options?: { tear?: boolean }): Promise<HandledEvent>;
  /** Raw bytes, for what no Kong sends. */
  write(bytes: Buffer): void;
  /** Resolves when the server has written something that nobody has taken. */
  arrival(): Promise<void>;
  closed: Promise<void>;
  close(): void;
}

export class ConnectionClosed extends Error {}

export async function connectKong(path: string): Promise<FakeKong> {
  const socket = connect(path);
  await once(socket, 'connect');
  return new Connection(socket);
}

class Connection implements FakeKong {
  readonly closed: Promise<void>;
  private readonly socket: Socket;
  private readonly frames = new FrameReader();
  private readonly arrived: Buffer[] = [];
  private readonly waiting: { resolve(body: Buffer): void; reject(error: Error): void }[] = [];
  private chunks: Buffer[] = [];
  private sequence = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk);
      this.frames.push(chunk, (body) => {
        const next = this.waiting.shift();
        if (next) next.resolve(body);
        else this.arrived.push(body);
      });
    });
    this.closed = once(socket, 'close').then(() => {
      for (const one of this.waiting.splice(0)) one.reject(new ConnectionClosed());
    });
  }

  async call(call: Call): Promise<RpcReturn> {
    const sequence = this.send(call);
    return this.returned(sequence);
  }

  async start(name: string, config: object): Promise<number> {
    const bytes = Buffer.from(JSON.stringify(config));
    const { instance_status } = await this.call({
      call: 'cmd_start_instance',
      args: { name, config: bytes },
    });
    return instance_status!.instance_id;
  }

  async event(instanceId: number, results: PdkResults = {}, { tear = false } = {}): Promise<HandledEvent> {
    this.chunks = [];
    const sequence = this.send({
      call: 'cmd_handle_event',
      args: { instance_id: instanceId, event_name: 'access' },
    });
    const calls: HandledEvent['calls'] = [];
    const rounds: Buffer[] = [];
    const answers: Buffer[] = [];
    for (;;) {
      // Nothing more is here: the server waits, and what it wrote so far was one round.
      if (this.arrived.length === 0 && answers.length > 0) {
        rounds.push(this.taken());
        await this.answer(answers.splice(0), tear);
      }
      const head = await this.next();
      if (head.length === 0) break;
      const method = head.toString() as PdkMethod;
      const args = decodePdkArgs(method, await this.next());
      calls.push([method, args]);
      const result = results[method];
      answers.push(frame(encodePdkResult(method, typeof result === 'function' ? result(...args) : result)));
    }
    const returned = await this.returned(sequence);
    rounds.push(this.taken());
    await this.answer(answers, tear);
    return { calls, rounds, returned };
  }

  write(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  async arrival(): Promise<void> {
    if (this.arrived.length === 0) await once(this.socket, 'data');
  }

  close(): void {
    this.socket.destroy();
  }

  private send(call: Call): number {
    this.sequence += 1;
    this.socket.write(frame(encodeRpcCall({ ...call, sequence: this.sequence } as RpcCall)));
    return this.sequence;
  }

  private async returned(sequence: number): Promise<RpcReturn> {
    const value = decodeRpcReturn(await this.next());
    if (value.sequence !== sequence) throw new Error(`answer to ${value.sequence}, expected ${sequence}`);
    return value;
  }

  private next(): Promise<Buffer> {
    const body = this.arrived.shift();
    if (body) return Promise.resolve(body);
    if (this.socket.destroyed) return Promise.reject(new ConnectionClosed());
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  private taken(): Buffer {
    return Buffer.concat(this.chunks.splice(0));
  }

  private async answer(frames: readonly Buffer[], tear: boolean): Promise<void> {
    const bytes = Buffer.concat(frames);
    if (!tear) {
      if (bytes.length > 0) this.socket.write(bytes);
      return;
    }
    for (const byte of bytes) {
      await new Promise<void>((resolve) => this.socket.write(Buffer.from([byte]), () => resolve()));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
