import { defineConfig } from 'vitest/config'

// Workspace packages are loaded from their sources: no build is needed to test them.
const conditions = ['@cusp/source']
const resolve = {
  resolve: { conditions: [...conditions, 'module', 'node', 'development|production'] },
  ssr: { resolve: { conditions: [...conditions, 'module', 'node', 'development|production'] } },
}

/** What the first three speeds have in common. */
const shared = {
  exclude: ['**/node_modules/**', '**/dist/**', 'test/browsers/**'],
  setupFiles: ['test/laws.setup.ts'],
  // A machine that does something else as well takes its time.
  testTimeout: 20_000,
  server: { deps: { inline: [/^@cusp\//] } },
}

/** Long tests, mostly of properties that hold for every input. The name alone puts a test here. */
const laws = '**/{laws,*.laws}.test.ts'

// Four speeds. Where a test lies and what it is called says which is its own: no list has to be
// edited.
export default defineConfig({
  test: {
    // Otherwise vitest leaves one processor unused, which is half of a small machine.
    maxWorkers: '100%',
    projects: [
      {
        ...resolve,
        test: {
          ...shared,
          name: 'unit',
          include: ['packages/*/{src,test}/**/*.test.ts'],
          exclude: [...shared.exclude, laws],
          // Half of the time would go into loading the same modules for each file.
          isolate: false,
        },
      },
      {
        ...resolve,
        test: { ...shared, name: 'laws', include: [laws], testTimeout: 120_000 },
      },
      {
        ...resolve,
        test: {
          ...shared,
          name: 'adapters',
          include: ['{bench,examples,scripts,test}/**/*.test.ts'],
          exclude: [...shared.exclude, laws],
        },
      },
      {
        ...resolve,
        test: {
          name: 'browsers',
          include: ['test/browsers/**/*.test.ts'],
          server: shared.server,
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
      // Nothing else: what is published is counted, whatever its folder is called.
      exclude: ['**/*.test.ts', '**/*.d.ts', '**/*.test-d.ts'],
      reporter: ['text', 'html'],
      reportsDirectory: 'coverage',
      thresholds: {
        statements: 95,
        branches: 95,
        functions: 95,
        lines: 95,
        'packages/core/src/**': { statements: 100, branches: 100, functions: 100, lines: 100 },
        'packages/{node,express,fastify,koa,reports,web}/src/**': {
          statements: 100,
          branches: 100,
          functions: 100,
          lines: 100,
        },
      },
    },
  },
})
