import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts', 'test/contract/**/*.test.ts'],
    // The installation's environment must not reach a test; one that wants it sets it.
    env: { TZ: 'Europe/Berlin', EXPERIMANCE_ENV: '', SERVICES: '', PROJECT_ENV: '' },
    testTimeout: 20_000,
  },
});
