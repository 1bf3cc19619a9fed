import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: Vitest reads the default export
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/build-once.ts',
    // Real processes and browsers on a busy machine: a bound against hanging, not a measure of speed.
    // Nothing is patched or mocked, so files need no module registry of their own: it saves loading the SDKs forty times.
    isolate: false,
    // Vitest leaves one core free; the tests wait more than they compute.
    maxWorkers: availableParallelism(),
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
