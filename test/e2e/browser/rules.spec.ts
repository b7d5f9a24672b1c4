import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Rule } from '../../../src/shared/notification-settings.ts';
import { expect } from './harness.ts';
import { begin, entries, fatal, hook, openTab, test, violations } from './receiver.ts';

test.use({ viewport: { width: 1200, height: 900 } });

const rule = (more: Partial<Rule> & { name: string }): Rule => ({
  ...{ enabled: true, services: [], tags: [], statuses: [], handlers: ['hook'], go_on: false },
  ...more,
});

async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeHidden();
}

test('a rule made in the window, sends what it matches to its handler only, once it is saved', async ({
  page,
  monitor,
  receiver,
}) => {
  await begin({ page, monitor }, ['display-1', 'core'], {
    handlers: [hook(receiver), hook(receiver, 'other', 'Other')],
    rules: [],
  });
  await openTab(page, 'rules');
  await expect(page.getByText(/every handler is told of everything at or above the level/)).toBeVisible();
  await page.getByRole('button', { name: 'Add a rule' }).click();
  const card = page.getByRole('listitem').filter({ has: page.getByRole('heading') });
  await expect(card.getByLabel('Name')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('Displays');
  await page.keyboard.press('Tab');
  await page.keyboard.type('display*');
  await page.keyboard.press('Enter');
  await card.getByRole('checkbox', { name: 'Fatal' }).check();
  await card.getByRole('checkbox', { name: 'Hook' }).uncheck();
  await card.getByRole('checkbox', { name: 'Other' }).check();
  await expect(card).toContainText('Fatal of display*: told to Other; nobody else.');
  await expect(page.getByText('No rule reaches Hook: it is never told of any service.')).toBeVisible();
  await save(page);

  await fatal(monitor, 'core');
  await fatal(monitor, 'display-1');
  await expect.poll(() => receiver.bodies('/other').length).toBe(1);
  expect(receiver.bodies('/other')[0]).toContain('display-1');
  expect(receiver.bodies('/hook')).toHaveLength(0);
});

test('rules, are moved, and one that is never reached is said to be', async ({ page, monitor, receiver }) => {
  await begin({ page, monitor }, ['core'], {
    handlers: [hook(receiver)],
    rules: [rule({ name: 'Core', services: ['core'] }), rule({ name: 'Rest' })],
  });
  await openTab(page, 'rules');
  await expect(page.getByText(/Never reached/)).toBeHidden();
  await page.getByRole('button', { name: 'Move the rule “Core” down' }).click();
  await expect(page.getByRole('heading', { level: 3 })).toHaveText(['Rest', 'Core']);
  await expect(page.getByText('Never reached: “Rest” above decides all of it.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Move the rule “Core” down' })).toBeFocused();
  await page.getByRole('button', { name: 'Move the rule “Core” up' }).click();
  await expect(page.getByText(/Never reached/)).toBeHidden();
  // It is as it was saved.
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeHidden();
});

test('a rule that was removed, comes back where it was, by the keyboard', async ({ page, monitor, receiver }) => {
  await begin({ page, monitor }, ['core'], {
    handlers: [hook(receiver)],
    rules: [rule({ name: 'Core', services: ['core'] }), rule({ name: 'Rest' })],
  });
  await openTab(page, 'rules');
  await page.getByRole('button', { name: 'Remove the rule “Core”' }).click();
  await expect(page.getByRole('heading', { level: 3 })).toHaveText(['Rest']);
  await expect(page.getByRole('button', { name: 'Undo' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 3 })).toHaveText(['Core', 'Rest']);
  await expect(page.getByRole('button', { name: 'Edit the rule “Core”' })).toBeFocused();
});

