import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { isOwnFrame, registerIpc, type Sender } from '../../../../src/main/desktop/ipc.ts';
import { CALL_NAMES } from '../../../../src/shared/api-names.ts';

const mainFrame = { routingId: 3, processId: 7 };
const own = () => ({ id: 1, mainFrame });
const frame = { ...mainFrame, parent: null, origin: 'app://experimance-health' };
const good: Sender = { sender: { id: 1 }, senderFrame: frame };

const strangers: [string, Sender][] = [
  ['another window', { ...good, sender: { id: 2 } }],
  ['a frame that is gone', { ...good, senderFrame: null }],
  ['a frame inside ours', { ...good, senderFrame: { ...frame, parent: {} as never, routingId: 4 } }],
  ['another frame of the same process', { ...good, senderFrame: { ...frame, routingId: 4 } }],
  ['the same number in another process', { ...good, senderFrame: { ...frame, processId: 8 } }],
  ['a page of another origin', { ...good, senderFrame: { ...frame, origin: 'https://example.org' } }],
  [
    'an origin that only begins like ours',
    { ...good, senderFrame: { ...frame, origin: 'app://experimance-health.evil' } },
  ],
  ['a file', { ...good, senderFrame: { ...frame, origin: 'file://' } }],
];

function register(): {
  handlers: Map<string, (event: IpcMainInvokeEvent, input: unknown) => unknown>;
  dispatch: ReturnType<typeof vi.fn>;
  stranger: ReturnType<typeof vi.fn>;
  stop: () => void;
} {
  const handlers = new Map<string, (event: IpcMainInvokeEvent, input: unknown) => unknown>();
  const ipcMain: Pick<IpcMain, 'handle' | 'removeHandler'> = {
    handle: (channel, handler) => void handlers.set(channel, handler),
    removeHandler: (channel) => void handlers.delete(channel),
  };
  const dispatch = vi.fn(() => Promise.resolve({ ok: true as const, value: 1 }));
  const stranger = vi.fn();
  return { handlers, dispatch, stranger, stop: registerIpc(ipcMain, dispatch, own, stranger) };
}

describe('calls', () => {
  it('are registered, every one of the contract, and taken back', () => {
    const { handlers, stop } = register();
    expect([...handlers.keys()].sort()).toEqual(CALL_NAMES.map((name) => `call:${name}`).sort());
    stop();
    expect(handlers.size).toBe(0);
  });

  it('reach the monitor from our own window', async () => {
    const { handlers, dispatch } = register();
    const reply = await handlers.get('call:service')?.(good as IpcMainInvokeEvent, { service: 'a' });
    expect(reply).toEqual({ ok: true, value: 1 });
    expect(dispatch).toHaveBeenCalledWith('service', { service: 'a' });
  });

  it.each(strangers)('are refused from %s, before anything is looked at', async (_who, event) => {
    const { handlers, dispatch, stranger } = register();
    for (const name of CALL_NAMES) {
      const reply = await handlers.get(`call:${name}`)?.(event as IpcMainInvokeEvent, {});
      expect(reply).toMatchObject({ ok: false, code: 'failed' });
    }
    expect(dispatch).not.toHaveBeenCalled();
    expect(stranger).toHaveBeenCalledTimes(CALL_NAMES.length);
  });

  it('are refused while there is no window', () => {
    expect(isOwnFrame(good, () => undefined)).toBe(false);
    expect(isOwnFrame(good, own)).toBe(true);
  });
});
