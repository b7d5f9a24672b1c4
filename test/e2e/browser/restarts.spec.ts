import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlink, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { details, expect, ROOT, row, rows, test } from './harness.ts';

test.use({ viewport: { width: 1400, height: 900 } });

const services: ChildProcess[] = [];

test.afterEach(() => {
  for (const service of services.splice(0)) service.kill('SIGKILL');
});

/** Starts a service that uses the built library; the folder is the default one below its working directory. */
function start(script: string, root: string, args: string[] = []): ChildProcess {
  const { PATH } = process.env;
  const service = spawn(process.execPath, [script, ...args], { cwd: root, env: { PATH, HOME: root }, stdio: 'ignore' });
  services.push(service);
  return service;
}

async function kill(service: ChildProcess): Promise<void> {
  const ended = once(service, 'exit');
  service.kill('SIGKILL');
  await ended;
}

test('shows that a service was killed and started again, and how it ended', async ({ page, monitor }) => {
  // The folder that the example writes to when it is told nothing.
  const folder = join(monitor.root, 'logs');
  await mkdir(folder);
  await symlink(monitor.dir, join(folder, 'health'));
  const example = join(ROOT, 'examples', 'ten-lines.mjs');
  await monitor.start();
  await page.goto(monitor.url);

  const first = start(example, monitor.root);
  await expect(row(page, 'camera')).toContainText('Healthy');
  await row(page, 'camera').click();
  const panel = details(page);
  await expect(panel.getByText(String(first.pid), { exact: true })).toBeVisible();
  await expect(panel.getByRole('heading', { name: /restart/ })).toBeHidden();

  await kill(first);
  const second = start(example, monitor.root);
  await expect(panel.getByRole('heading', { name: '1 restart', exact: true })).toBeVisible();
  await expect(panel.getByRole('list', { name: /last restarts/ })).toContainText(
    `The run before (process ${first.pid}) ended without a word, as after kill -9 or a crash`,
  );
  await expect(panel.getByText(String(second.pid), { exact: true })).toBeVisible();
  await expect(row(page, 'camera')).toContainText('Healthy');

  for (let times = 0, run = second; times < 2; times += 1) {
    await kill(run);
    run = start(example, monitor.root);
    await expect(panel.getByRole('heading', { name: `${times + 2} restarts` })).toBeVisible();
  }
  await expect(panel.getByRole('heading', { name: '3 restarts, in a crash loop' })).toBeVisible();
  await expect(row(page, 'camera')).toContainText('Crash loop');
  await expect(row(page, 'camera')).toContainText('Error');
});

test('puts the instances of one service together, under its name', async ({ page, monitor }) => {
  const script = join(monitor.root, 'lamp.mjs');
  const library = JSON.stringify(join(ROOT, 'out', 'reporter', 'index.js'));
  await writeFile(
    script,
    `import { HealthReporter } from ${library};
const [, , healthDir, instance, status] = process.argv;
new HealthReporter('lamp', 'lamp', { healthDir, instance }).recordHealthCheck('bulb', status, 'seen');
setInterval(() => {}, 1000);`,
  );
  for (const [instance, status] of [
    ['north', 'healthy'],
    ['south', 'error'],
  ] as const) {
    start(script, monitor.root, [monitor.dir, instance, status]);
  }
  await monitor.report('audio', { checks: [{ name: 'mixer', status: 'warning' }] });
  await monitor.start();
  await page.goto(monitor.url);

  await expect(rows(page)).toHaveText([/lamp · south/, /lamp · north/, /audio/]);
  const label = page.getByRole('listitem').filter({ hasText: '2 instances: 1 error, 1 healthy' });
  await expect(label).toBeVisible();
  // No key stops at the label.
  await row(page, 'lamp.south').focus();
  await page.keyboard.press('ArrowDown');
  await expect(row(page, 'lamp.north')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(row(page, 'audio')).toBeFocused();

  await page.keyboard.press('/');
  await page.keyboard.type('lamp.n');
  await expect(rows(page)).toHaveText([/lamp · north/]);
  await expect(label).toBeHidden();
});
