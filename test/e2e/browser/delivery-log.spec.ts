import { expect } from './harness.ts';
import { begin, call, entries, fatal, go, healthy, hook, openTab, test, violations } from './receiver.ts';

test.use({ viewport: { width: 1200, height: 800 } });

test('the delivery log, says what the server accepted, when a service turns fatal', async ({
  page,
  monitor,
  receiver,
}) => {
  await begin({ page, monitor }, ['core'], { handlers: [hook(receiver)] });
  await openTab(page, 'log');
  await fatal(monitor, 'core');

  const entry = entries(page).filter({ hasText: 'core' }).filter({ hasText: 'Delivered' }).first();
  await expect(entry).toContainText('Hook');
  expect(receiver.bodies()).toHaveLength(1);
  expect(receiver.bodies()[0]).toContain('core');

  const button = entry.getByRole('button');
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(button).toHaveAttribute('aria-expanded', 'true');
  await expect(entry.getByText('Attempts')).toBeVisible();
  await expect(entry.getByRole('link', { name: 'core' })).toHaveAttribute('href', '#/service/core');
  await entry.getByText('let it through').click();
  await expect(entry.getByRole('list', { name: 'How it was decided' })).toContainText('Level');
  expect(await violations(page)).toEqual([]);
});

test('a message that a server refuses, is delivered by trying again, once the server takes it', async ({
  page,
  monitor,
  receiver,
}) => {
  receiver.status = 400;
  receiver.answer = 'no such room';
  await begin({ page, monitor }, ['core'], { handlers: [hook(receiver)] });
  await openTab(page, 'log');
  await fatal(monitor, 'core');

  const entry = entries(page).filter({ hasText: 'Failed' }).first();
  await expect(entry).toContainText('400');
  await entry.getByRole('button').click();
  await expect(entry.getByText('Why it failed')).toBeVisible();

  receiver.status = 200;
  await entries(page).first().getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Tried again now' })).toBeVisible();
  // It is open, so it stays where it is and says what came of it.
  await expect(entries(page).first()).toContainText('Delivered');
  await expect(entries(page).first().getByRole('button', { name: 'Try again' })).toHaveCount(0);
});

test('a failed entry, stays while it is open, when the filter does not find it any more', async ({
  page,
  monitor,
  receiver,
}) => {
  receiver.status = 400;
  await begin({ page, monitor }, ['core'], { handlers: [hook(receiver)] });
  await openTab(page, 'log');
  await fatal(monitor, 'core');
  await page.getByRole('group', { name: 'Show only' }).getByRole('button', { name: 'Failed' }).click();
  await entries(page).first().getByRole('button').click();
  receiver.status = 200;
  await entries(page).first().getByRole('button', { name: 'Try again' }).click();
  await expect(entries(page).first()).toContainText('Delivered');
  await expect(entries(page)).toHaveCount(1);
});

test('what nobody was told of, stands in the log with the stage that decided', async ({ page, monitor, receiver }) => {
  await begin({ page, monitor }, ['core'], { handlers: [hook(receiver)], notification_level: 'error' });
  await openTab(page, 'log');
  await monitor.report('core', { checks: [{ name: 'self', status: 'warning', message: 'Hot' }] });

  const entry = entries(page).filter({ hasText: 'Not told' }).first();
  await expect(entry).toContainText('nobody');
  await entry.getByRole('button').click();
  await expect(entry.getByText('Why nobody was told')).toBeVisible();
  const stages = entry.getByRole('list', { name: 'How it was decided' });
  await expect(stages.getByRole('listitem').filter({ hasText: 'Ends here' })).toContainText('Level');
  expect(receiver.received).toHaveLength(0);
});

test('search, handler and state, narrow the log, and are cleared at once', async ({ page, monitor, receiver }) => {
  await begin({ page, monitor }, ['core', 'audio'], { handlers: [hook(receiver), hook(receiver, 'other', 'Other')] });
  await fatal(monitor, 'core');
  // What comes in the same moment is told as one.
  await expect.poll(() => receiver.received.length).toBe(2);
  await fatal(monitor, 'audio');
  await expect.poll(() => receiver.received.length).toBe(4);
  await openTab(page, 'log');
  await expect(entries(page)).toHaveCount(4);

  await page.getByRole('searchbox', { name: 'Search the log' }).fill('audio');
  await expect(entries(page)).toHaveCount(2);
  await page.getByRole('combobox', { name: 'Only this handler' }).selectOption({ label: 'Other' });
  await expect(entries(page)).toHaveCount(1);
  await page.getByRole('group', { name: 'Show only' }).getByRole('button', { name: 'Failed' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await page.getByRole('button', { name: 'Clear search and filters' }).click();
  await expect(entries(page)).toHaveCount(4);

  await go(page, '#/notifications/log/core');
  await expect(entries(page)).toHaveCount(2);
  await page.getByRole('button', { name: /Only core/ }).click();
  await expect(entries(page)).toHaveCount(4);
});

test('new entries, wait to be shown, while an entry is open', async ({ page, monitor, receiver }) => {
  await begin({ page, monitor }, ['core', 'audio'], { handlers: [hook(receiver)] });
  await fatal(monitor, 'core');
  await expect.poll(() => receiver.received.length).toBe(1);
  await openTab(page, 'log');
  await entries(page).first().getByRole('button').click();

  await fatal(monitor, 'audio');
  const newer = page.getByRole('button', { name: /newer · show/ });
  await expect(newer).toBeVisible();
  await expect(entries(page)).toHaveCount(1);
  await newer.click();
  await expect(entries(page)).toHaveCount(2);
  await expect(entries(page).first()).toContainText('audio');
  await expect(entries(page).first().getByRole('button').first()).toBeFocused();
});

test('older entries, come page by page, of a long log', async ({ page, monitor }) => {
  const services = Array.from({ length: 70 }, (_, index) => `service-${String(index).padStart(2, '0')}`);
  await begin({ page, monitor }, services, { notification_level: 'error' });
  for (const service of services) {
    await monitor.report(service, { checks: [{ name: 'self', status: 'warning', message: 'Hot' }] });
  }
  await expect
    .poll(async () => (await call(page, 'deliveries', { limit: 200 })).entries.length)
    .toBeGreaterThanOrEqual(70);
  await openTab(page, 'log');
  await expect(entries(page)).toHaveCount(50);
  await page.getByRole('button', { name: 'Show older' }).click();
  await expect(entries(page).nth(69)).toBeVisible();
  await expect(page.getByText('That is all of it.')).toBeVisible();
});

test('an empty log, says what will stand in it', async ({ page, monitor }) => {
  await healthy(monitor, 'core');
  await monitor.start();
  await page.goto(monitor.url);
  await openTab(page, 'log');
  await expect(page.getByRole('heading', { name: 'Nothing has been told yet' })).toBeVisible();
  expect(await violations(page)).toEqual([]);
});
