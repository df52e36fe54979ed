// The least that a gateway in Node can be: reads the request, sends it on, pipes the answer back.
// Every other figure is compared with this one, measured in the same run.
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

const upstream = new URL(process.argv[2]!);
const prefix = upstream.pathname.replace(/\/$/, '');
const agent = new Agent({ keepAlive: true });

const server = createServer((incoming, response) => {
  const { method, url } = incoming;
  const headers = { ...incoming.headers, host: upstream.host };
  const sent = request(
    { agent, host: upstream.hostname, port: upstream.port, method, path: prefix + url, headers },
    (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    },
  );
  sent.on('error', () => response.destroy());
  incoming.pipe(sent);
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ bench: 'pipe', port })}\n`);
});
process.on('SIGTERM', () => process.exit(0));