test('maintenance from now on, holds back what happens, once it is saved', async ({ page, monitor, receiver }) => {
  await begin({ page, monitor }, ['core', 'audio'], { handlers: [hook(receiver)], quiet_hours: [], maintenance: [] });
  await openTab(page, 'quiet');
  const form = page.getByRole('form', { name: 'Maintenance from now on' });
  await form.getByRole('combobox', { name: 'For how long' }).selectOption({ label: '2 h' });
  await form.getByRole('combobox', { name: /services in maintenance/ }).fill('core');
  await page.keyboard.press('Enter');
  await form.getByRole('button', { name: 'Add maintenance' }).click();
  await expect(page.getByText(/Once saved: open until/)).toBeVisible();
  await save(page);
  await expect(page.getByText(/^Open now until/)).toBeVisible();
  await expect(page.getByText(/Maintenance “Maintenance of core” until/)).toBeVisible();

  await fatal(monitor, 'core');
  await fatal(monitor, 'audio');
  await expect.poll(() => receiver.bodies().length).toBe(1);
  expect(receiver.bodies()[0]).toContain('audio');
  await openTab(page, 'log');
  await expect(entries(page).filter({ hasText: 'Held' }).first()).toContainText('core');
});

test('quiet hours past midnight, say so, and a fault in them stands beside its field', async ({
  page,
  monitor,
  receiver,
}) => {
  await begin({ page, monitor }, ['core'], { handlers: [hook(receiver)], quiet_hours: [] });
  await openTab(page, 'quiet');
  await page.getByRole('button', { name: 'Add quiet hours' }).click();
  await expect(page.getByText('Every day from 22:00 until 07:00 the next morning.', { exact: true })).toBeVisible();
  await page.getByRole('checkbox', { name: 'Sunday' }).uncheck();
  await expect(page.getByText('Mon–Sat from 22:00 until 07:00 the next morning.', { exact: true })).toBeVisible();
  await page.getByLabel('Until', { exact: true }).fill('22:00');
  await expect(page.getByLabel('Until', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Until', { exact: true }).fill('06:30');
  await page.getByRole('combobox', { name: 'Time zone' }).fill('Europe/Nowhere');
  await expect(page.getByText(/must be a time zone such as Europe\/Berlin/)).toBeVisible();
  await page.getByRole('combobox', { name: 'Time zone' }).fill('Europe/Berlin');
  await expect(page.getByText(/must be a time zone/)).toBeHidden();
  await expect(page.getByText(/\(Europe\/Berlin\), nobody is told of any service/)).toBeVisible();
});

test('a length of time, is typed as people write it, saved in seconds, and put back to its default', async ({
  page,
  monitor,
  receiver,
}) => {
  await begin({ page, monitor }, ['core'], { handlers: [hook(receiver)] });
  const saved = async (): Promise<unknown> =>
    (JSON.parse(await readFile(join(monitor.root, 'settings.json'), 'utf8')) as Record<string, unknown>)[
      'notification_cooldown'
    ];
  await openTab(page, 'policy');
  const cooldown = page.getByLabel('Cooldown', { exact: true });
  await cooldown.fill('soon');
  await expect(cooldown).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText(/must be a length of time such as/)).toBeVisible();
  await cooldown.fill('1h 30m');
  await expect(page.getByText('= 1 h 30 min')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(cooldown).toHaveValue('1 h 30 min');
  await save(page);
  await expect.poll(saved).toBe(5_400);

  await page.getByRole('button', { name: 'Reset “Cooldown”' }).click();
  await expect(cooldown).toHaveValue('5 min');
  await expect(cooldown).toBeFocused();
  await save(page);
  await expect.poll(saved).toBe(undefined);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test('rules, quiet times and policy, have no axe violation', async ({ page, monitor, receiver }) => {
      await begin({ page, monitor }, ['core'], {
        handlers: [hook(receiver)],
        rules: [rule({ name: 'All' }), rule({ name: 'Never', tags: ['gpu'] })],
        tags: { 'display*': ['gpu'] },
        depends_on: { audio: ['core'] },
      });
      await openTab(page, 'rules');
      await page.getByRole('button', { name: 'Edit the rule “All”' }).click();
      await page.getByText('Its own policy').first().click();
      expect(await violations(page)).toEqual([]);
      await openTab(page, 'quiet');
      await page.getByRole('button', { name: 'Plan a maintenance window' }).click();
      await page.getByRole('button', { name: 'Add quiet hours' }).click();
      expect(await violations(page)).toEqual([]);
      await openTab(page, 'policy');
      await page.getByLabel('Cooldown', { exact: true }).fill('soon');
      expect(await violations(page)).toEqual([]);
      await page.setViewportSize({ width: 400, height: 800 });
      expect(await violations(page)).toEqual([]);
    });
  });
}
