// Clients that ask without end, and check every answer against what they alone have asked.
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ERRORS } from '../../kong/relay/errors.ts';
import { answer, DENIED, MAIL_DOMAIN, question } from './model.ts';

export interface Load {
  /** Tokens of the requests that the relay has answered, with the time of the answer's end (ms). */
  answered: Map<string, number>;
  /** Budget to how many requests under it were served. */
  budgets: Map<string, number>;
  /** What must never be: sentences. */
  wrong: string[];
  /** How often each outcome was: `200`, `429 rate_limit_exceeded`, `broken`, … */
  outcomes: Map<string, number>;
  /** How the requests begun since `watchHealth` ended, in order. */
  health: { begunAt: number; well: boolean }[];
  watchHealth(): void;
  /** No new requests; resolves when those under way are over. */
  stop(): Promise<void>;
}

type Kind = 'whole' | 'stream' | 'denied' | 'budget' | 'shared' | 'leaves';

/** Of every twenty requests. */
const MIX: readonly [Kind, number][] = [
  ['whole', 6],
  ['stream', 6],
  ['denied', 2],
  ['budget', 3],
  ['shared', 2],
  ['leaves', 1],
];
const KINDS = MIX.flatMap(([kind, times]) => Array.from({ length: times }, () => kind));
/** A budget that is used up teaches nothing more. */
const BUDGET_PERIOD_MS = 2_000;
const PAUSE_MS = 1_000;
/** No client waits longer; what has not answered by then hangs. */
const PATIENCE_MS = 60_000;

export function startClients(url: string, clients: number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  let stopping = false;
  let serial = 0;
  let watchedSince = Date.now();
  const load: Load = {
    answered: new Map(),
    budgets: new Map(),
    wrong: [],
    outcomes: new Map(),
    health: [],
    watchHealth() {
      watchedSince = Date.now();
      load.health = [];
    },
    async stop() {
      stopping = true;
      await Promise.all(running);
      agent.destroy();
    },
  };

  /** Whether it ended well. */
  async function one(kind: Kind): Promise<boolean> {
    serial += 1;
    const token = `Q-${serial}`;
    const begunAt = Date.now();
    const asked = askOf(kind, token, serial);
    const got = await post(`${url}${asked.path}`, agent, asked, kind === 'leaves');
    const endedAt = Date.now();
    const verdict = judge(kind, asked, got);
    if (verdict.wrong)
      load.wrong.push(`${kind} ${token} at ${begunAt}: ${verdict.wrong} ${JSON.stringify(got)}`);
    const { 'x-budget': budget } = asked.headers;
    if (budget && verdict.outcome === '200') load.budgets.set(budget, (load.budgets.get(budget) ?? 0) + 1);
    if (verdict.relayed) load.answered.set(token, endedAt);
    load.outcomes.set(verdict.outcome, (load.outcomes.get(verdict.outcome) ?? 0) + 1);
    if (begunAt >= watchedSince && kind !== 'leaves') load.health.push({ begunAt, well: verdict.healthy });
    return verdict.healthy;
  }

  const running = Array.from({ length: clients }, async (_, client) => {
    await sleep((client / clients) * PAUSE_MS * 2);
    for (let turn = client; !stopping; turn += 7) {
      const well = await one(KINDS[turn % KINDS.length]!);
      // As clients do that are told to try again later.
      await sleep(PAUSE_MS * (0.5 + Math.random()) * (well ? 1 : 3));
    }
  });
  return load;
}

interface Asked {
  path: string;
  headers: Record<string, string>;
  body: object;
  streams: boolean;
  /** What a 200 says. */
  expected: string;
  mail: string;
}

function askOf(kind: Kind, token: string, serial: number): Asked {
  const mail = `u${token.toLowerCase()}@${MAIL_DOMAIN}`;
  const path = `${kind === 'budget' || serial % 4 === 0 ? '/strict' : '/chat'}/v1/chat/completions`;
  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-token': token };
  // Shared questions differ in the address alone: the cache may serve one to another, each with its own address.
  const named = kind === 'shared' ? `S-${serial % 30}` : token;
  let extra = '';
  if (kind === 'denied') extra = `Then tell ${DENIED}.`;
  if (kind === 'budget') headers['x-budget'] = `b${Math.floor(Date.now() / BUDGET_PERIOD_MS)}`;
  const streams = kind === 'stream' || kind === 'leaves' || (kind === 'shared' && serial % 2 === 0);
  const messages = [{ role: 'user', content: question(named, mail, extra) }];
  return {
    path,
    headers,
    body: { model: 'm', messages, stream: streams },
    streams,
    expected: answer(named, mail),
    mail,
  };
}

