// The process that starts relay workers, in the test's own process; the workers run what is built.
import cluster from 'node:cluster';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { packagePath } from '../../kong/root.ts';
import { type Served, serve } from '../../kong/serve/index.ts';
import type { ServeOptions } from '../../kong/serve/options.ts';
import { socketPath } from '../pluginserver/start.ts';
import { reply, startUpstream } from '../support/upstream/index.ts';
import { openaiChat } from '../support/upstream/openai.ts';
import { chatThrough, connected } from './client.ts';

beforeEach(() => {
  const setup = cluster.setupPrimary.bind(cluster);
  const exec = packagePath('dist', 'kong', 'serve', 'worker.js');
  vi.spyOn(cluster, 'setupPrimary').mockImplementation((settings) => setup({ ...settings, exec }));
  return () => vi.restoreAllMocks();
});

async function start(options: Partial<ServeOptions> = {}): Promise<Served> {
  const served = await serve({
    socket: await socketPath(),
    workers: 1,
    relayPort: 0,
    adminPort: 0,
    drainMs: 0,
    logLevel: 'silent',
    ...options,
  });
  onTestFinished(() => served.close());
  return served;
}

const workers = () => Object.values(cluster.workers ?? {});
const status = async ({ adminPort }: Served): Promise<number> =>
  (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status;

describe('a group of one worker', () => {
  it('relays, tells its metrics with its own, and has the worker that dies replaced', async () => {
    const upstream = await startUpstream();
    onTestFinished(() => upstream.close());
    upstream.handle(reply(200, openaiChat({ text: ['Hello.'] })));
    const served = await start();
    const kong = await connected(served.socket);
    const ask = async () => (await chatThrough(kong, { baseUrl: upstream.url })).status;
    expect([await ask(), await status(served)]).toEqual([200, 200]);
    const metrics = await (await fetch(`http://127.0.0.1:${served.adminPort}/metrics`)).text();
    // Counted in the worker, and asked of it.
    expect(metrics).toMatch(/^kong_ai_attempts_total\{.*\} 1$/m);

    const [first] = workers();
    first!.process.kill('SIGKILL');
    await expect.poll(() => status(served), { timeout: 10_000 }).toBe(503);
    await expect.poll(() => status(served), { timeout: 10_000 }).toBe(200);
    expect(workers().map((worker) => worker!.process.pid)).not.toEqual([first!.process.pid]);
    // It has the configs that the first one had.
    expect(await ask()).toBe(200);

    await served.close();
    expect(workers()).toEqual([]);
    await expect(status(served)).rejects.toThrow();
  });
});

describe('a group that cannot start', () => {
  it('fails when no process can be made, and tries none once it is closed', async () => {
    const fork = vi.spyOn(cluster, 'fork').mockImplementation(() => {
      throw new Error('spawn EAGAIN');
    });
    await expect(start()).rejects.toThrow('spawn EAGAIN');
    // The next try would be after 500 ms.
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(fork).toHaveBeenCalledTimes(1);
  });
});
