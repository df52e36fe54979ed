// Where the sums of budgets are kept: with the position in the spool, and written together with it, so that a crash
// neither forgets a record nor counts it twice.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectRedis, type RedisConnection, type RedisHost } from '../../../kong/relay/redis.ts';
import type { RedisConfig } from '../../../kong/relay/redis-config.ts';
import type { Positions } from '../spool/cursor.ts';
import { type Charge, chargeKey } from './budget.ts';
import { keptSeconds } from './period.ts';

export interface BudgetStore {
  positions(): Promise<Positions>;
  /**
   * Adds the charges and moves the position, both or neither.
   * @returns the new sum of each charge; undefined when the position was another one: read again from there
   */
  apply(charges: readonly Charge[], from: Positions, to: Positions): Promise<bigint[] | undefined>;
  /** True for the first who asks: the alert is theirs to raise. */
  claim(charge: Charge, threshold: number): Promise<boolean>;
  close(): void;
}

interface FileState {
  positions: Positions;
  sums: Record<string, { amount: string; until: number; alerted: number[] }>;
}

/** Of one machine. */
export class FileBudgets implements BudgetStore {
  private readonly path: string;
  private readonly folder: string;
  private state: FileState | undefined;

  constructor(folder: string) {
    this.folder = folder;
    this.path = join(folder, 'budgets.json');
  }

  async positions(): Promise<Positions> {
    return (await this.load()).positions;
  }

  async apply(charges: readonly Charge[], _from: Positions, to: Positions): Promise<bigint[]> {
    const { sums } = await this.load();
    const now = Date.now();
    const next: FileState = { positions: to, sums: {} };
    for (const [key, sum] of Object.entries(sums)) if (sum.until > now) next.sums[key] = sum;
    const totals = charges.map((charge) => {
      const key = chargeKey(charge);
      const known = next.sums[key];
      const total = BigInt(known?.amount ?? 0) + charge.amount;
      const until = now + keptSeconds(charge.budget.period) * 1000;
      next.sums[key] = { amount: String(total), until, alerted: known?.alerted ?? [] };
      return total;
    });
    await this.save(next);
    return totals;
  }

  async claim(charge: Charge, threshold: number): Promise<boolean> {
    const state = await this.load();
    const sum = state.sums[chargeKey(charge)];
    if (!sum || sum.alerted.includes(threshold)) return false;
    sum.alerted = [...sum.alerted, threshold];
    await this.save(state);
    return true;
  }

  close(): void {}

  private async load(): Promise<FileState> {
    this.state ??= await readFile(this.path, 'utf8').then(
      (text) => JSON.parse(text) as FileState,
      () => ({ positions: {}, sums: {} }),
    );
    return this.state;
  }

  private async save(state: FileState): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeFile(`${this.path}.new`, JSON.stringify(state), { mode: 0o600 });
    await rename(`${this.path}.new`, this.path);
    this.state = state;
  }
}

/**
 * KEYS: the position, then one hash per charge. ARGV: position before, position after, then per charge: whole
 * millionths, the rest, seconds to keep. Sums are two integers, because one of 64 bits in 1e-12 USD ends at $9.2M.
 */
const APPLY = `
local at = redis.call('GET', KEYS[1]) or '{}'
if at ~= ARGV[1] then return at end
local sums = {}
for i = 2, #KEYS do
  local a = (i - 2) * 3 + 3
  local high = redis.call('HINCRBY', KEYS[i], 'high', ARGV[a])
  local low = redis.call('HINCRBY', KEYS[i], 'low', ARGV[a + 1])
  redis.call('EXPIRE', KEYS[i], ARGV[a + 2])
  sums[#sums + 1] = redis.call('HGET', KEYS[i], 'high')
  sums[#sums + 1] = redis.call('HGET', KEYS[i], 'low')
end
redis.call('SET', KEYS[1], ARGV[2], 'EX', 2592000)
return sums
`;
const MILLION = 1_000_000n;

/** Of all machines that share the server. Each has a position of its own, by the name of its spool. */
export class RedisBudgets implements BudgetStore {
  private readonly connection: RedisConnection;
  private readonly spool: string;

  /** @param spool the same after a restart, and no other machine's */
  constructor(config: RedisConfig, spool: string, host: RedisHost) {
    this.connection = connectRedis(config, host);
    this.spool = spool;
  }

  async positions(): Promise<Positions> {
    const text = await this.connection.run((client) => client.get(this.positionKey()));
    return JSON.parse(text ?? '{}') as Positions;
  }

  async apply(charges: readonly Charge[], from: Positions, to: Positions): Promise<bigint[] | undefined> {
    const keys = [this.positionKey(), ...charges.map((charge) => this.sumKey(charge))];
    const args = charges.flatMap(({ amount, budget }) => [
      String(amount / MILLION),
      String(amount % MILLION),
      keptSeconds(budget.period),
    ]);
    const result = await this.connection.run((client) =>
      client.eval(APPLY, keys.length, ...keys, JSON.stringify(from), JSON.stringify(to), ...args),
    );
    if (!Array.isArray(result)) return;
    const sums = result as string[];
    return charges.map((_, index) => BigInt(sums[index * 2]!) * MILLION + BigInt(sums[index * 2 + 1]!));
  }

  async claim(charge: Charge, threshold: number): Promise<boolean> {
    const field = `alert:${threshold}`;
    return (await this.connection.run((client) => client.hsetnx(this.sumKey(charge), field, 1))) === 1;
  }

  close(): void {
    this.connection.release();
  }

  private positionKey(): string {
    return this.connection.key(`{budgets}:v1:position:${this.spool}`);
  }

  private sumKey(charge: Charge): string {
    return this.connection.key(`{budgets}:v1:sum:${chargeKey(charge)}`);
  }
}
