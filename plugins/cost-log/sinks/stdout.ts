// Records on standard output, each as a line of the log. Written in the background: a pipe that nobody reads must not
// stop the process.
import { destination, pino } from 'pino';
import type { Sink } from './sink.ts';

export function stdoutSink(level: 'debug' | 'info' | 'warn', fd: number | string = 1): Sink {
  const out = destination({ dest: fd, sync: false });
  const log = pino({ level, base: { name: 'kong-ai', plugin: 'cost-log' } }, out);
  return {
    maxRecords: 200,
    deliver(records) {
      for (const record of records) log[level]({ record: JSON.parse(record) as unknown }, 'ai request');
      return new Promise((resolve, reject) => out.flush((error) => (error ? reject(error) : resolve())));
    },
  };
}
