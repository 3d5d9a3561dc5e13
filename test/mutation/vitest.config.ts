import { defineConfig } from 'vitest/config';

/**
 * The pure tests alone, which need no database: what `npm run mutate` runs against each change to `core`. Modules stay loaded
 * from one change to the next, which saves most of the time.
 */
// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    include: ['test/core/**/*.test.ts'],
    setupFiles: ['test/mutation/setup.ts'],
    testTimeout: 60_000,
    isolate: false,
  },
});
