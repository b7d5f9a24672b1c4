import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { details, expect, row, test, type TestMonitor } from './harness.ts';
import { SERVICES, writeStory, yearStory } from './history-data.ts';

test.use({ viewport: { width: 1280, height: 900 } });

/** A monitor whose history is a year old, and whose services are as they were at the end of it. */
async function yearOld(page: Page, monitor: TestMonitor, hash: string): Promise<void> {
  const now = Date.now();
  await writeStory(join(monitor.root, 'data'), yearStory(now));
  for (const service of SERVICES) {
    const unwell = service === 'core';
    await monitor.report(service, {
      checks: [
        unwell
          ? { name: 'queue', status: 'warning', message: '40 images wait' }
          : { name: 'self', status: 'healthy', message: 'Everything runs' },
      ],
      at: now,
    });
  }
  await monitor.start();
  await page.goto(`${monitor.url}${hash}`);
}

const timeline = (page: Page): Locator => page.getByRole('region', { name: 'Timeline' });
const bar = (page: Page, service: string): Locator => page.getByRole('slider', { name: `${service}, time` });
const incidents = (page: Page): Locator =>
  page.getByRole('list', { name: 'Incidents, newest first' }).getByRole('listitem');

async function valueOf(slider: Locator): Promise<string> {
  return (await slider.getAttribute('aria-valuetext')) ?? '';
}

test('the timeline, has the most troubled service first, and says what was when', async ({ page, monitor }) => {
  await yearOld(page, monitor, '#/history');
  const names = timeline(page).getByRole('listitem').getByRole('link');
  await expect(names).toHaveCount(5);
  await expect(names.first()).toHaveText('audio');
  await expect(bar(page, 'audio')).toHaveAttribute('aria-valuetext', /fatal for up to/);
});

test('the timeline, is zoomed, moved and read by keys alone', async ({ page, monitor }) => {
  await yearOld(page, monitor, '#/history');
  const heading = timeline(page).getByRole('heading');
  await expect(heading).toHaveText('7 days');
  const audio = bar(page, 'audio');
  await expect(audio).toHaveAttribute('aria-valuetext', /for up to/);
  await audio.focus();
  await page.keyboard.press('End');
  await expect(audio).toHaveAttribute('aria-valuetext', /Healthy/);
  // Zooming keeps the moment in sight; a row stays where it was, whatever is most troubled now.
  for (let times = 0; times < 4; times += 1) await page.keyboard.press('+');
  await expect(heading).toHaveText(/–/);
  await expect(audio).toBeFocused();
  await page.keyboard.press('Home');
  await expect(audio).toHaveAttribute('aria-valuetext', /\d: \w/);
  await page.keyboard.press('ArrowDown');
  await expect(audio).not.toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(audio).toBeFocused();
  const before = await heading.textContent();
  await page.keyboard.press('Shift+ArrowLeft');
  await expect(heading).not.toHaveText(before ?? '');
  await page.keyboard.press('-');
  await page.getByRole('button', { name: 'Now', exact: true }).click();
  await expect(heading).toHaveText('7 days');
});

test('the timeline, is moved by dragging and zoomed by the wheel', async ({ page, monitor }) => {
  await yearOld(page, monitor, '#/history');
  const heading = timeline(page).getByRole('heading');
  const lights = bar(page, 'lights');
  await expect(lights).toHaveAttribute('aria-valuetext', /all the time|not observed/);
  const box = await lights.boundingBox();
  if (box === null) throw new Error('The row is not on the screen.');
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await page.mouse.move(middle.x, middle.y);
  // What is pointed at is said beside the pointer, and in the row for those who hear it.
  await expect(timeline(page).getByText('Healthy').last()).toBeVisible();
  await expect(lights).toHaveAttribute('aria-valuetext', /Healthy$/);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -400);
  await page.keyboard.up('Control');
  await expect(heading).toHaveText(/–/);
  const zoomed = await heading.textContent();
  await page.mouse.down();
  await page.mouse.move(middle.x + 200, middle.y, { steps: 5 });
  await page.mouse.up();
  await expect(heading).not.toHaveText(zoomed ?? '');
  // A drag is no click: nothing was opened.
  await expect(page).toHaveURL(/#\/history$/);
});

