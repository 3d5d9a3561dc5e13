import { defineConfig } from 'vitest/config';

/** The pure tests alone, which need no database: what `npm run mutate` runs against each change to `core`. */
// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({ test: { include: ['test/core/**/*.test.ts'] } });
