import { defineConfig } from 'vitest/config';

// What ends a test that hangs; a slow machine needs most of a minute for some.
const common = { testTimeout: 90_000, hookTimeout: 120_000, pool: 'forks' } as const;

export default defineConfig({
  test: {
    projects: [
      { test: { ...common, name: 'test', include: ['test/**/*.test.ts', 'spec/support/**/*.test.ts'] } },
      // Needs a Redis that can search; `npm run test:search`.
      { test: { ...common, name: 'search', include: ['test/**/*.search.ts'] } },
      // A load of its own: after the others, not beside them. Longer with `npm run faults`.
      {
        test: {
          ...common,
          name: 'faults',
          include: ['test/faults/**/*.long.ts'],
          sequence: { groupOrder: 1 },
        },
      },
      // One gateway for the whole suite, started only when a spec runs.
      {
        test: {
          ...common,
          name: 'spec',
          include: ['spec/**/*.spec.ts'],
          globalSetup: 'spec/support/setup.ts',
        },
      },
    ],
    coverage: {
      include: ['plugins/**/*.ts', 'kong/**/*.ts'],
      exclude: ['test/**'],
      reporter: ['text-summary', 'json-summary'],
      reportOnFailure: true,
      // Of both projects together. What only runs in processes of its own (relay workers) is tested there and not counted.
      thresholds: { lines: 95, branches: 93 },
    },
  },
});