test('a bar, leads to the incident that it shows', async ({ page, monitor }) => {
  await yearOld(page, monitor, '#/history');
  await page.getByRole('button', { name: '24 hours' }).click();
  const audio = bar(page, 'audio');
  await expect(audio).toHaveAttribute('aria-valuetext', /fatal for up to/);
  await audio.focus();
  await page.keyboard.press('End');
  for (let steps = 0; steps < 400 && !(await valueOf(audio)).includes('Fatal'); steps += 1) {
    await page.keyboard.press('ArrowLeft');
  }
  expect(await valueOf(audio)).toMatch(/Fatal, not working for \d+ min/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'audio' })).toBeFocused();
  await page.goBack();
  await expect(timeline(page).getByRole('heading')).toHaveText('24 hours');
});

test('incidents, are found by status, text and service, and read page by page', async ({ page, monitor }) => {
  await yearOld(page, monitor, '#/history');
  const tools = page.getByRole('search', { name: 'Incidents' });
  await expect(incidents(page).first()).toContainText('going on');
  await expect(incidents(page).first()).toContainText('queue: 40 images wait');
  await expect(incidents(page).nth(1)).toContainText('gpu: no signal from the projector');

  await tools.getByRole('searchbox').fill('sound card');
  await expect(incidents(page)).toHaveCount(1);
  await expect(incidents(page)).toContainText('Fatal');
  await expect(timeline(page).getByRole('listitem').getByRole('link')).toHaveText(['audio']);
  await tools.getByRole('searchbox').fill('nothing of the kind');
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
  await page.getByRole('button', { name: 'Clear search and filters' }).click();

  await tools.getByRole('button', { name: 'Going on' }).click();
  await expect(incidents(page)).toHaveCount(1);
  await tools.getByRole('button', { name: 'Going on' }).click();

  await page.goto(`${page.url().split('#')[0] ?? ''}#/history/incidents/audio`);
  await tools.getByRole('button', { name: '90 days' }).click();
  await expect(incidents(page)).toHaveCount(50);
  await page.getByRole('button', { name: 'Show older' }).click();
  await expect.poll(() => incidents(page).count()).toBeGreaterThan(50);
  // Who reads on by keys goes on with the first that came.
  await expect(incidents(page).nth(50).getByRole('link')).toBeFocused();
  await tools.getByRole('button', { name: 'Fatal' }).click();
  await expect(incidents(page).first()).toContainText('Fatal');
  await expect(incidents(page).filter({ hasText: 'Error' })).toHaveCount(0);
  await tools.getByRole('button', { name: /Only audio/ }).click();
  await expect(page).toHaveURL(/#\/history\/incidents$/);
});

test('a span typed by hand, is shown, and a wrong one is refused in words', async ({ page, monitor }) => {
  await yearOld(page, monitor, '#/history');
  await page.getByRole('button', { name: 'Custom…' }).click();
  const from = page.getByLabel('From');
  await expect(from).toBeFocused();
  await from.fill('2099-01-01T00:00');
  await page.getByLabel('to', { exact: true }).fill('2099-01-02T00:00');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'It begins in the future.' })).toBeVisible();
  const year = new Date().getFullYear() - 3;
  await from.fill(`${year}-01-01T00:00`);
  await page.getByLabel('to', { exact: true }).fill(`${year}-01-03T00:00`);
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(page.getByText(/^History begins/)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'No incident' })).toBeVisible();
});

test('an incident, says what changed, with its checks, beside what else was unwell and its charts', async ({
  page,
  monitor,
}) => {
  await yearOld(page, monitor, '#/history');
  await incidents(page).filter({ hasText: 'mixer: 5 buffers' }).getByRole('link').click();
  const article = page.getByRole('article');
  await expect(article.getByRole('heading', { name: 'audio' })).toBeVisible();
  await expect(article).toContainText('Fatal at its worst');
  await expect(article).toContainText('1 h 30 min');
  const steps = article.getByRole('region', { name: 'What changed, in order' }).locator('ol > li');
  await expect(steps).toHaveText([/Warning/, /Fatal.*after 30 min/s, /Error.*after 45 min/s, /Healthy.*after 15 min/s]);
  await steps.nth(1).getByRole('button', { name: 'Show 2 checks, 1 not healthy' }).click();
  await expect(steps.nth(1)).toContainText('hw:1,0');
  await expect(article.getByRole('region', { name: 'What else was unwell' })).toContainText('gpu: no signal');

  const chart = article.getByRole('slider', { name: /cpu percent, chart/ });
  await expect(chart).toHaveAttribute('aria-valuetext', /^last .* from .* to /);
  await chart.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(chart).toHaveAttribute('aria-valuetext', /\d\d:\d\d.*: [\d.]+.%/);
  await article.getByText('The values as a table').first().click();
  await expect(
    article
      .getByRole('table', { name: /cpu percent, values/ })
      .getByRole('row')
      .nth(30),
  ).toBeVisible();
  await article.getByLabel('Add a chart').selectOption('queue/length');
  await expect(article.getByRole('slider', { name: /length, chart/ })).toBeVisible();

  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/#\/history\/incidents$/);
});

