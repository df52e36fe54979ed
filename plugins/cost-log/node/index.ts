// What cost-log runs once per machine: the sinks, and the dashboard on the admin listener.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sendJson } from '../../../kong/relay/admin.ts';
import type { NodeHost, NodePart } from '../../../kong/relay/node-state.ts';
import { Hub } from './hub.ts';
import { type OpenRequest, SPOOL_FOLDER } from './open.ts';
import { dashboardPage } from './page.ts';

const DEFAULT_MINUTES = 60;
const MAX_MINUTES = 24 * 60;

export function costLogNode(host: NodeHost): NodePart {
  const hub = new Hub(host);
  // After a restart the dashboard shows the last day before the first request comes.
  const folder = host.dataDir && join(host.dataDir, SPOOL_FOLDER);
  if (folder && existsSync(folder)) hub.show(folder);
  return {
    service(method, args) {
      if (method !== 'open') throw new Error(`cost-log has no method ${method}`);
      hub.open(args as OpenRequest);
    },
    admin: {
      'GET /dashboard': (_request, response) => {
        const { html, policy } = dashboardPage();
        response
          .writeHead(200, {
            'content-type': 'text/html; charset=utf-8',
            'content-security-policy': policy,
            'x-content-type-options': 'nosniff',
            'referrer-policy': 'no-referrer',
            'cache-control': 'no-cache',
          })
          .end(html);
      },
      'GET /dashboard/data': (_request, response, url) => {
        const asked = Number(url.searchParams.get('minutes') ?? DEFAULT_MINUTES);
        const minutes = Number.isInteger(asked) ? Math.min(Math.max(asked, 1), MAX_MINUTES) : DEFAULT_MINUTES;
        sendJson(response, 200, { ...hub.tally.view(minutes), sinks: hub.sinkStates() });
      },
    },
    close: () => hub.close(),
  };
}
