import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test, type TestMonitor } from './harness.ts';
import { manyStory, SERVICES, writeStory, yearStory } from './history-data.ts';

async function violations(page: Page): Promise<string[]> {
  const found = (await new AxeBuilder({ page }).analyze()).violations;
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}

/** Whether the page is wider than its window. */
function isCut(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > innerWidth');
}

async function yearOld(monitor: TestMonitor): Promise<void> {
  const now = Date.now();
  await writeStory(join(monitor.root, 'data'), yearStory(now));
  for (const service of SERVICES) {
    await monitor.report(service, { checks: [{ name: 'self', status: 'healthy', metadata: { fps: 60 } }], at: now });
  }
  await monitor.start();
}

/** Every page of the history, and what is there once it is complete. */
const PAGES: readonly [hash: string, complete: (page: Page) => Promise<void>][] = [
  [
    '#/history',
    async (page) => {
      await expect(page.getByRole('slider', { name: 'audio, time' })).toHaveAttribute('aria-valuetext', /for up to/);
      await page.getByRole('button', { name: 'Custom…' }).click();
      await page.getByRole('slider', { name: 'audio, time' }).hover();
    },
  ],
  ['#/history/changes', (page) => expect(page.getByText('newly seen').first()).toBeVisible()],
  ['#/history/uptime', (page) => expect(page.getByRole('table')).toBeVisible()],
  [
    '#/history/compare',
    async (page) => {
      await expect(page.getByRole('table')).toBeVisible();
      await page.getByRole('button', { name: 'Custom…' }).click();
    },
  ],
  [
    '#/history/incidents/audio',
    async (page) => {
      await page.getByRole('link', { name: /mixer: 5 buffers/ }).click();
      await expect(page.getByRole('slider', { name: /chart$/ })).toHaveCount(3);
      await page
        .getByRole('button', { name: /^Show 2 checks/ })
        .first()
        .click();
      await page.getByText('The values as a table').first().click();
    },
  ],
  ['#/service/audio', (page) => expect(page.getByRole('slider', { name: /chart$/ })).toHaveCount(2)],
];

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });
    test('no page of the history, has an axe violation or is cut, whatever the window', async ({ page, monitor }) => {
      test.slow();
      await yearOld(monitor);
      for (const [width, height] of [
        [1600, 1000],
        [900, 600],
        [420, 800],
      ] as const) {
        await page.setViewportSize({ width, height });
        for (const [hash, complete] of PAGES) {
          await page.goto('about:blank');
          await page.goto(monitor.url + hash);
          await complete(page);
          expect(await violations(page), `${hash} at ${width}`).toEqual([]);
          expect(await isCut(page), `${hash} at ${width}`).toBe(false);
        }
      }
    });
  });
}

test('a thousand services, are shown the most troubled first, and all of them if one wants', async ({
  page,
  monitor,
}) => {
  const services = Array.from({ length: 1000 }, (_, index) => `service-${String(index).padStart(4, '0')}`);
  const now = Date.now();
  await writeStory(join(monitor.root, 'data'), manyStory(now, services));
  await monitor.report('service-0000', { checks: [{ name: 'self', status: 'healthy' }], at: now });
  await monitor.start();
  await page.goto(`${monitor.url}#/history`);
  const rows = page.getByRole('region', { name: 'Timeline' }).getByRole('slider');
  await expect(rows).toHaveCount(12);
  // The one whose hour was the longest.
  await expect(rows.first()).toHaveAccessibleName('service-0999, time');
  await page.getByRole('button', { name: 'Show all 1000 services' }).click();
  await expect(rows).toHaveCount(1000);
  await rows.last().scrollIntoViewIfNeeded();
  await expect(rows.last()).toHaveAttribute('aria-valuetext', /error for up to/);
  await page.getByRole('searchbox').fill('0777');
  await expect(rows).toHaveCount(1);
  expect(await violations(page)).toEqual([]);
});

test('no page of the history, needs a service', async ({ page, monitor }) => {
  await monitor.start();
  for (const hash of ['#/history', '#/history/changes', '#/history/uptime', '#/history/compare']) {
    await page.goto('about:blank');
    await page.goto(monitor.url + hash);
    await expect(page.getByRole('tab', { selected: true })).toBeVisible();
    await expect(page.getByText(/no history yet|No incident|Nothing changed|No service/).first()).toBeVisible();
    expect(await violations(page)).toEqual([]);
  }
});