test('a note, is kept with its incident', async ({ page, monitor }) => {
  await yearOld(page, monitor, '#/history');
  await incidents(page).filter({ hasText: 'mixer: 5 buffers' }).getByRole('link').click();
  await page.getByLabel('Note, for whoever looks at it next').fill('The cable was loose <b>again</b>');
  await page.getByRole('button', { name: 'Add the note' }).click();
  const notes = page.getByRole('list', { name: 'Notes, oldest first' });
  await expect(notes).toContainText('The cable was loose <b>again</b>');
  await page.reload();
  await expect(notes).toContainText('The cable was loose <b>again</b>');
});

test('an incident that there is not, is said to be none', async ({ page, monitor }) => {
  await yearOld(page, monitor, '#/history/incident/999999999');
  await expect(page.getByRole('heading', { name: 'There is no such incident' })).toBeVisible();
});

test('what is shown, is saved as a file', async ({ page, monitor }) => {
  await yearOld(page, monitor, '#/history');
  const saved = async (name: string): Promise<string> => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
    return `${download.suggestedFilename()}\n${await readFile(await download.path(), 'utf8')}`;
  };
  expect(await saved('Save the incidents as CSV')).toMatch(/^incidents.*\.csv\n[\s\S]*queue: 40 images wait/);
  expect(await saved('Save the incidents as JSON')).toMatch(/^incidents.*\.json\n[\s\S]*queue: 40 images wait/);
  await expect(page.getByText(/^Saved incidents.*\.json/)).toBeVisible();
  await incidents(page).filter({ hasText: 'mixer: 5 buffers' }).getByRole('link').click();
  expect(await saved('Save as a report')).toMatch(/\.html\n<!doctype html>[\s\S]*mixer: no sound card/i);
});

test('changes, are found by their status and text', async ({ page, monitor }) => {
  await yearOld(page, monitor, '#/history/changes');
  const changes = page.getByRole('list', { name: 'Changes, newest first' }).getByRole('listitem');
  // Once when it happened, and once when the monitor had started again.
  await expect(changes.filter({ hasText: 'queue: 40 images wait' })).toHaveText([/newly seen/, /was healthy/]);
  await page.getByRole('searchbox').fill('silent');
  await expect(changes).toHaveText([/Error.*audio.*was fatal.*the sound card is silent/s]);
  await changes.getByRole('link').click();
  await expect(page.getByRole('article')).toContainText('Fatal at its worst');
});

test('uptime, says for how much of the time each service worked', async ({ page, monitor }) => {
  await yearOld(page, monitor, '#/history/uptime');
  const table = page.getByRole('table', { name: 'Uptime by service' });
  await expect(table.getByRole('row')).toHaveCount(6);
  // 1 h of 23 that were observed.
  await expect(table.getByRole('row', { name: /^audio/ })).toContainText(/95\.\d %\s*down 1 h/);
  await expect(table.getByRole('row', { name: /^lights/ })).toContainText('100 %');
  await page.getByRole('searchbox').fill('light');
  await expect(table.getByRole('row')).toHaveCount(2);
});

test('two periods, are compared', async ({ page, monitor }) => {
  await yearOld(page, monitor, '#/history/compare');
  const table = page.getByRole('table', { name: /^Comparison by service/ });
  await expect(table.getByRole('row')).toHaveCount(7);
  await page.getByRole('button', { name: 'Today and yesterday' }).click();
  await expect(page.getByText(/worked less than before/)).toBeVisible();
  await page.getByRole('button', { name: '30 days and the 30 before' }).click();
  await expect(table.getByRole('row', { name: /^lights/ })).toContainText('±0');
  await expect(table.getByRole('row', { name: /^audio/ })).toContainText(/worse|better/);
});

