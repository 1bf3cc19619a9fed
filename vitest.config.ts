import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: Vitest reads the default export
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/build-once.ts',
    // Real processes and browsers on a busy machine: a bound against hanging, not a measure of speed.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
