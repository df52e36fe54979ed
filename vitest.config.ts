import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'spec/**/*.spec.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    coverage: { include: ['plugins/**/*.ts', 'kong/**/*.ts'], reporter: ['text-summary', 'json-summary'] },
  },
});
