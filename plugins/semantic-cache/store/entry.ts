// A cached answer, and how it is written to bytes: compressed, encrypted when there is a key, and never read when it is
// not whole.
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import type { ChatAnswer } from '../../../kong/llm/chat.ts';

/** What is known of an answer without the answer itself. Times in ms since the epoch. */
export interface EntryMeta {
  key: string;
  partition: string;
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
const VERSION = 1;
const COMPRESSED = 1;
const ENCRYPTED = 2;
const HEADER = 3;
const DIGEST = 8;
const IV = 12;
const TAG = 16;
/** Below it compression saves nothing worth its time. */
const MIN_COMPRESSED = 1024;
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
/** Nothing that was packed here is larger; what claims to be would fill the memory. */
const MAX_UNPACKED = 64 * 1024 * 1024;

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** 32 bytes for AES-256 from whatever the operator set. */
export function cipherKey(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'kong-ai semantic-cache', 32));
}

/** @param name what the bytes are: they are of no use under another name. */
export async function pack(value: unknown, name: string, key: Buffer | undefined): Promise<Buffer> {
  const json = Buffer.from(JSON.stringify(value, replacer));
  const compressed = json.length >= MIN_COMPRESSED;
  const body = compressed ? await compress(json, QUALITY) : json;
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
    const json = flags & COMPRESSED ? await decompress(body, { maxOutputLength: MAX_UNPACKED }) : body;
    return JSON.parse(json.toString('utf8'), reviver);
  } catch {
    return undefined;
  }
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

/** Vectors travel as base64. */
function replacer(_key: string, value: unknown): unknown {
  return value instanceof Int8Array
    ? { $int8: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
    : value;
}

function reviver(_key: string, value: unknown): unknown {
  const encoded = (value as { $int8?: unknown } | null)?.$int8;
  return typeof encoded === 'string' ? new Int8Array(Buffer.from(encoded, 'base64')) : value;
}

/** What anybody may have written there is not yet an entry. */
export function isMeta(value: unknown): value is EntryMeta {
  const meta = value as Partial<EntryMeta> | null | undefined;
  return (
    typeof meta?.key === 'string' &&
    typeof meta.partition === 'string' &&
    typeof meta.question === 'string' &&
    Number.isFinite(meta.createdAt) &&
    Number.isFinite(meta.expiresAt) &&
    Number.isFinite(meta.keptUntil) &&
    Array.isArray(meta.tags) &&
    Array.isArray(meta.consumer)
  );
}

export function isAnswer(value: unknown): value is CachedAnswer {
  const cached = value as Partial<CachedAnswer> | null | undefined;
  return Array.isArray(cached?.answer?.choices) && typeof cached.model === 'object' && cached.model !== null;
}
