// Debian's Chromium, driven by playwright-core: pages as people see them.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

const COMMAND = 'chromium';

export const chromiumAvailable: boolean = spawnSync(COMMAND, ['--version'], { stdio: 'ignore' }).status === 0;

export const CHROMIUM_MISSING = 'chromium is not installed';

export interface Browser {
  context: BrowserContext;
  close(): Promise<void>;
}

/** A browser of its own, with nothing kept. @throws when chromium is missing. */
export async function startChromium(): Promise<Browser> {
  const dir = await mkdtemp(join(tmpdir(), 'kong-ai-chromium-'));
  const executablePath = spawnSync('which', [COMMAND], { encoding: 'utf8' }).stdout.trim();
  const context = await chromium.launchPersistentContext(dir, {
    executablePath,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    viewport: { width: 1280, height: 1000 },
  });
  return {
    context,
    async close() {
      await context.close();
      await rm(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
