// A TCP proxy in front of any server, which misbehaves as it is told: for faults between two healthy processes.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Each resolves when it is so. */
export interface FaultProxy {
  port: number;
  /** Breaks every connection and takes no new one, as when the server died. */
  down(): Promise<void>;
  /** Connections stay open and new ones are taken, but nothing passes, as when the server hangs. */
  hang(): Promise<void>;
  /** Every piece in either direction comes so much later, ms. */
  slow(delayMs: number): Promise<void>;
  /** Breaks what is open once; new connections work. */
  cut(): Promise<void>;
  /** As if nothing had happened: what was held back passes now. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

/** @param target port on loopback */
export async function startFaultProxy(target: number): Promise<FaultProxy> {
  const child = fork(fileURLToPath(new URL('fault-proxy.child.mjs', import.meta.url)), [String(target)], {
    execArgv: [],
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const order = async (state: object): Promise<void> => {
    const done = once(child, 'message');
    child.send(state);
    await done;
  };
  return {
    port,
    down: () => order({ refuses: true }),
    hang: () => order({ holds: true }),
    slow: (delayMs) => order({ delayMs }),
    cut: () => order({ cuts: true }),
    heal: () => order({}),
    async close() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
