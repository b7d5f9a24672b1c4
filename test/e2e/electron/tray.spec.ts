import { expect, test } from '@playwright/test';
import { Program } from './program.ts';

/** Long enough for a file's change to be seen and told. */
const SOON = { timeout: 10_000 };

let program: Program;

test.beforeEach(async () => {
  const folder = Program.folder();
  Program.write(folder, 'core', 'healthy', 'fine');
  Program.write(folder, 'audio', 'healthy', 'fine');
  program = await Program.start(folder, '--hidden');
  await expect.poll(() => program.tooltip(), SOON).toBe('Experimance Health: 2 services healthy');
});

test.afterEach(() => program.dispose());

test('starts to the tray, and what happens is told there and by an alert that opens the service', async () => {
  expect(await program.windows()).toBe(0);

  program.write('core', 'error', 'the projector is gone');
  await expect.poll(() => program.tooltip(), SOON).toBe('Experimance Health: 1 error, 1 healthy\ncore error');
  expect(await program.menu()).toContain('core: error');
  await expect.poll(() => program.balloons(), SOON).toHaveLength(1);
  const [alert] = await program.balloons();
  expect(alert).toMatchObject({ title: 'core: error', content: expect.stringContaining('the projector is gone') });

  // Under wine a balloon's own events do not arrive; this is the one that Windows would send.
  await program.trayEvent('balloon-click');
  const page = await program.page();
  await expect(page.getByRole('heading', { name: 'core' })).toBeVisible(SOON);
  await program.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());

  program.write('core', 'healthy', 'fine again');
  await expect.poll(() => program.tooltip(), SOON).toBe('Experimance Health: 2 services healthy');
  await expect
    .poll(async () => (await program.balloons()).map(({ title }) => title), SOON)
    .toEqual(['core: error', 'core: healthy again']);
});

test('the window is gone with its process when it is closed, and a new one comes by the tray', async () => {
  await program.trayEvent('click');
  const page = await program.page();
  expect(page.url()).toBe('app://experimance-health/index.html');
  expect(await program.renderers()).toBe(1);
  await page.close();
  await expect.poll(() => program.windows()).toBe(0);
  await expect.poll(() => program.renderers(), SOON).toBe(0);

  await program.chooseInMenu('Open Experimance Health');
  await program.page();
  expect(await program.windows()).toBe(1);
});

test('a second start shows the window of the first', async () => {
  const second = await Program.start(program.folder, '--hidden').catch(() => undefined);
  await second?.app.close();
  await expect.poll(() => program.windows(), SOON).toBe(1);
});

test('pausing is one click, and silent', async () => {
  await program.chooseInMenu('Pause notifications for an hour');
  await expect.poll(() => program.tooltip(), SOON).toContain('Notifications paused until');
  program.write('core', 'error', 'broken');
  await expect.poll(() => program.tooltip(), SOON).toContain('core error');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(await program.balloons()).toEqual([]);
});

test('what the window shows is not told by an alert, what it does not show is', async () => {
  await program.trayEvent('click');
  const page = await program.page();
  // Narrow, a service's details take the place of the list.
  await program.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(800, 600));
  await page.getByRole('link', { name: /core/ }).click();
  await expect(page.getByRole('heading', { name: 'core' })).toBeVisible(SOON);
  await expect.poll(() => program.viewed(), SOON).toEqual(['core']);

  program.write('core', 'fatal', 'seen by whoever looks');
  await expect(
    page
      .getByRole('region', { name: /^Details/ })
      .getByText('seen by whoever looks')
      .first(),
  ).toBeVisible(SOON);
  program.write('audio', 'error', 'not on the screen');
  await expect.poll(async () => (await program.balloons()).map(({ title }) => title), SOON).toEqual(['audio: error']);
});

test('ends with 0', async () => {
  expect(await program.quit()).toBe(0);
});
