import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, type TestMonitor } from './harness.ts';

export const settingsFile = (monitor: TestMonitor): string => join(monitor.root, 'settings.json');

export async function readSettings(monitor: TestMonitor): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(settingsFile(monitor), 'utf8')) as Record<string, unknown>;
}

/** Writes keys into the settings file, as somebody with an editor does. */
export async function editSettings(monitor: TestMonitor, keys: Record<string, unknown>): Promise<void> {
  await writeFile(settingsFile(monitor), JSON.stringify({ ...(await readSettings(monitor)), ...keys }, null, 2));
}

export function entry(id: string, name: string, topic = `topic-${id}`): Record<string, unknown> {
  return { id, type: 'ntfy', name, config: { topic, server: 'http://127.0.0.1:9' } };
}

export async function openHandlers(page: Page, monitor: TestMonitor): Promise<void> {
  await page.goto(monitor.url);
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Notifications' }).click();
  await expect(page.getByRole('tab', { name: 'Handlers' })).toHaveAttribute('aria-selected', 'true');
}

export function handlers(page: Page): Locator {
  return page.getByRole('list', { name: 'Handlers', exact: true }).getByRole('listitem');
}

export async function addNtfy(
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

export const save = (page: Page): Locator => page.getByRole('button', { name: 'Save', exact: true });
