// Load: wrk, which costs little itself. Without it autocannon, from npm, on the same core.
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { has, LOAD_CORE, pinned } from './process.ts';
import { OWN_WORD } from './prompts.ts';

const run = promisify(execFile);

export interface LoadRequest {
  url: string;
  headers: Record<string, string>;
  /** Sent in turn; where one holds OWN_WORD, another word each time. */
  bodies: readonly string[];
}

/** Latencies in ms. */
export interface LoadResult {
  requests: number;
  seconds: number;
  perSecond: number;
  p50: number;
  p99: number;
  errors: number;
}

export async function load(request: LoadRequest, connections: number, seconds: number): Promise<LoadResult> {
  return has('wrk') ? wrk(request, connections, seconds) : autocannon(request, connections, seconds);
}

async function wrk(
  { url, headers, bodies }: LoadRequest,
  connections: number,
  seconds: number,
): Promise<LoadResult> {
  const script = join(mkdtempSync(join(tmpdir(), 'bench-')), 'load.lua');
  writeFileSync(script, luaScript(headers, bodies));
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, url];
  const { stdout } = await run(...pinned(LOAD_CORE, 'wrk', args));
  const line = stdout.split('\n').find((one) => one.startsWith('{'));
  if (!line) throw new Error(`wrk said: ${stdout}`);
  return JSON.parse(line) as LoadResult;
}

function luaScript(headers: Record<string, string>, bodies: readonly string[]): string {
  const set = Object.entries(headers).map(
    ([name, value]) => `wrk.headers[ [==[${name}]==] ] = [==[${value}]==]`,
  );
  const parts = bodies.map((body) => `{ ${body.split(OWN_WORD).map((part) => `[==[${part}]==]`)} }`);
  return `wrk.method = "POST"
${set.join('\n')}
local bodies = { ${parts.join(',\n')} }
local sent = 0
local function word(n)
  local letters = {}
  for i = 1, 8 do
    letters[i] = string.char(97 + n % 26)
    n = math.floor(n / 26)
  end
  return table.concat(letters)
end
local start = os.time() % 1000000 * 100000
request = function()
  sent = sent + 1
  local body = bodies[sent % #bodies + 1]
  return wrk.format(nil, nil, nil, table.concat(body, #body > 1 and word(start + sent) or ''))
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('{"requests":%d,"seconds":%.3f,"perSecond":%.1f,"p50":%.3f,"p99":%.3f,"errors":%d}\\n',
    summary.requests, summary.duration / 1e6, summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.status + e.timeout))
end
`;
}

interface AutocannonResult {
  requests: { total: number };
  duration: number;
  latency: { p50: number; p99: number };
  errors: number;
  non2xx: number;
}

async function autocannon(
  { url, headers, bodies }: LoadRequest,
  connections: number,
  seconds: number,
): Promise<LoadResult> {
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}=${value}`]);
  const args = [
    '--yes',
    'autocannon@8',
    '-j',
    '-m',
    'POST',
    '-c',
    String(connections),
    '-d',
    String(seconds),
    ...given,
    // It takes one body, and puts an id where this stands.
    '-I',
    '-b',
    bodies[0]!.replaceAll(OWN_WORD, '[<id>]'),
    url,
  ];
  const { stdout } = await run(...pinned(LOAD_CORE, 'npx', args), { maxBuffer: 1 << 26 });
  const said = JSON.parse(stdout) as AutocannonResult;
  return {
    requests: said.requests.total,
    seconds: said.duration,
    perSecond: said.requests.total / said.duration,
    p50: said.latency.p50,
    p99: said.latency.p99,
    errors: said.errors + said.non2xx,
  };
}
