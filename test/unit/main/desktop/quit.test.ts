import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { endOnce } from '../../../../src/main/desktop/quit.ts';

describe('the end of the program', () => {
  it('waits for the monitor, closes it once, and exits with 0', async () => {
    const app = Object.assign(new EventEmitter(), { exit: vi.fn() });
    const event = { preventDefault: vi.fn() };
    let closed = (): void => undefined;
    const close = vi.fn(() => new Promise<void>((resolve) => (closed = resolve)));
    endOnce(app as never, close);
    app.emit('will-quit', event);
    app.emit('will-quit', event);
    expect(event.preventDefault).toHaveBeenCalledTimes(2);
    expect(app.exit).not.toHaveBeenCalled();
    closed();
    await vi.waitFor(() => expect(app.exit.mock.calls).toEqual([[0]]));
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('does not wait for ever', () => {
    vi.useFakeTimers();
    const app = Object.assign(new EventEmitter(), { exit: vi.fn() });
    endOnce(app as never, () => new Promise(() => undefined));
    app.emit('will-quit', { preventDefault: vi.fn() });
    vi.advanceTimersByTime(5_000);
    vi.useRealTimers();
    expect(app.exit).toHaveBeenCalledTimes(1);
  });
});
