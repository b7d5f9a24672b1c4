import { expect, row, rows, test } from './harness.ts';

test('lists the worst service first, and says what is wrong in one sentence', async ({ page, monitor }) => {
  await monitor.report('audio', { checks: [{ name: 'mixer', status: 'healthy' }] });
  await monitor.report('core', { checks: [{ name: 'camera', status: 'fatal', message: 'No camera' }] });
  await monitor.report('display', { checks: [{ name: 'gpu', status: 'warning', message: 'Hot' }] });
  await monitor.report('agent', { checks: [{ name: 'model', status: 'error', message: 'Timed out' }] });
  await monitor.start();
  await page.goto(monitor.url);

  await expect(rows(page)).toHaveText([/Fatal.*core/s, /Error.*agent/s, /Warning.*display/s, /Healthy.*audio/s]);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Fatal');
  await expect(page.getByText(/3 services need attention: core \(fatal\), agent \(error\), display/)).toBeVisible();
  await expect(page).toHaveTitle('1 fatal — Experimance Health');
  await expect(row(page, 'core')).toContainText('No camera');
});

test('shows a change without being loaded again', async ({ page, monitor }) => {
  await monitor.report('core', { checks: [{ name: 'camera', status: 'healthy' }] });
  await monitor.report('audio', { checks: [{ name: 'mixer', status: 'healthy' }] });
  await monitor.start();
  await page.goto(monitor.url);
  await expect(page.getByText('All 2 services are healthy.')).toBeVisible();
  await row(page, 'core').focus();

  await monitor.report('audio', { checks: [{ name: 'mixer', status: 'error', message: 'No sound card' }] });

  await expect(rows(page)).toHaveText([/Error.*audio.*No sound card/s, /Healthy.*core/s]);
  await expect(page).toHaveTitle('1 error — Experimance Health');
  // The row moved down, and the focus with it.
  await expect(row(page, 'core')).toBeFocused();

  await monitor.report('display', { checks: [{ name: 'gpu', status: 'warning' }] });
  await expect(rows(page)).toHaveCount(3);
});

test('tells a stale service from one that reports an error', async ({ page, monitor }) => {
  await monitor.report('audio', { checks: [{ name: 'mixer', status: 'healthy' }], at: Date.now() - 3 * 3_600_000 });
  await monitor.start();
  await page.goto(monitor.url);

  await expect(row(page, 'audio')).toContainText('Error');
  await expect(row(page, 'audio')).toContainText('Stale');
  await row(page, 'audio').click();
  await expect(page.getByText(/It has probably stopped or hangs/)).toBeVisible();
});

test('explains what to do while there is no service', async ({ page, monitor }) => {
  await monitor.start();
  await page.goto(monitor.url);

  await expect(page.getByRole('heading', { name: 'No service has reported yet' })).toBeVisible();
  await expect(page.getByText(monitor.dir)).toBeVisible();
  await expect(page.getByText('experimance-health fake core audio')).toBeVisible();

  await monitor.report('core', { checks: [{ name: 'camera', status: 'healthy' }] });
  await expect(row(page, 'core')).toBeVisible();
});

test('says that the folder is missing, and goes on once it is there', async ({ page, monitor, complaints }) => {
  const { rm } = await import('node:fs/promises');
  await rm(monitor.dir, { recursive: true });
  await monitor.start();
  await page.goto(monitor.url);

  await expect(page.getByRole('heading', { name: 'There is no folder to watch' })).toBeVisible();
  await expect(page.getByText('does not exist', { exact: true })).toBeVisible();
  await monitor.report('core', { checks: [{ name: 'camera', status: 'healthy' }] });
  // The monitor looks for a missing folder now and then; asking it to look now is what a person would do, too.
  await page.getByRole('button', { name: 'Check now' }).click();
  await expect(row(page, 'core')).toBeVisible();
  expect(complaints).toEqual([]);
});

test('pauses alerts, says so, and resumes them', async ({ page, monitor }) => {
  await monitor.report('core', { checks: [{ name: 'camera', status: 'healthy' }] });
  await monitor.start();
  await page.goto(monitor.url);

  await page.getByRole('button', { name: 'Pause alerts for 1 h' }).click();
  await expect(page.getByText(/Alerts are paused until \d\d:\d\d/)).toBeVisible();
  await page.getByRole('button', { name: /Resume alerts \(until/ }).click();
  await expect(page.getByRole('button', { name: 'Pause alerts for 1 h' })).toBeVisible();
  await expect(page.getByText(/Alerts are paused/)).toBeHidden();
});

test('says that the connection is lost, and why it cannot come back', async ({ page, monitor, complaints }) => {
  await monitor.report('core', { checks: [{ name: 'camera', status: 'healthy' }] });
  await monitor.start();
  await page.goto(monitor.url);
  await expect(row(page, 'core')).toBeVisible();

  await monitor.stop();
  await expect(page.getByText(/Not connected to the monitor since \d\d:\d\d/)).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Last known: Healthy');
  await expect(page).toHaveTitle('Not connected — Experimance Health');

  // Started again on the same port it has another token, which this page cannot know.
  await monitor.start(monitor.port);
  await page.getByRole('button', { name: 'Try now' }).click();
  await expect(page.getByText('This address has expired; open the address that the monitor printed.')).toBeVisible();

  await page.goto(monitor.url);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Healthy$/);
  await expect(page.getByText(/Not connected/)).toBeHidden();
  // The browser itself tells the console of every request that failed.
  complaints.length = 0;
});

test('shows a thousand services, and finds one among them', async ({ page, monitor }) => {
  for (let index = 0; index < 1000; index += 1) {
    const status = index % 10 === 0 ? 'warning' : 'healthy';
    await monitor.report(`svc_${String(index).padStart(4, '0')}`, { checks: [{ name: 'self', status }] });
  }
  await monitor.start();
  await page.goto(monitor.url);

  await expect(rows(page)).toHaveCount(1000);
  await page.keyboard.press('/');
  await page.keyboard.type('svc_0999');
  await expect(rows(page)).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(rows(page)).toHaveCount(1000);
  await page.getByRole('button', { name: '100 warning' }).click();
  await expect(rows(page)).toHaveCount(100);

  await monitor.report('svc_0001', { checks: [{ name: 'self', status: 'warning' }] });
  await expect(rows(page)).toHaveCount(101);
});
