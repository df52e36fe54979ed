// From the signed headers of a request to the stages that it runs through. Nothing is served without them.
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { ConfigSource } from '../plan/config-store.ts';
import { PLAN_HEADER_PREFIX, type PlanEntry, planDigest, verifyEntry } from '../plan/entry.ts';
import { type Attestation, IDENTITY_HEADER, type Identity, verifyIdentity } from '../plan/identity.ts';
import { isCurrent } from '../plan/signature.ts';
import { GatewayError } from './errors.ts';
import type { Stages, StartedStage } from './stages.ts';

/** Anything that begins so is the gateway's own. */
const GATEWAY_HEADERS = PLAN_HEADER_PREFIX.slice(0, -1);

/** Requests differ in consumer and minute; past this many the caches start over. */
const MAX_CACHED = 10_000;

export interface Plan {
  /** Outermost first. */
  stages: readonly StartedStage[];
  identity: Identity;
}

/** Every entry of it is genuine, and yet it cannot be run: one is missing. */
export class UnusablePlan extends GatewayError {
  readonly plan: Plan;

  constructor(code: 'ai_proxy_missing' | 'plan_incomplete', plan: Plan) {
    super(code);
    this.plan = plan;
  }
}

/** The declared plugins, without the caller. */
interface Composition {
  stages: readonly StartedStage[];
  digest: string;
}

interface Cached<T> {
  value: T;
  /** The oldest signature in it. */
  minute: number;
}

export class PlanReader {
  private readonly secret: Buffer;
  private readonly configs: ConfigSource;
  private readonly stages: Stages;
  private readonly compositions = new Map<string, Cached<Composition>>();
  private readonly identities = new Map<string, Cached<Attestation>>();
  /** The last of each caller, so that what others remember of an identity is found again. */
  private readonly addressed = new WeakMap<Identity, Identity>();

  constructor(secret: Buffer, configs: ConfigSource, stages: Stages) {
    this.secret = secret;
    this.configs = configs;
    this.stages = stages;
  }

  /**
   * Reads the plan and takes its headers out of `headers`.
   * @throws GatewayError plan_missing, plan_forged, plan_expired, plan_incomplete, plan_config_unknown, ai_proxy_missing
   */
  async read(headers: IncomingHttpHeaders): Promise<Plan> {
    const now = Date.now();
    const { entries, identity: token } = takePlanHeaders(headers);
    const ip = clientAddress(headers);
    const key = entries.map(([plugin, value]) => `${plugin} ${value}`).join('\n');
    const { stages, digest } =
      current(this.compositions, key, now) ?? (await this.compose(entries, key, now));
    if (!stages.at(-1)?.definition.innermost) {
      const code = token === undefined ? 'ai_proxy_missing' : 'plan_incomplete';
      throw new UnusablePlan(code, { stages, identity: {} });
    }
    if (token === undefined) throw new UnusablePlan('plan_incomplete', { stages, identity: {} });
    const { identity: signed, plan } = this.attestation(token, now);
    const identity = this.at(ip, signed);
    if (plan !== digest) throw new UnusablePlan('plan_incomplete', { stages, identity });
    for (const stage of stages) stage.lastUsed = now;
    return { stages, identity };
  }

  private async compose(entries: [string, string][], key: string, now: number): Promise<Composition> {
    const verified = entries.map(([plugin, token]) => unwrap(verifyEntry(this.secret, plugin, token, now)));
    const stages = await Promise.all(verified.map(({ entry }) => this.stageOf(entry)));
    // Kong runs plugins by priority, higher first; the signature says which plugin an entry is of.
    stages.sort((a, b) => b.definition.priority - a.definition.priority);
    const composition = { stages, digest: planDigest(entries) };
    const minute = Math.min(...verified.map((entry) => entry.minute));
    remember(this.compositions, key, { value: composition, minute });
    return composition;
  }

  private async stageOf(entry: PlanEntry): Promise<StartedStage> {
    const running = this.stages.get(entry.configHash);
    if (running) return running;
    const record = await this.configs.get(entry.configHash);
    if (!record) throw new GatewayError('plan_config_unknown', { headers: { 'retry-after': '1' } });
    return this.stages.get(entry.configHash) ?? this.start(entry, record);
  }

  private start(entry: PlanEntry, record: Parameters<Stages['start']>[1]): StartedStage {
    try {
      return this.stages.start(entry.configHash, record);
    } catch (cause) {
      throw new GatewayError('config_invalid', { cause });
    }
  }

  private at(ip: string | undefined, signed: Identity): Identity {
    if (ip === undefined) return signed;
    const last = this.addressed.get(signed);
    if (last?.ip === ip) return last;
    const identity = { ...signed, ip };
    this.addressed.set(signed, identity);
    return identity;
  }

  private attestation(token: string, now: number): Attestation {
    const cached = current(this.identities, token, now);
    if (cached) return cached;
    const { minute, ...attestation } = unwrap(verifyIdentity(this.secret, token, now));
    remember(this.identities, token, { value: attestation, minute });
    return attestation;
  }
}

function takePlanHeaders(headers: IncomingHttpHeaders): {
  entries: [string, string][];
  identity: string | undefined;
} {
  const entries: [string, string][] = [];
  const identity = headers[IDENTITY_HEADER] as string | undefined;
  delete headers[IDENTITY_HEADER];
  for (const name in headers) {
    if (!name.startsWith(GATEWAY_HEADERS)) continue;
    entries.push([name.slice(PLAN_HEADER_PREFIX.length), headers[name] as string]);
    delete headers[name];
  }
  if (entries.length === 0) throw new GatewayError(identity === undefined ? 'plan_missing' : 'plan_forged');
  return { entries, identity };
}

/** Kong's nginx sets it on every request, over whatever came; see kong/README.md. */
function clientAddress({ 'x-real-ip': value }: IncomingHttpHeaders): string | undefined {
  return typeof value === 'string' && isIP(value) !== 0 ? value : undefined;
}

type Verdict<T> = ({ ok: true; minute: number } & T) | { ok: false; reason: 'forged' | 'expired' };

function unwrap<T>(verdict: Verdict<T>): { minute: number } & T {
  if (!verdict.ok) throw new GatewayError(verdict.reason === 'expired' ? 'plan_expired' : 'plan_forged');
  return verdict;
}

function current<T>(cache: Map<string, Cached<T>>, key: string, now: number): T | undefined {
  const found = cache.get(key);
  return found && isCurrent(found.minute, now) ? found.value : undefined;
}

function remember<T>(cache: Map<string, Cached<T>>, key: string, entry: Cached<T>): void {
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(key, entry);
}
