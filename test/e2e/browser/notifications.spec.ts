import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxeBuilder } from '@axe-core/playwright';
import { addNtfy, editSettings, entry, handlers, openHandlers, readSettings, save } from './handlers-page.ts';
import { expect, row, test } from './harness.ts';

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

test('a handler that is incomplete, names its field as its form does', async ({ page, monitor }) => {
  await monitor.start();
  await openHandlers(page, monitor);
  await editSettings(monitor, { handlers: [{ id: 'team', type: 'slack', name: 'Team', config: {} }] });
  await expect(handlers(page)).toContainText('"Team" cannot send: “Webhook address” is not set.');
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
