import { expect } from './harness.ts';
import { begin, fatal, hook, openTab, test, violations } from './receiver.ts';

test.use({ viewport: { width: 1200, height: 800 } });

test('a simulation, goes through every stage and renders the message, and sends nothing', async ({
  page,
  monitor,
  receiver,
}) => {
  await begin({ page, monitor }, ['audio', 'core'], { handlers: [hook(receiver)] });
  await openTab(page, 'simulate');
  await page.getByRole('combobox', { name: 'Service' }).fill('core');
  await page.getByRole('combobox', { name: 'Status' }).selectOption('fatal');

  const panel = page.getByRole('tabpanel');
  await expect(panel.getByText('Somebody would be told.')).toBeVisible();
  await expect(panel.getByText(/core fatal, at/)).toBeVisible();
  const stages = panel.getByRole('list', { name: 'Stage by stage' });
  for (const stage of ['Notifications', 'Level', 'Quiet hours', 'Rules']) await expect(stages).toContainText(stage);
  await expect(stages).not.toContainText('Ends here');
  await panel.getByText('What would go out, to the letter').click();
  await expect(panel.getByLabel('What would go to Hook')).toContainText(`${receiver.url}/hook`);
  expect(await violations(page)).toEqual([]);
  expect(receiver.received).toHaveLength(0);
});

test('a simulation, is worked out anew, when service, status or unsaved settings change', async ({
  page,
  monitor,
  receiver,
}) => {
  await begin({ page, monitor }, ['audio', 'core'], { handlers: [hook(receiver)], notification_level: 'error' });
  await openTab(page, 'simulate');
  const panel = page.getByRole('tabpanel');
  const status = page.getByRole('combobox', { name: 'Status' });
  await page.getByRole('combobox', { name: 'Service' }).fill('core');
  await expect(panel.getByText('Somebody would be told.')).toBeVisible();

  await status.selectOption('warning');
  await expect(panel.getByText('Nobody would be told now.')).toBeVisible();
  await expect(panel.getByRole('listitem').filter({ hasText: 'Ends here' })).toContainText('Level');

  await openTab(page, 'policy');
  await page.getByLabel('Least that is told').selectOption('warning');
  await openTab(page, 'simulate');
  await page.getByRole('combobox', { name: 'Service' }).fill('core');
  await page.getByRole('combobox', { name: 'Status' }).selectOption('warning');
  await expect(panel.getByText(/Worked out with your unsaved changes/)).toBeVisible();
  await expect(panel.getByText('Somebody would be told.')).toBeVisible();

  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(panel.getByText('Nobody would be told now.')).toBeVisible();
  await expect(panel.getByText(/Worked out with your unsaved changes/)).toBeHidden();
});

test('a simulation with settings that are wrong, says that it used the saved ones', async ({
  page,
  monitor,
  receiver,
}) => {
  await begin({ page, monitor }, ['core'], { handlers: [hook(receiver)] });
  await openTab(page, 'policy');
  await page.getByLabel('Cooldown', { exact: true }).fill('soon');
  await openTab(page, 'simulate');
  await expect(page.getByText(/Worked out with the saved settings: 1 thing/)).toBeVisible();
  await expect(page.getByText('Somebody would be told.')).toBeVisible();
});

test('a service that there is not, is simulated on Enter, and said to be none', async ({ page, monitor, receiver }) => {
  await begin({ page, monitor }, ['core'], { handlers: [hook(receiver)] });
  await fatal(monitor, 'core');
  await openTab(page, 'simulate');
  await page.getByRole('combobox', { name: 'Service' }).fill('projector');
  await expect(page.getByText(/There is no service of this name now/)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByText(/projector fatal, at/)).toBeVisible();
});

test('a simulation, begins with a service that could get worse, and says once why nobody would be told now', async ({
  page,
  monitor,
  receiver,
}) => {
  await begin({ page, monitor }, ['audio', 'core'], { handlers: [hook(receiver)], depends_on: { audio: ['core'] } });
  await fatal(monitor, 'core');
  await expect.poll(() => receiver.received.length).toBe(1);
  await openTab(page, 'simulate');
  await expect(page.getByRole('combobox', { name: 'Service' })).toHaveValue('audio');
  const upshot = page.getByRole('tabpanel').getByRole('status');
  await expect(upshot).toContainText(
    'Nobody would be told now. core, which it needs, is fatal. It is told later, unless it is over by then.',
  );
  // Nobody knows when that will be.
  await expect(page.getByRole('heading', { name: 'The message, once it is told' })).toBeVisible();
  await expect(page.getByRole('tabpanel').getByText('at once', { exact: true })).toBeHidden();
});
