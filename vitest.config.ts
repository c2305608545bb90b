import { defineConfig } from 'vitest/config';

// Unit tests are pure and fast; integration, e2e and fault tests start real processes and mostly wait
// for them, so three files run at once, also on two cores, with longer limits.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'src/**/*.test.ts',
            'tools/**/*.test.ts',
            'scripts/**/*.test.ts',
            'tests/arch/**/*.test.ts',
          ],
          restoreMocks: true,
          sequence: { shuffle: true },
          testTimeout: 20_000,
        },
      },
      ...(['integration', 'faults', 'e2e'] as const).map((name) => ({
        test: {
          name,
          include: [`tests/${name}/**/*.test.ts`],
          maxWorkers: 3,
          // Real processes on a shared, noisy machine: a failure counts when it comes twice.
          retry: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      })),
    ],
  },
});
