// Plugin server and relay, or with a decK file the embedded gateway in front of them.
// Arguments: socket, and optionally a decK file.
import { dirname } from 'node:path';
import { startGateway } from '../../kong/gateway/index.ts';
import { serve } from '../../kong/serve/index.ts';

const [socket, file] = process.argv.slice(2);
// Beside the socket, in the run's own folder: the spool of cost-log.
const dataDir = dirname(socket!);
const served = await serve({ socket: socket!, dataDir, relayPort: 0, adminPort: 0, logLevel: 'error' });
const gateway = file ? await startGateway({ file, socket: socket!, port: 0 }) : undefined;
process.stdout.write(
  `${JSON.stringify({ bench: 'serve', relayPort: served.relayPort, adminPort: served.adminPort, port: gateway?.port })}\n`,
);
process.on('SIGTERM', () => process.exit(0));
