import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { details, expect, row, test, type TestMonitor } from './harness.ts';

async function violations(page: Page): Promise<string[]> {
  const found = (await new AxeBuilder({ page }).analyze()).violations;
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}

async function everyStatus(monitor: TestMonitor): Promise<void> {
  for (const status of ['healthy', 'warning', 'error', 'fatal', 'unknown'] as const) {
    await monitor.report(`a_${status}_one`, {
      name: `The ${status} one`,
      checks: [{ name: 'self', status, message: `Says ${status}`, metadata: { count: 1 } }],
    });
  }
  await monitor.writeRaw('broken.json', '{');
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, viewport: { width: 1400, height: 900 } });

    test('the overview has no axe violation', async ({ page, monitor }) => {
      await everyStatus(monitor);
      await monitor.start();
      await page.goto(monitor.url);
      await expect(row(page, 'broken')).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Pause alerts for 1 h' }).click();
      await page.getByRole('button', { name: /1 fatal/ }).click();
      await expect(page.getByText(/Alerts are paused/)).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });

    test('the details have no axe violation', async ({ page, monitor }) => {
      await everyStatus(monitor);
      await monitor.start();
      await page.goto(monitor.url);
      for (const service of ['a_fatal_one', 'a_warning_one', 'a_healthy_one', 'broken']) {
        await row(page, service).click();
        await expect(details(page).getByRole('heading', { name: service })).toBeVisible();
        if (service !== 'broken') await expect(details(page).getByRole('table')).toBeVisible();
        expect(await violations(page)).toEqual([]);
      }
      await page.setViewportSize({ width: 900, height: 600 });
      expect(await violations(page)).toEqual([]);
    });

    test('the empty overview has no axe violation', async ({ page, monitor }) => {
      await monitor.start();
      await page.goto(monitor.url);
      await expect(page.getByRole('heading', { name: 'No service has reported yet' })).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });

    test('a lost connection has no axe violation', async ({ page, monitor, complaints }) => {
      await everyStatus(monitor);
      await monitor.start();
      await page.goto(monitor.url);
      await expect(row(page, 'broken')).toBeVisible();
      await monitor.stop();
      await expect(page.getByText(/Not connected to the monitor/)).toBeVisible();
      expect(await violations(page)).toEqual([]);
      // The browser itself tells the console of every request that failed.
      complaints.length = 0;
    });
  });
}
