// Vector search in the Redis server: vector sets (Redis 8), one per partition. A server without them is asked once,
// and again after a while: it may be replaced by a newer one.
// https://redis.io/docs/latest/commands/vadd/ https://redis.io/docs/latest/commands/vsim/
import type { RedisConnection } from '../../../kong/relay/redis.ts';
import type { EntryMeta } from './entry.ts';
import type { Near } from './vectors.ts';

const CANDIDATES = 8;
const ASK_AGAIN_MS = 60_000;
/** A set whose last entry has expired goes a while later. */
const KEEP_MS = 3_600_000;

export class ServerIndex {
  private readonly connection: RedisConnection;
  private usable: { value: boolean; at: number } | undefined;

  constructor(connection: RedisConnection) {
    this.connection = connection;
  }

  /** Whether the server has vector sets. */
  async isUsable(): Promise<boolean> {
    if (this.usable && Date.now() - this.usable.at < ASK_AGAIN_MS) return this.usable.value;
    const [known] = (await this.connection.run((client) => client.command('INFO', 'VADD'))) as unknown[];
    this.usable = { value: known !== null && known !== undefined, at: Date.now() };
    return this.usable.value;
  }

  async add({ key, partition, embedder, vector, keptUntil }: EntryMeta): Promise<void> {
    if (!vector || embedder === undefined) return;
    const floats = Float32Array.from(vector.bytes, (byte) => byte * vector.scale);
    const name = this.name(partition, embedder);
    await this.connection.run(async (client) => {
      await client.call('VADD', name, 'FP32', bytesOf(floats), key);
      const left = await client.pttl(name);
      const wanted = keptUntil - Date.now() + KEEP_MS;
      if (left < wanted) await client.pexpire(name, Math.ceil(wanted));
    });
  }

  async near(partition: string, embedder: string, vector: Float32Array, threshold: number): Promise<Near[]> {
    const name = this.name(partition, embedder);
    const flat = (await this.connection.run((client) =>
      client.call('VSIM', name, 'FP32', bytesOf(vector), 'WITHSCORES', 'COUNT', CANDIDATES),
    )) as string[];
    const found: Near[] = [];
    for (let i = 0; i + 1 < flat.length; i += 2) {
      // The score is (1 + cosine) / 2.
      const similarity = Number(flat[i + 1]) * 2 - 1;
      if (similarity >= threshold) found.push({ key: flat[i]!, similarity });
    }
    return found;
  }

  async delete(partition: string, embedder: string, key: string): Promise<void> {
    await this.connection.run((client) => client.call('VREM', this.name(partition, embedder), key));
  }

  private name(partition: string, embedder: string): string {
    return this.connection.key(`cache:v1:v:${partition}:${embedder}`);
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
