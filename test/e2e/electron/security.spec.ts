import { expect, type Page, test } from '@playwright/test';
import { Program } from './program.ts';

let program: Program;
let page: Page;

test.beforeAll(async () => {
  program = await Program.start(Program.folder());
  page = await program.page();
});
test.afterAll(() => program.dispose());

test('the page has the bridge, and nothing of Node or Electron', async () => {
  const seen = await page.evaluate(() => {
    const scope = globalThis as unknown as Record<string, unknown>;
    return {
      bridge: Object.keys(scope['experimanceHealth'] as object).sort(),
      node: ['require', 'process', 'module', 'Buffer', 'ipcRenderer'].filter((name) => scope[name] !== undefined),
    };
  });
  expect(seen).toEqual({ bridge: ['call', 'subscribe'], node: [] });
});

test('the bridge answers the contract and refuses what is not in it', async () => {
  const answers = await page.evaluate(async () => {
    const { experimanceHealth: bridge } = globalThis as unknown as {
      experimanceHealth: { call(name: string, input?: unknown): Promise<unknown>; subscribe(name: string): void };
    };
    const fault = (error: unknown): string => String(error);
    let subscribed = '';
    try {
      bridge.subscribe('will-quit');
    } catch (error) {
      subscribed = fault(error);
    }
    return {
      snapshot: (await bridge.call('snapshot')) as { ok: boolean },
      invalid: (await bridge.call('service', { service: 7 })) as { ok: boolean; code: string },
      unknown: await bridge.call('shutdown').catch(fault),
      subscribed,
    };
  });
  expect(answers.snapshot).toMatchObject({ ok: true });
  expect(answers.invalid).toMatchObject({ ok: false, code: 'invalid-input' });
  expect(answers.unknown).toContain('There is no such call.');
  expect(answers.subscribed).toContain('There is no such event.');
});

test('nothing can be inlined, reached, opened or allowed from the page', async () => {
  const results = await page.evaluate(async () => {
    const document_ = (globalThis as unknown as { document: Record<string, (tag: string) => unknown> }).document;
    const scope = globalThis as unknown as Record<string, unknown> & { open(url: string): unknown };
    const script = document_['createElement']?.('script') as { textContent: string };
    script.textContent = 'globalThis.inlined = true';
    (document_['head'] as unknown as { append(node: unknown): void }).append(script);
    const reach = (url: string): Promise<string> =>
      fetch(url).then(
        () => 'reached',
        () => 'refused',
      );
    const { navigator: browser } = globalThis as unknown as {
      navigator: { permissions: { query(what: { name: string }): Promise<{ state: string }> } };
    };
    return {
      inlined: scope['inlined'] ?? false,
      remote: await reach('https://example.org/'),
      local: await reach('file:///etc/passwd'),
      opened: scope.open('https://example.org/') === null,
      notifications: (await browser.permissions.query({ name: 'notifications' })).state,
      outside: (await fetch('app://experimance-health/..%2f..%2fpackage.json')).status,
    };
  });
  expect(results).toEqual({
    inlined: false,
    remote: 'refused',
    local: 'refused',
    opened: true,
    notifications: 'denied',
    outside: 404,
  });
  expect(await program.windows()).toBe(1);
});

test('the page cannot lead the window elsewhere', async () => {
  await page.evaluate(() => {
    (globalThis as unknown as { location: { href: string } }).location.href = 'https://example.org/';
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(page.url()).toBe('app://experimance-health/index.html');
});

test('a page whose process died is loaded again', async () => {
  const loaded = program.app.evaluate(
    ({ BrowserWindow }) =>
      new Promise<boolean>((resolve) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        contents?.once('did-finish-load', () => resolve(true));
        contents?.forcefullyCrashRenderer();
      }),
  );
  expect(await loaded).toBe(true);
  expect(await program.windows()).toBe(1);
});
