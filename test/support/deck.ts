// decK itself, when it is on the PATH. Where it is not, the tests of decK/ have their own checks alone.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const deckAvailable = spawnSync('deck', ['version'], { stdio: 'ignore' }).status === 0;

export interface DeckRun {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Nothing is sent anywhere: analytics are off, and no Kong is named. */
export function deck(args: string[], env: Record<string, string> = {}): DeckRun {
  const { status, stdout, stderr } = spawnSync('deck', args, {
    encoding: 'utf8',
    timeout: 30_000,
    env: { PATH: process.env.PATH, HOME: tmpdir(), DECK_ANALYTICS: 'off', ...env },
  });
  return { status, stdout, stderr };
}

export function withFile<T>(text: string, use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'deck-'));
  try {
    const path = join(folder, 'kong.yaml');
    writeFileSync(path, text);
    return use(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
