// Helm values and manifests, held against Kong's settings, the plugin server's and the plugins' schemas.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { DEFAULTS, kongSettings } from '../../kong/conf/kong-conf.ts';
import { packagePath } from '../../kong/root.ts';
import { optionRows } from '../../kong/serve/options.ts';
import { OURS } from '../../kong/validate/names.ts';
import { checkPluginConfig } from '../../kong/validate/plugins.ts';

const read = (name: string): string => readFileSync(packagePath('docker', 'kubernetes', name), 'utf8');

interface Manifest {
  kind: string;
  plugin: string;
  config: Record<string, unknown>;
  metadata: { name: string; namespace: string; annotations?: Record<string, string> };
}

describe('values.yaml', () => {
  const values = parse(read('values.yaml'));
  const [sidecar] = values.deployment.sidecarContainers;

  it('has the settings that kong-ai conf prints', () => {
    for (const { name, value } of kongSettings(DEFAULTS)) {
      if (name !== 'plugins' && name !== 'pluginserver_names') expect(values.env[name], name).toBe(value);
      else for (const word of value.split(',')) expect(values.env[name].split(',')).toContain(word);
    }
  });

  it('sets only variables that the plugin server has', () => {
    const known = optionRows().map(({ name }) => name);
    for (const { name } of sidecar.env) expect(known).toContain(name);
  });

  it('shares the socket’s folder, and asks the admin listener for health', () => {
    const path = (mounts: { name: string; mountPath: string }[]): string =>
      mounts.find(({ name }) => name === 'kong-ai-socket')!.mountPath;
    expect(path(sidecar.volumeMounts)).toBe(path(values.deployment.userDefinedVolumeMounts));
    const declared = values.deployment.userDefinedVolumes.map(({ name }: { name: string }) => name);
    for (const { name } of sidecar.volumeMounts) expect(declared).toContain(name);
    const [admin] = sidecar.ports;
    expect(String(admin.containerPort)).toBe(defaultOf('KONG_AI_ADMIN_PORT'));
    expect(sidecar.readinessProbe.httpGet).toEqual({ path: '/readyz', port: admin.name });
    expect(sidecar.livenessProbe.httpGet).toEqual({ path: '/healthz', port: admin.name });
    expect(values.podAnnotations['prometheus.io/port']).toBe(String(admin.containerPort));
  });

  it('gives streams longer to end than the relay waits for them', () => {
    expect(values.terminationGracePeriodSeconds).toBeGreaterThan(Number(defaultOf('KONG_AI_DRAIN_SECONDS')));
  });

  it('runs the sidecar without rights', () => {
    expect(sidecar.securityContext).toMatchObject({ readOnlyRootFilesystem: true, runAsNonRoot: true });
  });
});

describe('plugins.yaml', () => {
  const manifests = parseAllDocuments(read('plugins.yaml')).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Manifest;
  });
  const plugins = manifests.filter(({ kind }) => kind === 'KongPlugin');

  it('has a KongPlugin for each plugin of the suite, with a config that its schema takes', () => {
    expect(plugins.map(({ plugin }) => plugin)).toEqual(expect.arrayContaining([...OURS]));
    for (const { plugin, config } of plugins) expect(checkPluginConfig(plugin, config), plugin).toEqual([]);
  });

  it('enables on the route exactly the plugins that it declares, in one namespace', () => {
    const ingress = manifests.find(({ kind }) => kind === 'Ingress')!;
    const names = ingress.metadata.annotations!['konghq.com/plugins']!.split(',');
    expect([...names].sort()).toEqual(plugins.map(({ metadata }) => metadata.name).sort());
    expect(new Set(manifests.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['ai']));
  });
});

const defaultOf = (variable: string): string => optionRows().find(({ name }) => name === variable)!.default;
