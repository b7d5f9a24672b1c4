import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import type { CallName } from '../../../src/shared/api-names.ts';
import type { Input, Output } from '../../../src/shared/api.ts';
import { CALL_HEADER } from '../../../src/shared/http-transport.ts';
import type { NotificationSettings } from '../../../src/shared/notification-settings.ts';
import { expect, test as base, type TestMonitor } from './harness.ts';

/** A server that takes webhooks on loopback, and what it was sent. */
export class Receiver {
  url = '';
  /** What it answers. */
  status = 200;
  answer = 'taken';
  readonly received: { path: string; body: string }[] = [];

  /** What came in on a path, as texts. */
  bodies(path = '/hook'): string[] {
    return this.received.filter((request) => request.path === path).map(({ body }) => body);
  }
}

/** The tests' `test` with a receiver for each. */
export const test = base.extend<{ receiver: Receiver }>({
  // Playwright wants to see which fixtures are used, and this uses none.
  // eslint-disable-next-line no-empty-pattern
  receiver: async ({}, use) => {
    const receiver = new Receiver();
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        receiver.received.push({ path: request.url ?? '', body: Buffer.concat(chunks).toString() });
        response.writeHead(receiver.status, { 'content-type': 'text/plain' }).end(receiver.answer);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await use(receiver);
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  },
});

/** Calls the monitor as the open page does. */
export async function call<N extends CallName>(page: Page, name: N, input?: Input<N>): Promise<Output<N>> {
  const reply = await page.evaluate(
    async ([path, header, body]) => {
      const response = await fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [header]: '1' },
        body,
      });
      return response.json() as Promise<{ ok: boolean; value: unknown; message?: string }>;
    },
    [`/api/${name}`, CALL_HEADER, JSON.stringify(input ?? null)] as const,
  );
  expect(reply.ok, reply.message).toBe(true);
  return reply.value as Output<N>;
}

/** A webhook handler that tells at once. */
export function hook(receiver: Receiver, id = 'hook', name = 'Hook'): NotificationSettings['handlers'][number] {
  return {
    id,
    type: 'webhook',
    name,
    enabled: true,
    group_for: 0,
    tell_of_monitor: false,
    ignore_quiet_hours: false,
    config: { url: `${receiver.url}/${id}` },
  };
}

/** Starts the monitor with services that are well, opens its page, and sets up how people are told. */
export async function begin(
  { page, monitor }: { page: Page; monitor: TestMonitor },
  services: string[],
  settings: Partial<NotificationSettings>,
): Promise<void> {
  for (const service of services) await healthy(monitor, service);
  await monitor.start();
  await page.goto(monitor.url);
  const { settings: current, revision } = await call(page, 'notificationSettings');
  const saved = await call(page, 'saveNotifications', { revision, settings: { ...current, ...settings } });
  expect(saved).toMatchObject({ saved: true });
}

export async function healthy(monitor: TestMonitor, service: string): Promise<void> {
  await monitor.report(service, { checks: [{ name: 'self', status: 'healthy', message: 'All is well' }] });
}

export async function fatal(monitor: TestMonitor, service: string): Promise<void> {
  await monitor.report(service, { checks: [{ name: 'self', status: 'fatal', message: 'No signal' }] });
}

/** Goes to an address within the page, as a link in it does. */
export async function go(page: Page, hash: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
}

/** Opens a tab of the notifications. */
export async function openTab(page: Page, tab: string): Promise<void> {
  await go(page, `#/notifications/${tab}`);
  await expect(page.getByRole('tabpanel')).toBeVisible();
}

/** What axe finds wrong on the page. */
export async function violations(page: Page): Promise<string[]> {
  const found = (await new AxeBuilder({ page }).analyze()).violations;
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}

/** Entries of the delivery log. */
export function entries(page: Page): Locator {
  return page.getByRole('list', { name: 'Deliveries, newest first' }).locator('> li');
}