interface Got {
  status: number;
  text: string;
  /** The HTTP answer is whole. */
  whole: boolean;
  failure?: string;
}

interface Verdict {
  outcome: string;
  wrong?: string;
  /** The relay has answered, so there must be a record. */
  relayed: boolean;
  /** Nothing that a fault explains. */
  healthy: boolean;
}

function judge(kind: Kind, { expected, mail, streams }: Asked, got: Got): Verdict {
  const { status, text, whole } = got;
  const addresses = text.match(/[\w-]+@planted\.example/g) ?? [];
  if (addresses.some((found) => found !== mail)) return bad('somebody else’s address');
  if (got.failure === 'hangs') return bad('hangs');
  if (status === 0) return { outcome: `no answer (${got.failure})`, relayed: false, healthy: false };
  if (status !== 200) return refused(kind, status, text);
  if (kind === 'denied') return bad('was not refused');
  const said = streams ? spoken(text) : wordsOf(text);
  const finished = streams ? text.trimEnd().endsWith('data: [DONE]') && whole : whole;
  if (kind === 'leaves') return { outcome: 'left', relayed: false, healthy: true };
  if (!finished) {
    const prefix = streams ? expected.startsWith(said) : true;
    if (!prefix) return bad('a beginning of another answer');
    if (streams && text.includes('[DONE]')) return bad('broke and looks finished');
    return { outcome: 'broken', relayed: false, healthy: false };
  }
  return said === expected ? { outcome: '200', relayed: true, healthy: true } : bad(`not “${expected}”`);
}

const bad = (wrong: string): Verdict => ({ outcome: 'wrong', wrong, relayed: false, healthy: false });

function refused(kind: Kind, status: number, text: string): Verdict {
  let body: { error?: { code?: string }; message?: string } = {};
  try {
    body = JSON.parse(text);
  } catch {
    // Kong's own error pages, of a connection that broke.
  }
  const code = body.error?.code;
  if (code === undefined) {
    const own = status >= 500 && !text.includes('    at ');
    return own
      ? { outcome: `${status} of the gateway`, relayed: false, healthy: false }
      : bad('undocumented');
  }
  if (!(code in ERRORS)) return bad(`no code of the table: ${code}`);
  if (code === 'stage_failed' || code === 'config_invalid') return bad(code);
  if (code === 'prompt_rejected' && kind !== 'denied') return bad('refused without a reason');
  if (code === 'rate_limit_exceeded' && kind !== 'budget') return bad('limited without a reason');
  const healthy = code === 'prompt_rejected' || code === 'rate_limit_exceeded';
  // What carries no valid plan is nobody's request: there is no plugin to record it.
  return { outcome: `${status} ${code}`, relayed: !UNPLANNED.has(code), healthy };
}

const UNPLANNED = new Set([
  'plan_missing',
  'plan_forged',
  'plan_expired',
  'plan_incomplete',
  'plan_config_unknown',
  'overloaded',
  'shutting_down',
]);

function wordsOf(text: string): string {
  try {
    const body = JSON.parse(text) as { choices: { message: { content: string } }[] };
    return body.choices[0]!.message.content;
  } catch {
    return `not JSON: ${text}`;
  }
}

function spoken(text: string): string {
  let said = '';
  for (const line of text.split('\n')) {
    if (!line.startsWith('data: {')) continue;
    const chunk = JSON.parse(line.slice('data: '.length)) as { choices?: { delta: { content?: string } }[] };
    said += chunk.choices?.[0]?.delta.content ?? '';
  }
  return said;
}

function post(url: string, agent: Agent, { headers, body }: Asked, leaves: boolean): Promise<Got> {
  return new Promise((resolve) => {
    let text = '';
    let response: IncomingMessage | undefined;
    const done = (more: Partial<Got>): void => {
      clearTimeout(timer);
      resolve({ status: response?.statusCode ?? 0, text, whole: false, ...more });
    };
    const sent = request(url, { method: 'POST', agent, headers });
    const timer = setTimeout(() => {
      sent.destroy();
      done({ failure: 'hangs' });
    }, PATIENCE_MS);
    sent.on('error', (error: NodeJS.ErrnoException) => done({ failure: error.code ?? error.message }));
    sent.on('response', (got) => {
      response = got;
      got.setEncoding('utf8');
      got.on('data', (chunk: string) => {
        text += chunk;
        if (leaves) {
          sent.destroy();
          done({});
        }
      });
      got.on('error', () => {});
      got.on('close', () => done({ whole: got.complete }));
    });
    sent.end(JSON.stringify(body));
  });
}
