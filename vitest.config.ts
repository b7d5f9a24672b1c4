import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts', 'test/contract/**/*.test.ts'],
    // The parser takes CI=true for leave to read a file from disk in place of the text that it is given.
    // The installation's environment must not reach a test; one that wants it sets it.
    env: { TSESTREE_SINGLE_RUN: 'false', TZ: 'Europe/Berlin', EXPERIMANCE_ENV: '', SERVICES: '', PROJECT_ENV: '' },
    testTimeout: 20_000,
  },
});
