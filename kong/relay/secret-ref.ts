// Secrets that are named in a config and kept elsewhere: `env://NAME` and `file:///path`. Kong's own `{vault://…}`
// arrive resolved, but a running plugin is not told when they rotate; these are read anew.
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Names the reference; never holds the value. */
export class SecretError extends Error {
  override name = 'SecretError';
}

/** A file is looked at this often at most. */
const CHECK_MS = 1000;
/** A key is shorter; what is longer is not one. */
const MAX_BYTES = 64 * 1024;

const ENV = 'env://';
const FILE = 'file://';

/**
 * A function that gives the value as it is now. A value that is no reference is its own value.
 * @param now ms; for tests
 * @throws SecretError for a reference that cannot be one. The function throws it when there is no value; a file that
 * could be read once keeps its last value while it cannot.
 */
export function secretRef(value: string, now: () => number = Date.now): () => string {
  if (value.startsWith(ENV)) return fromEnvironment(value);
  if (value.startsWith(FILE)) return fromFile(value, now);
  return () => value;
}

function fromEnvironment(reference: string): () => string {
  const name = reference.slice(ENV.length);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new SecretError(`${reference} is not the name of an environment variable`);
  return () => {
    const value = process.env[name];
    if (value === undefined || value === '') throw new SecretError(`${reference} is not set`);
    return value;
  };
}

function fromFile(reference: string, now: () => number): () => string {
  const path = pathOf(reference);
  let value: string | undefined;
  let version = '';
  let checkedAt = -Infinity;
  return () => {
    if (value !== undefined && now() - checkedAt < CHECK_MS) return value;
    checkedAt = now();
    try {
      // Through links: Kubernetes swaps one, and the file behind it is another inode then.
      const { mtimeMs, ino, size } = statSync(path);
      const found = `${ino}/${mtimeMs}/${size}`;
      if (value === undefined || found !== version) {
        value = read(reference, path, size);
        version = found;
      }
    } catch (error) {
      if (value === undefined) throw failure(reference, error);
    }
    return value;
  };
}

function pathOf(reference: string): string {
  try {
    return fileURLToPath(reference);
  } catch {
    throw new SecretError(`${reference} is not a file URL with an absolute path`);
  }
}

function read(reference: string, path: string, size: number): string {
  if (size > MAX_BYTES) throw new SecretError(`${reference} is too large for a secret`);
  // Editors and `echo` end a file with a line end that belongs to no key.
  const value = readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
  if (value === '') throw new SecretError(`${reference} is empty`);
  return value;
}

function failure(reference: string, error: unknown): SecretError {
  if (error instanceof SecretError) return error;
  return new SecretError(`${reference} cannot be read (${(error as NodeJS.ErrnoException).code})`);
}
