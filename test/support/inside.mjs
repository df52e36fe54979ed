// Loaded into the processes under test before their own code (`node --import`): does from the inside what no signal
// can. A socket `<FAULT_DIR>/<pid>.sock` takes one command per connection and answers with one line of JSON.
//   clock <ms>   the wall clock is so far off from now on
//   block <ms>   the event loop does nothing else for so long
//   memory       collects garbage, then tells what is held
import { unlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

const RealDate = Date;
let offsetMs = 0;
class ShiftedDate extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [RealDate.now() + offsetMs] : args));
  }

  static now() {
    return RealDate.now() + offsetMs;
  }
}
globalThis.Date = ShiftedDate;

const COMMANDS = {
  clock(ms) {
    offsetMs = ms;
  },
  block(ms) {
    const until = performance.now() + ms;
    while (performance.now() < until);
  },
  async memory() {
    // What finalisers and closed sockets let go of is gone only some turns later.
    for (let round = 0; round < 5; round += 1) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const handles = {};
    for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1;
    const { rss, arrayBuffers } = process.memoryUsage();
    return { rss, heap: getHeapStatistics().used_heap_size, arrayBuffers, handles };
  },
};

const path = join(process.env.FAULT_DIR, `${process.pid}.sock`);
const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', async (line) => {
    const [name, value] = String(line).trim().split(' ');
    const result = await COMMANDS[name](Number(value));
    socket.end(`${JSON.stringify(result ?? null)}\n`);
  });
});
server.listen(path);
server.unref();
process.on('exit', () => {
  try {
    unlinkSync(path);
  } catch {
    // The folder is gone.
  }
});
