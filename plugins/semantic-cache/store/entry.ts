// A cached answer, and how it is written to bytes: compressed, encrypted when there is a key, and never read when it is
// not whole.
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib';
import type { ChatAnswer } from '../../../kong/llm/chat.ts';

/** What is known of an answer without the answer itself. Times in ms since the epoch. */
export interface EntryMeta {
  key: string;
  partition: string;
  /** Empty without a vector: then nobody compares it. */
  question: string;
  /** For questions that are compared: whose vector, and the vector. */
  embedder?: string;
  vector?: QuantisedVector;
  createdAt: number;
  expiresAt: number;
  /** Until when it may be served stale. */
  keptUntil: number;
  tags: string[];
  /** Id, name and custom id. */
  consumer: string[];
}

/** A vector of unit length as bytes: value = byte × scale. */
export interface QuantisedVector {
  bytes: Int8Array;
  scale: number;
  /** Once it was asked for; stays in this process. */
  sketch?: Int32Array | undefined;
}

export interface CachedAnswer {
  answer: ChatAnswer;
  /** Which model gave it; `header` is what the client was told of it. */
  model: { used?: string; provider?: string; target?: string; header?: string };
}

export interface Entry extends CachedAnswer {
  meta: EntryMeta;
}

const MAGIC = 0xca;
const VERSION = 2;
const COMPRESSED = 1;
const ENCRYPTED = 2;
const HEADER = 3;
const DIGEST = 8;
const IV = 12;
const TAG = 16;
/** Below it compression saves nothing worth its time. */
export const MIN_COMPRESSED = 1024;
/** The fastest there is, with little memory to set up: the better ones save a tenth, and take several times as long. */
const FAST = { level: 1, memLevel: 5, windowBits: 13 };
/** Up to it a thread costs more than the work, which takes less than half a millisecond. */
const MAX_SYNC = 64 * 1024;
/** Nothing that was packed here is larger; what claims to be would fill the memory. */
const MAX_UNPACKED = 64 * 1024 * 1024;

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** 32 bytes for AES-256 from whatever the operator set. */
export function cipherKey(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'kong-ai semantic-cache', 32));
}

/** @param name what the bytes are: they are of no use under another name. */
export async function pack(value: unknown, name: string, key: Buffer | undefined): Promise<Buffer> {
  const json = Buffer.from(JSON.stringify(value));
  const compressed = json.length >= MIN_COMPRESSED;
  const body = compressed ? await compress(json) : json;
  const flags = (compressed ? COMPRESSED : 0) | (key ? ENCRYPTED : 0);
  const header = Buffer.from([MAGIC, VERSION, flags]);
  if (!key) return Buffer.concat([header, digest(name, body), body]);
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.concat([header, Buffer.from(name)]));
  const sealed = Buffer.concat([cipher.update(body), cipher.final()]);
  return Buffer.concat([header, iv, cipher.getAuthTag(), sealed]);
}

/** Undefined for what was not packed under this name, not whole, changed, or sealed with another key. */
export async function unpack(bytes: Buffer, name: string, key: Buffer | undefined): Promise<unknown> {
  try {
    const [magic, version, flags = 0] = bytes;
    if (magic !== MAGIC || version !== VERSION) return;
    if (((flags & ENCRYPTED) !== 0) !== (key !== undefined)) return;
    const body = key ? open(bytes, name, key) : checked(bytes, name);
    if (!body) return;
    const json = flags & COMPRESSED ? await decompress(body) : body;
    return JSON.parse(json.toString('utf8'));
  } catch {
    return undefined;
  }
}

export function compress(bytes: Buffer): Buffer | Promise<Buffer> {
  return bytes.length > MAX_SYNC ? deflate(bytes, FAST) : deflateRawSync(bytes, FAST);
}

/** @throws what is no compressed value, or too large a one */
export function decompress(bytes: Buffer): Buffer | Promise<Buffer> {
  const options = { maxOutputLength: MAX_UNPACKED };
  return bytes.length > MAX_SYNC ? inflate(bytes, options) : inflateRawSync(bytes, options);
}

function open(bytes: Buffer, name: string, key: Buffer): Buffer {
  const iv = bytes.subarray(HEADER, HEADER + IV);
  const tag = bytes.subarray(HEADER + IV, HEADER + IV + TAG);
  const aad = Buffer.concat([bytes.subarray(0, HEADER), Buffer.from(name)]);
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG })
    .setAAD(aad)
    .setAuthTag(tag);
  return Buffer.concat([decipher.update(bytes.subarray(HEADER + IV + TAG)), decipher.final()]);
}

function checked(bytes: Buffer, name: string): Buffer | undefined {
  const body = bytes.subarray(HEADER + DIGEST);
  return digest(name, body).equals(bytes.subarray(HEADER, HEADER + DIGEST)) ? body : undefined;
}

function digest(name: string, body: Buffer): Buffer {
  return createHash('sha256').update(name).update('\n').update(body).digest().subarray(0, DIGEST);
}

/** As it is packed: vectors travel as base64. */
export function metaToJson({ vector, ...meta }: EntryMeta): object {
  if (!vector) return meta;
  const { buffer, byteOffset, byteLength } = vector.bytes;
  const bytes = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
  return { ...meta, vector: { scale: vector.scale, bytes } };
}

/** What anybody may have written there is not yet an entry: undefined when it is none. */
export function metaFromJson(value: unknown): EntryMeta | undefined {
  const meta = value as
    | (Partial<EntryMeta> & { vector?: { scale?: unknown; bytes?: unknown } })
    | null
    | undefined;
  const whole =
    typeof meta?.key === 'string' &&
    typeof meta.partition === 'string' &&
    typeof meta.question === 'string' &&
    Number.isFinite(meta.createdAt) &&
    Number.isFinite(meta.expiresAt) &&
    Number.isFinite(meta.keptUntil) &&
    Array.isArray(meta.tags) &&
    Array.isArray(meta.consumer);
  if (!whole) return;
  const { vector, ...rest } = meta as EntryMeta & { vector?: { scale?: unknown; bytes?: unknown } };
  if (!vector) return rest;
  if (typeof vector.scale !== 'number' || typeof vector.bytes !== 'string') return;
  return {
    ...rest,
    vector: { scale: vector.scale, bytes: new Int8Array(Buffer.from(vector.bytes, 'base64')) },
  };
}

export function isAnswer(value: unknown): value is CachedAnswer {
  const cached = value as Partial<CachedAnswer> | null | undefined;
  return Array.isArray(cached?.answer?.choices) && typeof cached.model === 'object' && cached.model !== null;
}
