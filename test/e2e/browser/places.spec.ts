import { expect, row, test } from './harness.ts';
import { begin, entries, fatal, go, hook, openTab, test as withReceiver } from './receiver.ts';

const NAMES = Array.from({ length: 80 }, (_, index) => `service-${String(index).padStart(2, '0')}`);

for (const [where, viewport] of [
  ['in a window', { width: 1200, height: 700 }],
  ['on a phone', { width: 400, height: 700 }],
] as const) {
  test.describe(where, () => {
    test.use({ viewport });

    test('the overview, is where one left it, when one comes back from the notifications', async ({
      page,
      monitor,
    }) => {
      for (const name of NAMES) await monitor.report(name, { checks: [{ name: 'self', status: 'healthy' }] });
      await monitor.start();
      await page.goto(monitor.url);
      const reached = row(page, 'service-40');
      await reached.scrollIntoViewIfNeeded();
      await expect(reached).toBeInViewport();

      await go(page, '#/notifications/handlers');
      await expect(page.getByRole('tab', { name: 'Handlers' })).toBeInViewport();
      await expect(reached).toBeHidden();
      await page.goBack();
      await expect(reached).toBeInViewport();
    });
  });
}

test('a toast that goes, gives the focus back to where it was', async ({ page, monitor }) => {
  await monitor.start();
  await page.goto(monitor.url);
  const check = page.getByRole('button', { name: 'Check now' });
  await check.focus();
  await page.keyboard.press('Enter');
  const dismiss = page.getByRole('button', { name: 'Dismiss', exact: true });
  await dismiss.focus();
  await page.keyboard.press('Enter');
  await expect(dismiss).toBeHidden();
  await expect(check).toBeFocused();
});

test('that no handler can tell anybody, is said on every page', async ({ page, monitor }) => {
  await monitor.start();
  await page.goto(monitor.url);
  // Without a screen, the desktop's handler, which there is from the beginning, has nowhere to show anything.
  await page.getByRole('link', { name: /Notifications.*nobody is told/ }).click();
  await expect(
    page.getByText('Nobody is told of anything: no handler that is set up can send from here.'),
  ).toBeVisible();
});

withReceiver(
  'the log, fits a narrow window, however long the names of handlers are',
  async ({ page, monitor, receiver }) => {
    await page.setViewportSize({ width: 400, height: 800 });
    await begin({ page, monitor }, ['core'], {
      handlers: [hook(receiver, 'hook', 'A handler with a name as long as sixty characters or so')],
    });
    await fatal(monitor, 'core');
    await openTab(page, 'log');
    await expect(entries(page).first()).toBeVisible();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
  },
);

withReceiver('the page, stays as high as its window, whatever scrolls in it', async ({ page, monitor, receiver }) => {
  await page.setViewportSize({ width: 900, height: 600 });
  await begin({ page, monitor }, ['core'], { handlers: [hook(receiver)] });
  await fatal(monitor, 'core');
  await expect(row(page, 'core')).toContainText('Fatal');
  for (const [hash, region] of [
    ['#/service/core', /^Details of/],
    ['#/notifications/handlers/hook', 'Handler Hook'],
  ] as const) {
    await go(page, hash);
    const view = page.getByRole('region', { name: region });
    await expect(view).toBeVisible();
    await expect.poll(() => view.evaluate((element) => element.scrollHeight > element.clientHeight)).toBe(true);
    await expect.poll(() => page.evaluate('document.documentElement.scrollHeight')).toBe(600);
  }
});
