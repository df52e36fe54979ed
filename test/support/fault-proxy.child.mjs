// A TCP proxy to the port on its command line, as a process of its own: what it delays is not delayed by the load of
// its test. Takes orders over IPC; see fault-proxy.ts for what they mean.
import { connect, createServer } from 'node:net';

const target = Number(process.argv[2]);
const pairs = new Set();
let state = {};

/** What goes one way, in the order in which it came: bytes that overtake others are no fault that TCP has. */
class Way {
  waiting = [];
  timer;

  push(pass) {
    this.waiting.push({ due: performance.now() + (state.delayMs ?? 0), pass });
    this.passOn();
  }

  passOn() {
    clearTimeout(this.timer);
    if (state.holds) return;
    while (this.waiting.length > 0) {
      const wait = this.waiting[0].due - performance.now();
      if (wait > 0) {
        this.timer = setTimeout(() => this.passOn(), wait);
        return;
      }
      this.waiting.shift().pass();
    }
  }
}

/** The two sockets of one connection. */
class Pair {
  ways = [];
  over = false;

  constructor(client, server) {
    this.sides = [client, server];
    this.forward(client, server);
    this.forward(server, client);
  }

  reset() {
    for (const side of this.sides) side.resetAndDestroy();
  }

  passOn() {
    for (const way of this.ways) way.passOn();
  }

  forward(from, to) {
    const way = new Way();
    this.ways.push(way);
    from.setNoDelay(true);
    from.on('data', (bytes) => way.push(() => to.writable && to.write(bytes)));
    from.on('end', () => way.push(() => to.end()));
    from.on('error', () => {});
    from.on('close', () => {
      if (this.over) return;
      this.over = true;
      for (const side of this.sides) if (!side.writableEnded) side.destroy();
      pairs.delete(this);
    });
  }
}

const server = createServer((client) => {
  if (state.refuses) client.resetAndDestroy();
  else pairs.add(new Pair(client, connect(target, '127.0.0.1')));
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
  process.send({ port: server.address().port }),
);

process.on('message', (order) => {
  state = order;
  if (state.refuses || state.cuts) for (const pair of pairs) pair.reset();
  for (const pair of pairs) pair.passOn();
  process.send({ done: true });
});
process.on('disconnect', () => process.exit(0));
