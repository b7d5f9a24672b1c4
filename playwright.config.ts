import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  // Two cores, and only one display for Electron: one after the other is the quickest that is steady.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  projects: [
    { name: 'browser', testDir: 'test/e2e/browser' },
    // The runtime that stands in for Electron's own (wine's) loses a window or the end of a process now and then.
    { name: 'electron', testDir: 'test/e2e/electron', retries: 2 },
  ],
});
