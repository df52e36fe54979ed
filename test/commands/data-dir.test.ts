// A report finds the records of `start` and of `dev` without being told where they are.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ownDataDir, spoolToReport } from '../../kong/commands/data-dir.ts';

function folders(): { started: string; env: Record<string, string> } {
  const root = mkdtempSync(join(tmpdir(), 'kong-ai-data-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  return { started: join(root, 'system'), env: { XDG_STATE_HOME: join(root, 'state') } };
}

test('the folder of `dev` is the user’s own', () => {
  expect(ownDataDir({ XDG_STATE_HOME: '/s' })).toBe('/s/kong-ai');
  expect(ownDataDir({})).toBe(join(homedir(), '.local/state/kong-ai'));
});

test('a report reads the spool of `dev` where `start` has none, and that of `start` where it has one', () => {
  const { started, env } = folders();
  expect(spoolToReport(env, started)).toBe(join(started, 'cost-log'));
  mkdirSync(join(ownDataDir(env), 'cost-log'), { recursive: true });
  expect(spoolToReport(env, started)).toBe(join(ownDataDir(env), 'cost-log'));
  mkdirSync(join(started, 'cost-log'), { recursive: true });
  expect(spoolToReport(env, started)).toBe(join(started, 'cost-log'));
});

test('KONG_AI_DATA_DIR decides, whether or not there is anything', () => {
  const { started, env } = folders();
  mkdirSync(join(started, 'cost-log'), { recursive: true });
  expect(spoolToReport({ ...env, KONG_AI_DATA_DIR: '/data' }, started)).toBe('/data/cost-log');
});
