import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SecretError, secretRef } from '../../kong/relay/secret-ref.ts';

let dir: string;
let clock: number;
const now = (): number => clock;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kong-ai-secret-'));
  clock = 0;
});
afterEach(() => {
  rmSync(dir, { recursive: true });
  vi.unstubAllEnvs();
});

const reference = (name: string): string => pathToFileURL(join(dir, name)).href;

describe('secretRef', () => {
  it('gives a plain value as it is', () => {
    expect(secretRef('sk-123')()).toBe('sk-123');
    expect(secretRef('Bearer file://x')()).toBe('Bearer file://x');
  });

  it('reads an environment variable each time', () => {
    const secret = secretRef('env://KONG_AI_TEST_KEY');
    expect(secret).toThrow('env://KONG_AI_TEST_KEY is not set');
    vi.stubEnv('KONG_AI_TEST_KEY', 'one');
    expect(secret()).toBe('one');
    vi.stubEnv('KONG_AI_TEST_KEY', 'two');
    expect(secret()).toBe('two');
  });

  it('reads a file without its last line end, and again when it changes, looking once a second', () => {
    const path = join(dir, 'key');
    writeFileSync(path, 'one\n');
    const secret = secretRef(reference('key'), now);
    expect(secret()).toBe('one');
    writeFileSync(path, 'three');
    utimesSync(path, 1, 1);
    clock += 999;
    expect(secret()).toBe('one');
    clock += 1;
    expect(secret()).toBe('three');
  });

  it('follows the links that Kubernetes swaps, even when size and time stay the same', () => {
    for (const [version, value] of [
      ['v1', 'one'],
      ['v2', 'two'],
    ] as const) {
      mkdirSync(join(dir, version));
      writeFileSync(join(dir, version, 'key'), value);
      utimesSync(join(dir, version, 'key'), 1, 1);
    }
    symlinkSync('v1', join(dir, '..data'));
    symlinkSync(join('..data', 'key'), join(dir, 'key'));
    const secret = secretRef(reference('key'), now);
    expect(secret()).toBe('one');
    symlinkSync('v2', join(dir, '..new'));
    renameSync(join(dir, '..new'), join(dir, '..data'));
    clock += 1000;
    expect(secret()).toBe('two');
  });

  it('keeps the last value while the file is away or empty', () => {
    writeFileSync(join(dir, 'key'), 'one');
    const secret = secretRef(reference('key'), now);
    secret();
    rmSync(join(dir, 'key'));
    clock += 1000;
    expect(secret()).toBe('one');
    writeFileSync(join(dir, 'key'), '');
    clock += 1000;
    expect(secret()).toBe('one');
    writeFileSync(join(dir, 'key'), 'two');
    clock += 1000;
    expect(secret()).toBe('two');
  });

  it('finds a file that comes later', () => {
    const secret = secretRef(reference('late'), now);
    expect(secret).toThrow(/late cannot be read \(ENOENT\)/);
    writeFileSync(join(dir, 'late'), 'here');
    expect(secret()).toBe('here');
  });

  it('names the reference and never the value', () => {
    writeFileSync(join(dir, 'large'), 'secret'.repeat(20_000));
    expect(secretRef(reference('large'))).toThrow(/large is too large for a secret$/);
  });

  it.each(['env://', 'env://a b', 'file://host/path'])('refuses %s', (value) => {
    expect(() => secretRef(value)).toThrow(SecretError);
  });
});
