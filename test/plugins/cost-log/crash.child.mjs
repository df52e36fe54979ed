// The process that crash.test.ts kills: writes records, says which are acknowledged, and delivers them over HTTP.
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [dist, folder, url] = process.argv.slice(2);
const load = (file) => import(`${dist}/${file}`);
const { SpoolWriter } = await load('plugins/cost-log/spool/writer.js');
const { SpoolReader } = await load('plugins/cost-log/spool/reader.js');
const { SinkRunner } = await load('plugins/cost-log/sinks/runner.js');
const { httpSink } = await load('plugins/cost-log/sinks/http.js');
const { Metrics } = await load('kong/relay/metrics.js');
const { createLog } = await load('kong/relay/log.js');

const settings = { maxBytes: 1e9, segmentBytes: 16_384, flushMs: 50, whenFull: 'drop_oldest' };
const fail = (...what) => {
  console.error('lost', ...what);
  process.exit(3);
};
const writer = new SpoolWriter(folder, settings, { lost: fail, failed: fail });
const sink = httpSink({ url, timeoutMs: 5000, gzip: true, maxRecords: 20 });
const runner = new SinkRunner({
  name: 's',
  sink,
  reader: new SpoolReader(folder, { sink: 's' }),
  log: createLog('silent'),
  metrics: new Metrics(),
  pollMs: 1,
  firstRetryMs: 5,
});
runner.start();
for (;;) {
  const ids = Array.from({ length: 1 + Math.floor(Math.random() * 20) }, () => randomUUID());
  for (const id of ids) {
    writer.append({ sinks: ['s'], json: JSON.stringify({ id, pad: 'x'.repeat(Math.random() * 400) }) });
  }
  // At once, past every buffer of this process: what is said here must not be lost.
  writeSync(1, ids.map((id) => `${id}\n`).join(''));
  await sleep(Math.random() * 3);
}
