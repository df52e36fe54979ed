// `kong-ai start` with relay workers, as a process of its own: the built command, signals and all.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { packagePath } from '../../kong/root.ts';
import { socketPath } from '../pluginserver/start.ts';
import { deferred } from '../support/deferred.ts';
import { freePort } from '../support/free-port.ts';
import { reply, sse, startUpstream } from '../support/upstream/index.ts';
import { openaiChat, openaiChatEvents } from '../support/upstream/openai.ts';
import { connected, type Declared, send, startProxy } from './client.ts';

interface Started {
  child: ChildProcess;
  socket: string;
  adminUrl: string;
  relayPort: number;
  /** Log lines, parsed. */
  lines: Record<string, unknown>[];
  exited: Promise<number | null>;
}

async function start(env: Record<string, string> = {}): Promise<Started> {
  const socket = env.KONG_AI_SOCKET ?? (await socketPath());
  const child = spawn(process.execPath, [packagePath('dist', 'kong', 'cli.js'), 'start'], {
    env: {
      PATH: process.env.PATH,
      KONG_AI_SOCKET: socket,
      KONG_AI_RELAY_PORT: '0',
      KONG_AI_ADMIN_PORT: '0',
      KONG_AI_WORKERS: '2',
      KONG_AI_DRAIN_SECONDS: '10',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  onTestFinished(() => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // All of the group has ended.
    }
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const lines: Started['lines'] = [];
  const ready = deferred<Record<string, unknown>>();
  let pending = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    const [rest, ...whole] = (pending + chunk).split('\n').reverse();
    pending = rest!;
    for (const line of whole.reverse()) {
      const parsed = JSON.parse(line) as Record<string, unknown>;
      lines.push(parsed);
      if (parsed.msg === 'ready') ready.resolve(parsed);
    }
  });
  let errors = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  const early = exited.then((code) => {
    throw new Error(`ended with ${code}: ${errors}`);
  });
  early.catch(() => {});
  const { adminPort, relayPort } = await Promise.race([ready.promise, early]);
  return {
    child,
    socket,
    adminUrl: `http://127.0.0.1:${adminPort}`,
    relayPort: relayPort as number,
    lines,
    exited,
  };
}

/** The pids of the relay workers. */
async function workersOf({ child }: Started): Promise<number[]> {
  const text = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
  return text.trim().split(/\s+/).filter(Boolean).map(Number);
}

/** What happens while the other workers stand still: new connections are this one's. */
async function onlyBy<T>(worker: number, started: Started, act: () => Promise<T>): Promise<T> {
  const others = (await workersOf(started)).filter((pid) => pid !== worker);
  for (const pid of others) process.kill(pid, 'SIGSTOP');
  try {
    return await act();
  } finally {
    for (const pid of others) process.kill(pid, 'SIGCONT');
  }
}

/** The status of a request over one of the agent's connections. */
async function statusOf({ url, headers }: Declared, agent: Agent): Promise<number | undefined> {
  const sent = request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    agent,
  });
  sent.end(JSON.stringify({ messages: [{ role: 'user', content: 'Hello?' }] }));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode;
}

async function startModel() {
  const upstream = await startUpstream();
  onTestFinished(() => upstream.close());
  upstream.handle(reply(200, openaiChat({ text: ['Hello.'] })));
  return upstream;
}

