/** vitest's view of the suites: one project each, run one after the other from the root of the repository. */
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { excludedFrom, suites } from './support/suites.ts';

export default defineConfig({
  root: join(import.meta.dirname, '..'),
  test: {
    watch: false,
    // A process of its own for each file: the tests load native addons and end processes.
    pool: 'forks',
    // Stopping the servers takes longer than vitest's usual patience.
    teardownTimeout: 30_000,
    projects: suites.map((suite, index) => ({
      extends: true as const,
      test: {
        name: suite.name,
        include: [...suite.include],
        exclude: excludedFrom(suite),
        globalSetup: suite.servers ? ['test/support/servers-once.ts'] : [],
        ...(suite.alone ? { fileParallelism: false } : { maxWorkers: '100%' }),
        testTimeout: suite.timeoutMs,
        hookTimeout: suite.timeoutMs,
        // From 1: vitest moves what has the order 0 and one worker to the end.
        sequence: { groupOrder: index + 1 },
      },
    })),
  },
});
