// The dashboard and its provisioning ask for what there is.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { packagePath } from '../../kong/root.ts';
import { targetMetrics } from '../../plugins/ai-proxy/metrics.ts';
import { start, tempFolder } from '../plugins/cost-log/support.ts';

interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { h: number; w: number; x: number; y: number };
  targets?: { expr: string; legendFormat: string }[];
}
interface Dashboard {
  panels: Panel[];
  templating: { list: { name: string; definition?: string }[] };
}

const dashboard = JSON.parse(
  readFileSync(packagePath('docker/grafana/dashboards/kong-ai.json'), 'utf8'),
) as Dashboard;

/** Names and labels of everything that the suite counts. */
async function metricsOf(): Promise<Map<string, Set<string>>> {
  const budgets = [{ name: 'b', usd: 1 }];
  const sinks = [{ file: { path: `${tempFolder()}/out` } }];
  const { metrics } = start({ sinks, budgets });
  targetMetrics(metrics, 'p', 't');
  const found = new Map<string, Set<string>>();
  for (const { name, labelNames, type } of metrics.registry.getMetricsAsArray() as unknown as Described[]) {
    const parts = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    for (const part of parts) found.set(name + part, new Set([...labelNames, 'le']));
  }
  return found;
}

interface Described {
  name: string;
  labelNames: string[];
  type: string;
}

const NAME = /\b((?:kong_ai|gen_ai)_\w+?)(?=\{|\[|\)|,|$|\s)(?:\{([^}]*)\})?/g;

test('every metric and label of the dashboard exists', async () => {
  const known = await metricsOf();
  const exprs = [
    ...dashboard.panels.flatMap(({ targets }) => targets?.map(({ expr }) => expr) ?? []),
    ...dashboard.templating.list.flatMap(({ definition }) => definition ?? []),
  ];
  let checked = 0;
  for (const expr of exprs) {
    const by = /by \(([^)]*)\)/.exec(expr)?.[1]?.split(/,\s*/) ?? [];
    for (const [, name, selector] of expr.matchAll(NAME)) {
      if (by.includes(name!)) continue;
      expect([...known.keys()], expr).toContain(name);
      const labels = [...(selector ?? '').matchAll(/(\w+)\s*[=!]/g)].map(([, label]) => label!);
      for (const label of [...by, ...labels])
        expect([...known.get(name!)!], `${label} in ${expr}`).toContain(label);
      checked += 1;
    }
  }
  expect(checked).toBeGreaterThan(25);
});

test('a legend names labels that its expression keeps', () => {
  for (const { title, targets } of dashboard.panels) {
    for (const { expr, legendFormat } of targets ?? []) {
      const by = /by \(([^)]*)\)/.exec(expr)?.[1]?.split(/,\s*/) ?? [];
      const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      expect(by, title).toEqual(expect.arrayContaining(named));
    }
  }
});

test('panels have ids of their own and do not lie on each other', () => {
  const { panels } = dashboard;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  for (const a of panels) {
    expect(a.gridPos.x + a.gridPos.w).toBeLessThanOrEqual(24);
    for (const b of panels) {
      if (a === b) continue;
      const apart =
        a.gridPos.x + a.gridPos.w <= b.gridPos.x ||
        b.gridPos.x + b.gridPos.w <= a.gridPos.x ||
        a.gridPos.y + a.gridPos.h <= b.gridPos.y ||
        b.gridPos.y + b.gridPos.h <= a.gridPos.y;
      expect(apart, `${a.title} and ${b.title}`).toBe(true);
    }
  }
});

test('provisioning points at the data source and the folder of the dashboard', () => {
  const read = (file: string) => parse(readFileSync(packagePath('docker', file), 'utf8'));
  const [source] = read('grafana/provisioning/datasources/prometheus.yml').datasources;
  expect(source).toMatchObject({ uid: 'prometheus', type: 'prometheus', isDefault: true });
  const [provider] = read('grafana/provisioning/dashboards/kong-ai.yml').providers;
  expect(provider).toMatchObject({ type: 'file', options: { path: '/var/lib/grafana/dashboards' } });
  const jobs = read('prometheus.yml').scrape_configs.map(({ job_name }: { job_name: string }) => job_name);
  expect(jobs).toContain('kong-ai');
});
