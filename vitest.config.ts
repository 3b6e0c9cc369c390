import { defineConfig } from 'vitest/config'

// Workspace packages are loaded from their sources: no build is needed to test them.
const conditions = ['@cusp/source']
const resolve = {
  resolve: { conditions: [...conditions, 'module', 'node', 'development|production'] },
  ssr: { resolve: { conditions: [...conditions, 'module', 'node', 'development|production'] } },
}

export default defineConfig({
  test: {
    projects: [
      {
        ...resolve,
        test: {
          name: 'fast',
          include: [
            'packages/*/src/**/*.test.ts',
            'examples/**/*.test.ts',
            'bench/**/*.test.ts',
            'scripts/**/*.test.ts',
            'test/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/dist/**', 'test/browsers/**'],
          setupFiles: ['test/laws.setup.ts'],
          server: { deps: { inline: [/^@cusp\//] } },
        },
      },
      {
        ...resolve,
        test: {
          name: 'browsers',
          include: ['test/browsers/**/*.test.ts'],
          server: { deps: { inline: [/^@cusp\//] } },
          // Real browsers: slow to start, and one at a time.
          testTimeout: 60_000,
          hookTimeout: 90_000,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.d.ts', '**/*.test-d.ts', '**/testing/**', '**/index.ts'],
      reporter: ['text', 'html'],
      reportsDirectory: 'coverage',
      thresholds: {
        statements: 95,
        branches: 95,
        functions: 95,
        lines: 95,
        'packages/core/src/**': { statements: 100, branches: 100, functions: 100, lines: 100 },
        'packages/{node,express,koa}/src/**': {
          statements: 100,
          branches: 100,
          functions: 100,
          lines: 100,
        },
      },
    },
  },
})
