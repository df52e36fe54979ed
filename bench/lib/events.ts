// The plugin server alone: events a second on its core, and what one costs.
import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMPTY_FRAME, FrameReader, frame } from '../../kong/rpc/frame.ts';
import { encodeRpcCall } from '../../kong/rpc/messages.ts';
import type { PluginConfig } from './configs.ts';
import { cpuOf } from './cpu.ts';
import { KongClient } from './kong-client.ts';
import { serveArgs } from './paths.ts';
import { GATEWAY_CORE, start } from './process.ts';

export interface EventRow {
  plugin: string;
  perSecond: number;
  /** µs */
  cpu: number;
}

const CONNECTIONS = 16;

/** Only for plugins whose event writes and does not read: the answers are empty frames. */
export async function measureEvents([plugin, config]: PluginConfig, seconds: number): Promise<EventRow> {
  const socket = join(mkdtempSync(join(tmpdir(), 'bench-')), 's');
  const server = await start(GATEWAY_CORE, process.execPath, serveArgs(socket));
  try {
    const client = new KongClient(socket);
    const instance = await client.startInstance(plugin, config);
    client.close();
    await run(socket, instance, 1);
    const before = cpuOf(server.pid);
    const events = await run(socket, instance, seconds);
    return { plugin, perSecond: events / seconds, cpu: (cpuOf(server.pid) - before) / events };
  } finally {
    await server.stop();
  }
}

async function run(socket: string, instanceId: number, seconds: number): Promise<number> {
  const until = Date.now() + seconds * 1000;
  const counts = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => series(socket, instanceId, until)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** One event after the other on one connection, as a Kong worker sends them. */
function series(path: string, instanceId: number, until: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const frames = new FrameReader();
    const call = frame(
      encodeRpcCall({
        sequence: 1,
        call: 'cmd_handle_event',
        args: { instance_id: instanceId, event_name: 'access' },
      }),
    );
    let events = 0;
    let received = 0;
    let ended = false;
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) =>
      frames.push(chunk, (body) => {
        if (!ended) {
          if (body.length === 0) ended = true;
          else received += 1;
          return;
        }
        events += 1;
        // A method and its argument are two frames, and have one answer.
        const answers = Array.from({ length: received / 2 }, () => EMPTY_FRAME);
        received = 0;
        ended = false;
        if (Date.now() < until) socket.write(Buffer.concat([...answers, call]));
        else {
          socket.destroy();
          resolve(events);
        }
      }),
    );
    socket.write(call);
  });
}
