// One call of an OpenAI-compatible embeddings endpoint. https://platform.openai.com/docs/api-reference/embeddings
import type { Pool } from 'undici';
import { isObject, objects } from '../llm/slots.ts';
import { normalise } from '../llm/vector.ts';
import type { EmbeddingsConfig } from './embeddings-config.ts';

export type EmbeddingsFailure =
  /** Not asked: too many failures just now. */
  | 'unavailable'
  | 'unreachable'
  | 'timeout'
  /** 401, 403, or the key cannot be read. */
  | 'auth'
  | 'rate_limited'
  /** Any other 4xx: the input is too long, the model unknown. */
  | 'rejected'
  | 'server_error'
  | 'bad_answer'
  /** The caller's signal fired. */
  | 'aborted';

/** Its message never holds the text or the key. */
export class EmbeddingsError extends Error {
  override name = 'EmbeddingsError';
  readonly reason: EmbeddingsFailure;

  constructor(reason: EmbeddingsFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

export interface EmbeddingsAnswer {
  /** Of unit length, in the order of the inputs. */
  vectors: Float32Array[];
  /** Prompt tokens, when the server says. */
  tokens: number | undefined;
}

const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** @throws EmbeddingsError */
export async function callEmbeddings(
  pool: Pool,
  config: EmbeddingsConfig,
  key: (() => string) | undefined,
  input: readonly string[],
): Promise<EmbeddingsAnswer> {
  const { pathname, search } = new URL(config.url);
  const { model, dimensions, encoding_format } = config;
  const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json' };
  if (key) headers[config.auth.header_name] = readKey(key);
  const signal = AbortSignal.timeout(config.timeout);
  let status: number;
  let bytes: Buffer;
  try {
    const response = await pool.request({
      method: 'POST',
      path: pathname + search,
      headers,
      signal,
      body: JSON.stringify({
        model,
        input,
        encoding_format,
        ...(dimensions !== undefined && { dimensions }),
      }),
    });
    status = response.statusCode;
    bytes = await readAll(response.body);
  } catch (error) {
    throw networkError(error, signal, config.timeout);
  }
  if (status !== 200) throw new EmbeddingsError(reasonOf(status), `embeddings endpoint answered ${status}`);
  return readAnswer(bytes, input.length, dimensions);
}

function readKey(key: () => string): string {
  try {
    return key();
  } catch (error) {
    throw new EmbeddingsError('auth', (error as Error).message);
  }
}

async function readAll(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES)
      throw new EmbeddingsError('bad_answer', 'embeddings endpoint answered too much');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function networkError(error: unknown, signal: AbortSignal, timeout: number): EmbeddingsError {
  if (error instanceof EmbeddingsError) return error;
  if (signal.aborted)
    return new EmbeddingsError('timeout', `embeddings endpoint did not answer in ${timeout} ms`);
  const { code } = error as NodeJS.ErrnoException;
  return new EmbeddingsError(
    'unreachable',
    `embeddings endpoint cannot be reached (${code ?? 'error'})`,
    error,
  );
}

function reasonOf(status: number): EmbeddingsFailure {
  if (status === 401 || status === 403) return 'auth';
  if (status === 429) return 'rate_limited';
  return status >= 400 && status < 500 ? 'rejected' : 'server_error';
}

function readAnswer(bytes: Buffer, count: number, dimensions: number | undefined): EmbeddingsAnswer {
  const body = parse(bytes);
  const vectors: (Float32Array | undefined)[] = Array(count).fill(undefined);
  for (const [place, item] of objects(body.data).entries()) {
    const index = typeof item.index === 'number' ? item.index : place;
    if (Number.isInteger(index) && index >= 0 && index < count) vectors[index] = vectorOf(item.embedding);
  }
  const whole = vectors.every(
    (vector) => vector && (dimensions === undefined || vector.length === dimensions),
  );
  if (!whole)
    throw new EmbeddingsError(
      'bad_answer',
      'embeddings endpoint did not answer with a vector for each input',
    );
  const tokens = isObject(body.usage) ? (body.usage.prompt_tokens ?? body.usage.total_tokens) : undefined;
  return { vectors: vectors as Float32Array[], tokens: typeof tokens === 'number' ? tokens : undefined };
}

function parse(bytes: Buffer): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(bytes.toString('utf8'));
    if (isObject(body)) return body;
  } catch {
    // Said below.
  }
  throw new EmbeddingsError('bad_answer', 'embeddings endpoint did not answer with JSON');
}

/** An array of numbers, or little-endian float32 in base64. */
function vectorOf(embedding: unknown): Float32Array | undefined {
  if (Array.isArray(embedding)) return normalise(Float32Array.from(embedding as number[]));
  if (typeof embedding !== 'string') return;
  const bytes = Buffer.from(embedding, 'base64');
  const vector = new Float32Array(Math.floor(bytes.length / 4));
  for (let i = 0; i < vector.length; i += 1) vector[i] = bytes.readFloatLE(i * 4);
  return normalise(vector);
}