test('the overview, has the last day of each service, and keeps up with it', async ({ page, monitor }) => {
  await yearOld(page, monitor, '#/');
  await expect(row(page, 'audio')).toContainText(/fatal for up to .*, worked 95\.\d % of the time/);
  await expect(row(page, 'lights')).toContainText(/worked 100 % of the time/);
  await monitor.report('lights', { checks: [{ name: 'self', status: 'fatal', message: 'No power' }] });
  await expect(row(page, 'lights')).toContainText(/last 24 hours: fatal/);
});

test('the curve in each row, is the one that was chosen, also at the next visit', async ({ page, monitor }) => {
  await yearOld(page, monitor, '#/');
  await page.setViewportSize({ width: 1400, height: 900 });
  const choice = page.getByLabel('Curve in each row');
  await choice.selectOption('system/cpu_percent');
  await expect(row(page, 'lights')).toContainText(/cpu percent [\d.]+.%/);
  await page.reload();
  await expect(row(page, 'lights')).toContainText(/cpu percent [\d.]+.%/);
  await choice.selectOption('');
  await expect(row(page, 'lights')).not.toContainText(/cpu percent/);
});

test('a service, has its uptime, its last incidents and its numbers', async ({ page, monitor }) => {
  await yearOld(page, monitor, '#/service/audio');
  const section = details(page).getByRole('region', { name: 'History' });
  await expect(section).toContainText(/24 hours.*95\.\d %.*down 1 h/s);
  const last = details(page).getByRole('list', { name: 'Last incidents, newest first' }).getByRole('listitem');
  await expect(last).toHaveCount(5);
  await expect(last.first()).toContainText('mixer: 5 buffers');
  const chart = details(page).getByRole('slider', { name: /cpu percent, chart/ });
  await expect(chart).toHaveAttribute('aria-valuetext', /^last /);
  await details(page).getByRole('button', { name: '90 days' }).click();
  await expect(details(page).getByRole('button', { name: '90 days' })).toHaveAttribute('aria-pressed', 'true');
  await details(page)
    .getByRole('button', { name: /^Remove the chart of .*cpu percent/ })
    .click();
  await expect(chart).toHaveCount(0);
  await details(page).getByRole('link', { name: 'All of it' }).click();
  await expect(page).toHaveURL(/#\/history\/incidents\/audio$/);
});

test('a chart, is drawn anew in the colours of the night', async ({ page, monitor }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await yearOld(page, monitor, '#/service/audio');
  const canvas = details(page).locator('canvas').first();
  await expect(canvas).toBeVisible();
  // Its own pixels: what lies behind them changes by itself.
  const pixels = (): Promise<string> =>
    canvas.evaluate((element) => (element as unknown as { toDataURL(): string }).toDataURL());
  const day = await pixels();
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(pixels).not.toBe(day);
});

test('without a history, says that it begins now, and then has it', async ({ page, monitor }) => {
  await monitor.start();
  await page.goto(`${monitor.url}#/history`);
  await monitor.report('audio', { checks: [{ name: 'mixer', status: 'error', message: 'No sound card' }] });
  await page.reload();
  await expect(incidents(page)).toContainText('No sound card');
  await expect(page.getByText(/^History begins/)).toBeVisible();
});

test('an incident that begins, appears by itself, and says who was told, or why nobody was', async ({
  page,
  monitor,
}) => {
  await yearOld(page, monitor, '#/history');
  await expect(incidents(page).first()).toContainText('queue: 40 images wait');
  await monitor.report('projector', { checks: [{ name: 'lamp', status: 'fatal', message: 'The lamp is out' }] });
  await expect(incidents(page).first()).toContainText('The lamp is out');
  await incidents(page).first().getByRole('link').click();
  const told = page.getByRole('region', { name: 'Who was told' });
  await expect(told.getByRole('listitem')).toContainText(['Not told']);
  await told.getByRole('button').first().click();
  await expect(told).toContainText('How it was decided');
  // It goes on, and the page with it.
  await monitor.report('projector', { checks: [{ name: 'lamp', status: 'healthy', message: 'Light again' }] });
  await expect(page.getByRole('article')).toContainText('Over');
  await expect(page.getByRole('article')).toContainText('2 changes');
});
