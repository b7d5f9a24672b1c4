import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, row, test, type TestMonitor } from './harness.ts';

interface Ntfy {
  address: string;
  /** What it was sent, one text for each message. */
  received: string[];
  /** How it answers the next ones. */
  status: number;
  close(): Promise<void>;
}

/** A server that takes messages as ntfy does. */
async function startNtfy(): Promise<Ntfy> {
  const ntfy: Ntfy = { address: '', received: [], status: 200, close: () => Promise.resolve() };
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      ntfy.received.push(`${request.url ?? ''} ${body}`);
      response.writeHead(ntfy.status, { 'content-type': 'application/json' });
      const answer =
        ntfy.status === 200 ? { id: 'abc', event: 'message' } : { http: ntfy.status, error: 'unauthorized' };
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ntfy.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  ntfy.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return ntfy;
}

const settingsFile = (monitor: TestMonitor): string => join(monitor.root, 'settings.json');

async function readSettings(monitor: TestMonitor): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(settingsFile(monitor), 'utf8')) as Record<string, unknown>;
}

/** Writes keys into the settings file, as somebody with an editor does. */
async function editSettings(monitor: TestMonitor, keys: Record<string, unknown>): Promise<void> {
  await writeFile(settingsFile(monitor), JSON.stringify({ ...(await readSettings(monitor)), ...keys }, null, 2));
}

function entry(id: string, name: string, topic = `topic-${id}`): Record<string, unknown> {
  return { id, type: 'ntfy', name, config: { topic, server: 'http://127.0.0.1:9' } };
}

async function openHandlers(page: Page, monitor: TestMonitor): Promise<void> {
  await page.goto(monitor.url);
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Notifications' }).click();
  await expect(page.getByRole('tab', { name: 'Handlers' })).toHaveAttribute('aria-selected', 'true');
}

function handlers(page: Page): Locator {
  return page.getByRole('list', { name: 'Handlers', exact: true }).getByRole('listitem');
}

async function addNtfy(
  page: Page,
  { name, topic, server }: Record<'name' | 'topic' | 'server', string>,
): Promise<void> {
  await page.getByRole('button', { name: 'Add a handler' }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^ntfy/ }).click();
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  // What was suggested is selected: typing takes its place.
  await page.keyboard.type(name);
  await page.getByLabel('Topic').fill(topic);
  await page.getByLabel('Server').fill(server);
}

const save = (page: Page): Locator => page.getByRole('button', { name: 'Save', exact: true });

