// A TCP proxy to the port on its command line, as a process of its own: what it delays is not delayed by the load of
// its test. Takes orders over IPC; see fault-proxy.ts for what they mean.
import { connect, createServer } from 'node:net';

const target = Number(process.argv[2]);
const pairs = new Set();
let state = {};

/** The two sockets of one connection. */
class Pair {
  waiting = [];
  over = false;

  constructor(client, server) {
    this.sides = [client, server];
    this.forward(client, server);
    this.forward(server, client);
  }

  reset() {
    for (const side of this.sides) side.resetAndDestroy();
  }

  release() {
    for (const pass of this.waiting.splice(0)) pass();
  }

  forward(from, to) {
    from.setNoDelay(true);
    from.on('data', (bytes) => this.later(() => to.writable && to.write(bytes)));
    from.on('end', () => this.later(() => to.end()));
    from.on('error', () => {});
    from.on('close', () => {
      if (this.over) return;
      this.over = true;
      for (const side of this.sides) if (!side.writableEnded) side.destroy();
      pairs.delete(this);
    });
  }

  /** In the order in which it came: pieces of one delay are timers of one length. */
  later(pass) {
    if (state.holds || this.waiting.length > 0) this.waiting.push(pass);
    else if (state.delayMs > 0) setTimeout(pass, state.delayMs);
    else pass();
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
  if (!state.holds) for (const pair of pairs) pair.release();
  process.send({ done: true });
});
process.on('disconnect', () => process.exit(0));
