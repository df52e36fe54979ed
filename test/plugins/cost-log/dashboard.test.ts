// The dashboard and the report in a real browser: the numbers that they show, and how they look.
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Admin, startAdmin } from '../../../kong/relay/admin.ts';
import { packagePath } from '../../../kong/root.ts';
import { type Browser, CHROMIUM_MISSING, chromiumAvailable, startChromium } from '../../support/chromium.ts';
import { dashboardData, play, type Started, silent, start, tempDir } from './support.ts';
import { PRICES, traffic, usd } from './traffic.ts';

/** `npm run replay` shows it 10,000. */
const COUNT = Number(process.env.COST_LOG_REPLAY ?? 500);
const TOKEN = 'admin-token';
const known = traffic(COUNT);
let browser: Browser;
let started: Started;
let admin: Admin;
let dir: { path: string; remove(): void };

describe.skipIf(!chromiumAvailable)(chromiumAvailable ? 'in Chromium' : CHROMIUM_MISSING, () => {
  beforeAll(async () => {
    dir = tempDir();
    const sinks = [{ name: 'records', file: { path: join(dir.path, 'out.ndjson') } }];
    const spool = { path: join(dir.path, 'cost-log') };
    started = start({ prices: PRICES, sinks, spool }, {}, { keep: true });
    for (const story of known.stories) await play(started.stage, story);
    const routes = new Map(Object.entries(started.part.admin!));
    admin = await startAdmin({
      host: '127.0.0.1',
      port: 0,
      token: TOKEN,
      routes,
      ready: () => true,
      log: silent,
    });
    await vi.waitFor(
      async () => expect((await dashboardData(started.part)).total.requests).toBe(COUNT),
      10_000,
    );
    browser = await startChromium();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await admin?.close();
    await started?.close();
    dir?.remove();
  });

  /** A page and everything that it complains about. */
  async function open(
    url: string,
    colorScheme: 'light' | 'dark',
  ): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.context.newPage();
    page.setDefaultTimeout(8000);
    await page.emulateMedia({ colorScheme });
    const complaints: string[] = [];
    page.on(
      'console',
      (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()),
    );
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      const foreign = new URL(request.url()).host !== new URL(url).host;
      if (foreign && !request.url().startsWith('data:')) complaints.push(request.url());
    });
    await page.goto(url);
    return { page, complaints };
  }

  const dashboard = () => `http://kong:${TOKEN}@127.0.0.1:${admin.port}/dashboard`;
  const tile = (page: Page, name: string) => page.locator(`[data-tile="${name}"]`);
  const number = (value: number): string => value.toLocaleString('en-US');
  /** By the first cell. */
  const row = async (page: Page, table: string, name: string): Promise<string[]> => {
    const cells = page.locator(`#${table} tr`, { has: page.getByText(name, { exact: true }) }).locator('td');
    return cells.allTextContents();
  };

  test('the dashboard shows the known traffic, and asks nobody else for anything', async () => {
    const { page, complaints } = await open(dashboard(), 'light');
    await expect.poll(() => tile(page, 'Requests').textContent(), { timeout: 10_000 }).toBe(number(COUNT));
    expect(await tile(page, 'Cost').getAttribute('data-exact')).toBe(usd(known.all.picos));
    expect(await tile(page, 'Prompt tokens').textContent()).toBe(number(known.all.prompt));
    expect(await tile(page, 'Completion tokens').textContent()).toBe(number(known.all.completion));
    expect(await tile(page, 'Cache hits').textContent()).toBe(number(known.all.hits));
    expect(await tile(page, 'Blocked').textContent()).toBe(number(known.all.blocked));
    for (const [table, map] of [
      ['models', known.byModel],
      ['consumers', known.byConsumer],
    ] as const) {
      for (const [name, totals] of map) {
        const cells = await row(page, table, name);
        expect([cells[1], cells[6], cells[7]]).toEqual(
          [totals.requests, totals.hits, totals.blocked].map(number),
        );
      }
    }
    expect(await page.locator('.chart canvas').count()).toBe(4);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('it is live, and other times can be looked at', async () => {
    const { page } = await open(dashboard(), 'light');
    await expect.poll(() => tile(page, 'Requests').textContent(), { timeout: 10_000 }).toBe(number(COUNT));
    await play(started.stage, { model: 'm-small', usage: { input: { total: 1 }, output: { total: 1 } } });
    await expect
      .poll(() => tile(page, 'Requests').textContent(), { timeout: 10_000 })
      .toBe(number(COUNT + 1));
    await page.getByRole('button', { name: '24 hours' }).click();
    expect(await page.getByRole('button', { name: '24 hours' }).getAttribute('aria-pressed')).toBe('true');
    await expect.poll(() => page.locator('#status').textContent()).toContain('live');
    await page.close();
  });

  test('a model’s name is text, never part of the page', async () => {
    const name = '<img src=x onerror=alert(1)>';
    await play(started.stage, {
      body: { model: name },
      model: name,
      usage: { input: { total: 1 }, output: { total: 1 } },
    });
    const { page, complaints } = await open(dashboard(), 'dark');
    await expect.poll(() => page.locator('#models').textContent(), { timeout: 10_000 }).toContain(name);
    expect(await page.locator('#models img').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test.each(['light', 'dark'] as const)('the dashboard can be seen, %s', async (scheme) => {
    const { page } = await open(dashboard(), scheme);
    await expect.poll(() => page.locator('.chart canvas').count(), { timeout: 10_000 }).toBe(4);
    expect(await inkOf(page)).toBeGreaterThan(4);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await screenshot(page, `dashboard-${scheme}`);
    await page.setViewportSize({ width: 390, height: 800 });
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.close();
  });

  test('without the token there is nothing to see', async () => {
    const url = `http://127.0.0.1:${admin.port}/dashboard/data`;
    expect((await fetch(url)).status).toBe(401);
    const asPassword = { authorization: `Basic ${Buffer.from(`x:${TOKEN}`).toString('base64')}` };
    expect((await fetch(url, { headers: asPassword })).status).toBe(200);
    const wrong = { authorization: `Basic ${Buffer.from('x:wrong').toString('base64')}` };
    expect((await fetch(url, { headers: wrong })).status).toBe(401);
    const asBearer = { authorization: `Bearer ${TOKEN}` };
    expect((await fetch(url, { headers: asBearer })).status).toBe(200);
    // Browsers send a password by themselves, also for another site's form.
    const change = (headers: Record<string, string>) => fetch(url, { method: 'POST', headers });
    expect([(await change(asPassword)).status, (await change(asBearer)).status]).toEqual([401, 404]);
  });

  test('the report’s page shows the same, from a file', async () => {
    await started.stage.close?.();
    const file = join(dir.path, 'report.html');
    const command = [packagePath('dist/kong/cli.js'), 'report', started.folder, '--html', file];
    expect(spawnSync(process.execPath, command, { encoding: 'utf8', timeout: 30_000 }).stderr).toBe('');
    const { page, complaints } = await open(`file://${file}`, 'light');
    const all = (await dashboardData(started.part)).total;
    expect(await tile(page, 'Requests').textContent()).toBe(number(all.requests));
    expect(await tile(page, 'Cost').getAttribute('data-exact')).toBe(all.cost);
    expect(await page.locator('canvas').count()).toBe(2);
    expect(complaints).toEqual([]);
    await screenshot(page, 'report');
    await page.close();
  });
});

/** How many colours the charts are drawn in: an empty canvas has one. */
function inkOf(page: Page): Promise<number> {
  return page.evaluate(`(() => {
    const colours = new Set();
    for (const canvas of document.querySelectorAll('canvas')) {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      for (let at = 0; at < data.length; at += 4) colours.add(data.slice(at, at + 4).join());
    }
    return colours.size;
  })()`) as Promise<number>;
}

async function screenshot(page: Page, name: string): Promise<void> {
  const folder = packagePath('coverage', 'screenshots');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  expect(statSync(path).size).toBeGreaterThan(20_000);
}