test('pages, are reached by links, keep their tab in the address, and Back leads back', async ({ page, monitor }) => {
  await monitor.report('core', { checks: [{ name: 'camera', status: 'healthy' }] });
  await monitor.start();
  await page.goto(monitor.url);
  const pages = page.getByRole('navigation', { name: 'Pages' });
  await expect(pages.getByRole('link', { name: 'Overview' })).toHaveAttribute('aria-current', 'page');

  await pages.getByRole('link', { name: 'Notifications' }).click();
  await expect(pages.getByRole('link', { name: 'Notifications' })).toHaveAttribute('aria-current', 'page');
  await expect(row(page, 'core')).toBeHidden();
  await page.getByRole('tab', { name: 'Policy' }).click();
  await expect(page).toHaveURL(/#\/notifications\/policy$/);
  await page.reload();
  await expect(page.getByRole('tab', { name: 'Policy' })).toHaveAttribute('aria-selected', 'true');
  await page.goBack();
  await expect(page.getByRole('tab', { name: 'Handlers' })).toHaveAttribute('aria-selected', 'true');
  await pages.getByRole('link', { name: 'Overview' }).click();
  await expect(row(page, 'core')).toBeVisible();
});

test('alerts, are paused for as long as one chooses', async ({ page, monitor }) => {
  await monitor.start();
  await page.goto(monitor.url);

  await page.getByRole('button', { name: 'Choose how long' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: '30 min', exact: true })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Choose how long' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('button', { name: /Until .*8:00/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText(/Alerts are paused until .*08:00/)).toBeVisible();
});

test('a handler, is added, tested and saved, where its server is there', async ({ page, monitor }) => {
  const ntfy = await startNtfy();
  try {
    await monitor.start();
    await openHandlers(page, monitor);
    await addNtfy(page, { name: 'Phone of Ada', topic: 'health-7f3a', server: ntfy.address });
    await expect(page.getByText('call it “phone-of-ada”')).toBeVisible();

    await page.getByRole('button', { name: 'Send test' }).click();
    await expect(page.getByText('Delivered.', { exact: true })).toBeVisible();
    expect(ntfy.received[0]).toContain('/health-7f3a ');
    ntfy.status = 401;
    await page.getByRole('button', { name: 'Send test' }).click();
    await expect(page.getByText('Not delivered.', { exact: true })).toBeVisible();
    await expect(page.getByRole('tabpanel').getByText(/401/).first()).toBeVisible();
    await page.getByText('What was sent').click();
    await expect(page.getByText(`${ntfy.address}/health-7f3a`).last()).toBeVisible();

    // Nothing of it is in force before it is saved.
    await expect(page.getByText('1 change not saved:')).toBeVisible();
    expect(JSON.stringify(await readSettings(monitor))).not.toContain('health-7f3a');
    await save(page).click();
    await expect(page.getByText('Saved. It holds from now on.')).toBeVisible();
    await expect(save(page)).toBeHidden();
    const { handlers: saved } = await readSettings(monitor);
    expect(saved).toContainEqual(
      expect.objectContaining({
        id: 'phone-of-ada',
        type: 'ntfy',
        name: 'Phone of Ada',
        config: { topic: 'health-7f3a', server: ntfy.address },
      }),
    );
    expect(JSON.stringify(saved)).not.toMatch(/token|password/);
  } finally {
    await ntfy.close();
  }
});

test('secrets, are asked for by the name of their variable, where the monitor has no keyring', async ({
  page,
  monitor,
}) => {
  await monitor.start();
  await openHandlers(page, monitor);
  await addNtfy(page, { name: 'Phone', topic: 'health', server: 'https://ntfy.example.org' });
  await expect(page.getByText('EXPERIMANCE_SECRET_PHONE_TOKEN')).toBeVisible();
  await expect(page.locator('input[type=password]')).toHaveCount(0);
});

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

test('a handler, is removed and brought back with its place and its focus', async ({ page, monitor }) => {
  await monitor.start();
  await openHandlers(page, monitor);
  await expect(handlers(page)).toHaveCount(1);
  await editSettings(monitor, { handlers: [entry('one', 'One'), entry('two', 'Two'), entry('three', 'Three')] });
  await expect(handlers(page)).toHaveText([/One/, /Two/, /Three/]);

  await page.getByRole('button', { name: 'Remove Two' }).click();
  await expect(handlers(page)).toHaveText([/One/, /Three/]);
  await expect(page.getByRole('link', { name: 'Three' })).toBeFocused();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(handlers(page)).toHaveText([/One/, /Two/, /Three/]);
  await expect(page.getByRole('link', { name: 'Two' })).toBeFocused();
  await expect(save(page)).toBeHidden();

  await page.getByRole('button', { name: 'Remove Two' }).click();
  await save(page).click();
  await expect(page.getByText('Saved. It holds from now on.')).toBeVisible();
  expect(JSON.stringify(await readSettings(monitor))).not.toContain('topic-two');
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
  await writeFile(settingsFile(monitor), '{ "version": 1 }');
  await expect(page.getByText('The settings file is broken.')).toBeHidden();
});

test('everything, is done by keys alone', async ({ page, monitor }) => {
  await monitor.start();
  await openHandlers(page, monitor);
  await expect(handlers(page)).toHaveCount(1);
  await editSettings(monitor, { handlers: [entry('one', 'One'), entry('two', 'Two')] });
  await expect(handlers(page)).toHaveCount(2);

  await page.getByRole('tab', { name: 'Handlers' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Rules' })).toBeFocused();
  await expect(page.getByRole('tab', { name: 'Rules' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('End');
  await expect(page.getByRole('tab', { name: 'Simulate' })).toBeFocused();
  await page.keyboard.press('Home');

  await page.getByRole('link', { name: 'One', exact: true }).focus();
  await page.keyboard.press('Alt+ArrowDown');
  await expect(handlers(page)).toHaveText([/Two/, /One/]);
  await expect(page.getByRole('link', { name: 'One', exact: true })).toBeFocused();
  await expect(page.getByText('One is now 2 of 2.')).toBeAttached();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await expect(page.getByRole('switch', { name: 'Enable One' })).not.toBeChecked();

  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Handler One' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('region', { name: 'Handler One' })).toBeHidden();
  await expect(page.getByRole('link', { name: 'One', exact: true })).toBeFocused();
  await page.keyboard.press('Control+s');
  await expect(page.getByText('Saved. It holds from now on.')).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, viewport: { width: 1400, height: 900 } });

    test('every tab, has no axe violation', async ({ page, monitor }) => {
      await monitor.report('core', { checks: [{ name: 'camera', status: 'fatal' }] });
      await monitor.start();
      await openHandlers(page, monitor);
      const violations = async (): Promise<string[]> => {
        const found = (await new AxeBuilder({ page }).analyze()).violations;
        return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
      };
      expect(await violations()).toEqual([]);
      await page.getByRole('button', { name: 'Add a handler' }).click();
      expect(await violations()).toEqual([]);
      await page.keyboard.press('Escape');
      await addNtfy(page, { name: 'Phone', topic: 'not a topic', server: 'https://ntfy.example.org' });
      expect(await violations()).toEqual([]);
      for (const name of ['Rules', 'Quiet times', 'Policy', 'Delivery log', 'Simulate']) {
        await page.getByRole('tab', { name }).click();
        await expect(page.getByRole('tab', { name })).toHaveAttribute('aria-selected', 'true');
        expect(await violations()).toEqual([]);
      }
      await page.setViewportSize({ width: 900, height: 600 });
      await page.getByRole('tab', { name: 'Handlers' }).click();
      expect(await violations()).toEqual([]);
    });
  });
}
