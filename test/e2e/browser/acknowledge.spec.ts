import { details, expect, row } from './harness.ts';
import { begin, call, fatal, healthy, hook, test, violations } from './receiver.ts';

test.use({ viewport: { width: 1400, height: 900 } });

test('an incident, is acknowledged and taken back by the keyboard, and the list says so', async ({
  page,
  monitor,
  receiver,
}) => {
  await begin({ page, monitor }, ['core'], { handlers: [hook(receiver)] });
  await fatal(monitor, 'core');
  await expect(row(page, 'core')).toContainText('Fatal');
  await row(page, 'core').click();
  const incident = details(page).getByRole('region', { name: 'Incident' });
  await expect(incident).toContainText('At its worst');
  await expect(incident).toContainText('Hook');
  await expect(incident).toContainText(/ago|just now/);

  await incident.getByRole('button', { name: 'Acknowledge…' }).focus();
  await page.keyboard.press('Enter');
  await expect(incident.getByRole('textbox')).toBeFocused();
  await page.keyboard.type('Restarting the projector');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await expect(incident.getByRole('radio', { name: 'for 1 h' })).toBeChecked();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');

  const back = incident.getByRole('button', { name: 'Take back' });
  await expect(back).toBeFocused();
  await expect(incident).toContainText('Restarting the projector');
  await expect(incident).toContainText(/until \d\d:\d\d, or until it is over/);
  await expect(row(page, 'core')).toContainText('acknowledged');
  expect(await violations(page)).toEqual([]);
  const [ongoing] = (await call(page, 'notifications')).incidents;
  expect(ongoing?.acknowledged).toMatchObject({ note: 'Restarting the projector' });

  await page.keyboard.press('Enter');
  await expect(incident.getByRole('button', { name: 'Acknowledge…' })).toBeFocused();
  await expect(row(page, 'core')).not.toContainText('acknowledged');
});

test('Escape, closes the form and not the details', async ({ page, monitor, receiver }) => {
  await begin({ page, monitor }, ['core'], { handlers: [hook(receiver)] });
  await fatal(monitor, 'core');
  await row(page, 'core').click();
  const incident = details(page).getByRole('region', { name: 'Incident' });
  await incident.getByRole('button', { name: 'Acknowledge…' }).click();
  await page.keyboard.press('Escape');
  await expect(incident.getByRole('button', { name: 'Acknowledge…' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(details(page)).toBeHidden();
});

test('an acknowledged incident, is gone with its mark, when the service recovers', async ({
  page,
  monitor,
  receiver,
}) => {
  await begin({ page, monitor }, ['core'], { handlers: [hook(receiver)] });
  await fatal(monitor, 'core');
  await row(page, 'core').click();
  const incident = details(page).getByRole('region', { name: 'Incident' });
  await incident.getByRole('button', { name: 'Acknowledge…' }).click();
  await incident.getByRole('button', { name: 'Acknowledge', exact: true }).click();
  await expect(row(page, 'core')).toContainText('acknowledged');

  await healthy(monitor, 'core');
  await expect(incident).toBeHidden();
  await expect(row(page, 'core')).not.toContainText('acknowledged');
  // Whoever was told of it is told that it is over.
  await expect.poll(() => receiver.bodies().length).toBe(2);
});

test('an incident, says why nobody was told, when the policy kept it back', async ({ page, monitor, receiver }) => {
  await begin({ page, monitor }, ['core'], { handlers: [hook(receiver)], notification_level: 'error' });
  await monitor.report('core', { checks: [{ name: 'self', status: 'warning', message: 'Hot' }] });
  await row(page, 'core').click();
  const incident = details(page).getByRole('region', { name: 'Incident' });
  await expect(incident).toContainText('Nobody');
  await expect(incident).toContainText('Why nobody was told');
  await expect(incident).toContainText('level');
  await incident.getByRole('link', { name: 'Delivery log' }).click();
  await expect(page).toHaveURL(/#\/notifications\/log\/core$/);
});

test('whoever was told, is said to be told from when the server took the message, when it was down at first', async ({
  page,
  monitor,
  receiver,
}) => {
  await begin({ page, monitor }, ['core'], { handlers: [hook(receiver)] });
  receiver.status = 503;
  await fatal(monitor, 'core');
  await row(page, 'core').click();
  const incident = details(page).getByRole('region', { name: 'Incident' });
  await expect(incident).toContainText('Hook: not accepted yet');
  await expect.poll(() => receiver.received.length).toBeGreaterThan(0);
  const back = Date.now();
  receiver.status = 200;
  await expect(incident).not.toContainText('not accepted yet');
  const told = incident.locator('div', { has: page.getByText('Told', { exact: true }) }).getByRole('time');
  await expect(told).toHaveCount(1);
  expect(Date.parse((await told.getAttribute('datetime')) ?? '')).toBeGreaterThanOrEqual(back);
});
