import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { type HttpServer, startHttpServer } from '../../fixtures/notification-servers/http-server.ts';
import { Program } from './program.ts';

const SOON = { timeout: 15_000 };
const TOKEN = 'tk_0123456789abcdef';

let program: Program;
let server: HttpServer;
let settings: string;

test.beforeEach(async () => {
  server = await startHttpServer();
  const folder = Program.folder();
  settings = join(folder, 'settings.json');
  Program.write(folder, 'audio', 'healthy', 'fine');
  program = await Program.start(folder);
  await expect.poll(() => program.tooltip(), SOON).toBe('Experimance Health: 1 service healthy');
});

test.afterEach(async () => {
  await program.dispose();
  await server.close();
});

test('a handler set up in the window keeps its secret in the keyring, tests it, and tells with it', async () => {
  const page = await program.page();
  await page.getByRole('link', { name: /^Notifications/ }).click();
  await page.getByRole('button', { name: 'Add a handler' }).click();
  await page.getByRole('button', { name: /^ntfy/ }).click();
  await page.getByLabel('Topic').fill('gallery');
  await page.getByLabel('Server').fill(server.address.replace('localhost', '127.0.0.1'));
  await page.getByLabel('Access token').fill(TOKEN);
  await page.getByRole('button', { name: 'Send test' }).click();
  await expect.poll(() => server.seen.length, SOON).toBe(1);
  expect(server.seen[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);

  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeHidden(SOON);
  for (const file of [settings, join(program.folder, 'data', 'secrets.json')]) {
    expect(readFileSync(file, 'utf8')).not.toContain(TOKEN);
  }
  expect(JSON.parse(readFileSync(join(program.folder, 'data', 'secrets.json'), 'utf8'))).toHaveProperty('ntfy.token');

  program.write('audio', 'error', 'the sound card is gone');
  await expect.poll(() => server.seen.at(-1)?.headers['title'], { timeout: 30_000 }).toBe('audio: error');
  expect(server.seen.at(-1)?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  expect(await page.content()).not.toContain(TOKEN);
});

test('an alert leads to its service, where somebody acknowledges the incident', async () => {
  const page = await program.page();
  program.write('audio', 'fatal', 'no sound');
  await expect.poll(() => program.balloons(), SOON).toHaveLength(1);
  await program.trayEvent('balloon-click');
  await page.getByRole('button', { name: /^Acknowledge/ }).click();
  await page.getByRole('textbox', { name: /^Note/ }).fill('on my way');
  await page.getByRole('button', { name: 'Acknowledge', exact: true }).click();
  await expect(page.getByText('on my way')).toBeVisible(SOON);
  program.write('audio', 'error', 'still no sound');
  await expect(page.getByText('still no sound').filter({ visible: true }).first()).toBeVisible(SOON);
  program.write('audio', 'healthy', 'fine again');
  await expect(page.getByText('on my way', { exact: true })).toBeHidden(SOON);
});
