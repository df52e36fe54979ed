// Ends a long-running command in order: once on the first signal, at once on the second.
import { closeRedis } from '../relay/redis.ts';

export function stopOnSignal(close: () => Promise<void>): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    close().then(
      () => {
        closeRedis();
        process.exit(0);
      },
      (error: unknown) => {
        process.stderr.write(`kong-ai: ${(error as Error).message}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
