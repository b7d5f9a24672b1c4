import { details, expect, row, rows, test } from './harness.ts';

test.use({ viewport: { width: 1400, height: 900 } });

test('shows the checks behind a service with what they recorded', async ({ page, monitor }) => {
  await monitor.report('core', {
    name: 'The core',
    checks: [
      { name: 'loop', status: 'healthy', message: 'Runs' },
      {
        name: 'camera',
        status: 'error',
        message: 'Only 3 frames a second',
        metadata: { fps: 3, lens: { name: 'wide', stops: [1, 2] } },
      },
    ],
  });
  await monitor.start();
  await page.goto(monitor.url);
  await row(page, 'core').click();

  const panel = details(page);
  await expect(panel.getByRole('heading', { name: 'core', exact: true })).toBeVisible();
  await expect(panel.getByText('The core')).toBeVisible();
  await expect(panel.getByText(`${monitor.dir}/core.json`, { exact: true })).toBeVisible();
  const table = panel.getByRole('table', { name: 'Metadata of camera' });
  await expect(table.getByRole('row', { name: 'fps' })).toContainText('3');
  await expect(table.getByRole('row', { name: 'lens' })).toContainText('"stops"');
  // Worst first.
  await expect(panel.locator('.check')).toHaveText([/Error\s*camera/, /Healthy\s*loop/]);

  await monitor.report('core', { checks: [{ name: 'camera', status: 'healthy', message: '30 frames a second' }] });
  await expect(panel.locator('.check')).toHaveText([/Healthy\s*camera.*30 frames a second/s]);
});

test('keeps the selected service in the address', async ({ page, monitor }) => {
  await monitor.report('core', { checks: [{ name: 'camera', status: 'healthy' }] });
  await monitor.report('mixer & co #1', { checks: [{ name: 'level', status: 'healthy' }] });
  await monitor.start();
  await page.goto(monitor.url);
  await row(page, 'mixer & co #1').click();
  await expect(page).toHaveURL(/#\/service\/mixer%20%26%20co%20%231$/);
  await page.reload();
  await expect(details(page).getByRole('heading', { name: 'mixer & co #1' })).toBeVisible();
  await row(page, 'core').click();
  await page.goBack();
  await expect(details(page).getByRole('heading', { name: 'mixer & co #1' })).toBeVisible();
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(details(page)).toBeHidden();
});

test('takes the list’s place in a small window, and gives it back', async ({ page, monitor }) => {
  await page.setViewportSize({ width: 900, height: 600 });
  await monitor.report('core', { checks: [{ name: 'camera', status: 'healthy' }] });
  await monitor.start();
  await page.goto(monitor.url);
  await row(page, 'core').click();
  await expect(details(page).getByRole('heading', { name: 'core' })).toBeFocused();
  await expect(row(page, 'core')).toBeHidden();
  await page.getByRole('button', { name: /Back to all services/ }).click();
  await expect(row(page, 'core')).toBeFocused();
});

test('is worked by keys alone', async ({ page, monitor }) => {
  for (const service of ['agent', 'audio', 'core']) {
    await monitor.report(service, { checks: [{ name: 'self', status: 'healthy' }] });
  }
  await monitor.report('display', { checks: [{ name: 'gpu', status: 'error' }] });
  await monitor.start();
  await page.goto(monitor.url);
  await expect(rows(page)).toHaveCount(4);

  await page.keyboard.press('/');
  await expect(page.getByLabel('Filter services')).toBeFocused();
  await page.keyboard.type('nothing like it');
  await expect(page.getByRole('heading', { name: 'No service matches' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(rows(page)).toHaveCount(4);
  await page.keyboard.type('DISP');
  await expect(rows(page)).toHaveCount(1);
  await page.keyboard.press('Escape');

  await page.keyboard.press('ArrowDown');
  await expect(row(page, 'display')).toBeFocused();
  await page.keyboard.press('End');
  await expect(rows(page).last()).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(rows(page).nth(2)).toBeFocused();
  await page.keyboard.press('Home');
  await expect(row(page, 'display')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(details(page).getByRole('heading', { name: 'display' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(details(page)).toBeHidden();
  await expect(row(page, 'display')).toBeFocused();
});

test('shows hostile text as text', async ({ page, monitor }) => {
  const message = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script> ${'x'.repeat(100_000)}`;
  await monitor.report('core', {
    name: '<b>bold</b> \u202eevil',
    checks: [{ name: '<i>check</i>', status: 'error', message, metadata: { '<u>key</u>': '</td><script>1</script>' } }],
  });
  await monitor.report('خدمة', { checks: [{ name: 'فحص', status: 'warning', message: 'فشل الاتصال' }] });
  await monitor.start();
  await page.goto(monitor.url);

  await expect(row(page, 'core')).toContainText('<b>bold</b>');
  await expect(row(page, 'خدمة')).toContainText('فشل الاتصال');
  await row(page, 'core').click();
  const panel = details(page);
  await expect(panel.getByText('<i>check</i>', { exact: true })).toBeVisible();
  await expect(panel.getByText('<u>key</u>')).toBeVisible();
  await expect(panel.getByText('</td><script>1</script>')).toBeVisible();
  await expect(page.locator('#app img, #app script, .details i, .details u')).toHaveCount(0);
  await panel
    .getByRole('button', { name: /Show all .* characters/ })
    .last()
    .click();
  await expect(page).toHaveTitle('1 error — Experimance Health');
  // However long a word is, nothing is pushed out of the window.
  expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
});

test('says which file is broken and what can be done', async ({ page, monitor }) => {
  await monitor.writeRaw('core.json', '{"service_name": "core", "overall_st');
  await monitor.start();
  await page.goto(monitor.url);
  await expect(row(page, 'core')).toContainText('Corrupt file');
  await row(page, 'core').click();
  await expect(details(page).getByRole('heading', { name: 'What to do' })).toBeVisible();
  await expect(
    details(page)
      .getByText(/ends in the middle/)
      .first(),
  ).toBeVisible();
});

test('forgets a service that is gone, after asking', async ({ page, monitor }) => {
  const { rm } = await import('node:fs/promises');
  await monitor.report('core', { checks: [{ name: 'camera', status: 'healthy' }] });
  await monitor.report('audio', { checks: [{ name: 'mixer', status: 'healthy' }] });
  await monitor.start();
  await page.goto(monitor.url);
  await row(page, 'audio').click();
  await rm(`${monitor.dir}/audio.json`);

  await expect(row(page, 'audio')).toContainText('File gone');
  await details(page)
    .getByRole('button', { name: /Forget this service/ })
    .click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(row(page, 'audio')).toBeVisible();
  await details(page)
    .getByRole('button', { name: /Forget this service/ })
    .click();
  await page.getByRole('dialog').getByRole('button', { name: 'Forget' }).click();
  await expect(rows(page)).toHaveCount(1);
});