describe.runIf(process.platform === 'linux')('kong-ai start with workers', () => {
  it('serves from every worker, which all know the configs, and adds up their metrics', async () => {
    const upstream = await startModel();
    const started = await start();
    const workers = await workersOf(started);
    expect(workers).toHaveLength(2);
    const declared = await (await startProxy(await connected(started.socket), upstream.url)).declare();
    for (const worker of workers) {
      expect((await onlyBy(worker, started, () => send(declared))).status).toBe(200);
    }
    const metrics = await (await fetch(`${started.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/^process_cpu_seconds_total \d/m);
    expect((await fetch(`${started.adminUrl}/readyz`)).status).toBe(200);
  });

  it('tells every worker of a breaker that opened in one', async () => {
    const upstream = await startModel();
    const started = await start();
    const more = { balancer: { max_fails: 2, retries: 0, fail_timeout: 60_000 } };
    const declared = await (await startProxy(await connected(started.socket), upstream.url, more)).declare();
    // Both know the upstream now.
    const workers = await workersOf(started);
    for (const worker of workers) {
      expect((await onlyBy(worker, started, () => send(declared))).status).toBe(200);
    }
    upstream.handle(reply(500));
    // One connection is one worker's.
    const one = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => one.destroy());
    const asked: (number | undefined)[] = [];
    for (let i = 0; i < 3; i += 1) asked.push(await statusOf(declared, one));
    expect(asked).toEqual([502, 502, 503]);
    await expect
      .poll(() => started.lines.some(({ msg, told }) => msg === 'breaker changed' && told === true))
      .toBe(true);
    const statuses = [];
    for (const worker of workers) {
      statuses.push((await onlyBy(worker, started, () => send(declared))).status);
    }
    expect([statuses, upstream.requests.length]).toEqual([[503, 503], 4]);
  });

  it('replaces a worker that died, and the new one serves plans of configs from before', async () => {
    const upstream = await startModel();
    const started = await start();
    const proxy = await startProxy(await connected(started.socket), upstream.url);
    const declared = await proxy.declare();
    expect((await send(declared)).status).toBe(200);
    const before = await workersOf(started);
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await expect
      .poll(async () => (await workersOf(started)).filter((pid) => !before.includes(pid)).length, {
        timeout: 15_000,
      })
      .toBe(2);
    await expect
      .poll(async () => (await fetch(`${started.adminUrl}/readyz`)).status, { timeout: 15_000 })
      .toBe(200);
    for (let i = 0; i < 4; i += 1) {
      expect((await send(await proxy.declare())).status).toBe(200);
    }
    expect(started.lines.filter(({ msg }) => String(msg).includes('relay worker died'))).toHaveLength(2);
  });

  it('replaces one of two that died, on the port that the other still serves', async () => {
    const upstream = await startModel();
    const started = await start();
    const declared = await (await startProxy(await connected(started.socket), upstream.url)).declare();
    const [first, second] = await workersOf(started);
    process.kill(first!, 'SIGKILL');
    const replacement = await vi.waitUntil(
      async () => (await workersOf(started)).find((pid) => pid !== first && pid !== second),
      { timeout: 20_000 },
    );
    expect((await onlyBy(replacement, started, () => send(declared))).status).toBe(200);
    expect(started.lines.filter(({ msg }) => String(msg).startsWith('relay worker'))).toHaveLength(1);
  });

  it('answer whoever connects while one of them stands still', async () => {
    const started = await start();
    const [first] = await workersOf(started);
    process.kill(first!, 'SIGSTOP');
    const ask = async (): Promise<string> => {
      const socket = connect(started.relayPort, '127.0.0.1');
      socket.end('GET / HTTP/1.1\r\nhost: relay\r\nconnection: close\r\n\r\n');
      return text(socket);
    };
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    expect(new Set(answers.map((answer) => answer.slice(0, 12)))).toEqual(new Set(['HTTP/1.1 400']));
  });

  it('on SIGTERM finishes what is under way, removes the socket and ends with 0', async () => {
    const upstream = await startModel();
    const events = openaiChatEvents({ text: ['a', 'b', 'c', 'd', 'e', 'f'] });
    upstream.handle(sse(events, { delayMs: 50 }));
    const started = await start();
    const proxy = await startProxy(await connected(started.socket), upstream.url);
    const response = await send(await proxy.declare(), { stream: true });
    // To the whole group, as a terminal and some supervisors do: a worker must not end before it is told to.
    process.kill(-started.child.pid!, 'SIGTERM');
    expect(await response.text()).toMatch(/data: \[DONE\]\n\n$/);
    expect(await started.exited).toBe(0);
    expect(existsSync(started.socket)).toBe(false);
  });

  it('finish what is under way when the plugin server is killed, and end then', async () => {
    const upstream = await startModel();
    const events = openaiChatEvents({ text: ['a', 'b', 'c', 'd', 'e', 'f'] });
    upstream.handle(sse(events, { delayMs: 100 }));
    const started = await start();
    const workers = await workersOf(started);
    const proxy = await startProxy(await connected(started.socket), upstream.url);
    const response = await send(await proxy.declare(), { stream: true });
    process.kill(started.child.pid!, 'SIGKILL');
    expect(await response.text()).toMatch(/data: \[DONE\]\n\n$/);
    await expect
      .poll(() => workers.filter((pid) => existsSync(`/proc/${pid}/fd/0`)).length, { timeout: 15_000 })
      .toBe(0);
  });

  it('gives up with a sentence when the relay’s port is taken, and leaves no process behind', async () => {
    const first = await start();
    const port = String(first.relayPort);
    await expect(start({ KONG_AI_RELAY_PORT: port })).rejects.toThrow(/^ended with 1: kong-ai: .*EADDRINUSE/);
  });
});

it('a second start on the same socket ends with 1 and a sentence, and the first goes on', async () => {
  const upstream = await startModel();
  const first = await start({ KONG_AI_WORKERS: '0' });
  const again = start({
    KONG_AI_WORKERS: '0',
    KONG_AI_SOCKET: first.socket,
    KONG_AI_RELAY_PORT: String(await freePort()),
  });
  await expect(again).rejects.toThrow(/^ended with 1: kong-ai: another plugin server listens on/);
  const proxy = await startProxy(await connected(first.socket), upstream.url);
  expect((await send(await proxy.declare())).status).toBe(200);
});
