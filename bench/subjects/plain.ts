// What everything is compared with: no gateway at all, and the least that one in Node can be.
import { HEADERS } from '../lib/configs.ts';
import { processPath } from '../lib/paths.ts';
import { GATEWAY_CORE, start } from '../lib/process.ts';
import { BODIES } from '../lib/prompts.ts';
import type { Subject } from '../lib/subject.ts';

const headers = HEADERS;

export const direct: Subject = {
  name: 'direct',
  start: async (upstream) => ({
    request: { url: `${upstream}/v1/chat/completions`, headers, bodies: BODIES },
    pids: [],
    stop: async () => {},
  }),
};

export const pipe: Subject = {
  name: 'bare Node pipe',
  async start(upstream) {
    const { pid, ready, stop } = await start(GATEWAY_CORE, process.execPath, [processPath('pipe'), upstream]);
    const url = `http://127.0.0.1:${ready.port}/v1/chat/completions`;
    return { request: { url, headers, bodies: BODIES }, pids: [pid], stop };
  },
};
