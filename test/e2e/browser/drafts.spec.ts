import { writeFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import {
  addNtfy,
  editSettings,
  entry,
  handlers,
  openHandlers,
  readSettings,
  save,
  settingsFile,
} from './handlers-page.ts';
import { expect, test } from './harness.ts';

test('a fault, is shown as one types, and keeps from saving until it is put right', async ({ page, monitor }) => {
  await monitor.start();
  await openHandlers(page, monitor);
  await addNtfy(page, { name: 'Phone', topic: 'not a topic', server: 'ftp://example.org' });
  await expect(page.getByLabel('Topic')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Topic')).toHaveAccessibleDescription(/must be 1 to 64 letters/);
  await expect(page.getByLabel('Server')).toHaveAccessibleDescription(/must be an address/);
  await page.getByLabel('Server').fill('example.org');
  await expect(page.getByLabel('Server')).not.toHaveAttribute('aria-invalid');
  await page.getByLabel('Topic').fill('');
  await expect(page.getByLabel('Topic')).toHaveAccessibleDescription(/must be filled in/);

  // Wherever one is meanwhile, Save leads to the first fault.
  await page.getByRole('tab', { name: 'Policy' }).click();
  await save(page).click();
  await expect(page.getByLabel('Topic')).toBeFocused();
  expect(JSON.stringify(await readSettings(monitor))).not.toContain('ntfy');
});

test('the draft, is kept while one looks elsewhere, and is discarded with a way back', async ({ page, monitor }) => {
  await monitor.start();
  await openHandlers(page, monitor);
  await addNtfy(page, { name: 'Phone', topic: 'health', server: 'https://ntfy.example.org' });
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByRole('link', { name: /Notifications.*not saved/ })).toBeVisible();
  await page.goBack();
  await expect(page.getByLabel('Topic')).toHaveValue('health');

  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(handlers(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(handlers(page)).toHaveCount(2);
});

test('changes that were discarded, come back beside what was edited since', async ({ page, monitor }) => {
  await monitor.start();
  await openHandlers(page, monitor);
  await addNtfy(page, { name: 'Phone', topic: 'health', server: 'https://ntfy.example.org' });
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('tab', { name: 'Policy' }).click();
  await page.getByLabel('Cooldown', { exact: true }).fill('2 min');
  await save(page).click();
  await expect(page.getByText('Saved. It holds from now on.')).toBeVisible();

  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('1 change not saved:')).toBeVisible();
  await expect(page.getByText('“Phone” added.')).toBeVisible();
  await expect(page.getByLabel('Cooldown', { exact: true })).toHaveValue('2 min');
});

test('every change that is not saved, is named, when somebody asks for all', async ({ page, monitor }) => {
  await monitor.start();
  await openHandlers(page, monitor);
  await page.getByRole('tab', { name: 'Policy' }).click();
  for (const name of ['Tell of recoveries', 'Tell of unknown services', 'Summary at the start']) {
    await page.getByRole('switch', { name }).click();
  }
  const all = page.getByRole('button', { name: 'Show all' });
  await expect(page.getByText('3 changes not saved:')).toBeVisible();
  await expect(all).toBeHidden();
  await page.getByRole('switch', { name: 'Tell when the monitor stops' }).click();
  await expect(page.getByText('and 1 more change.')).toBeVisible();
  await all.press('Enter');
  const list = page.getByRole('list', { name: 'Changes that are not saved' });
  await expect(list.getByRole('listitem')).toHaveCount(4);
  await expect(list).toContainText('Tell when the monitor stops: on → off');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByRole('button', { name: 'Hide changes' }).press('Enter');
  await expect(list).toBeHidden();
});

test('an edit of the file, appears in the window, while nothing is changed there', async ({ page, monitor }) => {
  await monitor.start();
  await openHandlers(page, monitor);
  await expect(handlers(page)).toHaveCount(1);
  await editSettings(monitor, { handlers: [entry('one', 'One'), entry('two', 'Two')] });
  await expect(handlers(page)).toHaveText([/One/, /Two/]);
  await expect(page.getByText(/changed elsewhere/)).toBeHidden();
});

test('an edit of the file, is put together with one’s own changes, where both were made', async ({ page, monitor }) => {
  await monitor.start();
  await openHandlers(page, monitor);
  await addNtfy(page, { name: 'Mine', topic: 'mine', server: 'https://ntfy.example.org' });
  await editSettings(monitor, { handlers: [entry('theirs', 'Theirs')], buffer_time: 30 });
  await expect(page.getByText(/was changed elsewhere while you were at it/)).toBeVisible();

  await page.getByRole('button', { name: 'Reload, keep my changes' }).click();
  await expect(page.getByText('1 change not saved:')).toBeVisible();
  await expect(page.getByText('“Mine” added.')).toBeVisible();
  await save(page).click();
  await expect(page.getByText('Saved. It holds from now on.')).toBeVisible();
  const saved = await readSettings(monitor);
  expect(saved['buffer_time']).toBe(30);
  expect((saved['handlers'] as { id: string }[]).map(({ id }) => id).sort()).toEqual(['mine', 'theirs']);
});

test('a broken file, is told with its line, and is not saved over', async ({ page, monitor }) => {
  await monitor.start();
  await openHandlers(page, monitor);
  await addNtfy(page, { name: 'Mine', topic: 'mine', server: 'https://ntfy.example.org' });
  await writeFile(settingsFile(monitor), '{ "handlers": [');
  await expect(page.getByText('The settings file is broken.')).toBeVisible();
  await expect(
    page
      .getByRole('alert')
      .getByText(/line 1/)
      .first(),
  ).toBeVisible();
  await expect(save(page)).toHaveAttribute('aria-disabled', 'true');
  // Once: the strip at the top of every page says the same where this one does not.
  await expect(page.getByText(/line 1/)).toHaveCount(1);
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByText(/The monitor itself is unwell: 1 problem/)).toBeVisible();
  await expect(page.getByText(/line 1/)).toHaveCount(1);
  await page.goBack();
  await writeFile(settingsFile(monitor), '{ "version": 1 }');
  await expect(page.getByText('The settings file is broken.')).toBeHidden();
});
