import type { Dialog, MessageBoxOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { runQuickAction } from '../../../../src/main/desktop/quick-actions.ts';
import type { ActionOutcome } from '../../../../src/shared/check-state.ts';

const RESTART = { id: 'restart', label: 'Restart', does: 'systemctl restart -- core@gallery' };

function begin(answer: number, outcome: ActionOutcome = { done: true, message: 'Done.' }) {
  const shown: MessageBoxOptions[] = [];
  const ran: string[][] = [];
  // The one call that is used, of the many that the type has.
  const showMessageBox = ((options: MessageBoxOptions) => {
    shown.push(options);
    return Promise.resolve({ response: answer, checkboxChecked: false });
  }) as Dialog['showMessageBox'];
  const parts = {
    offered: (service: string) => (service === 'core' ? [RESTART] : []),
    run: (...what: string[]) => {
      ran.push(what);
      return Promise.resolve(outcome);
    },
    dialog: { showMessageBox },
  };
  return { parts, shown, ran };
}

describe('a quick action in the tray', () => {
  it('is asked for first, with exactly what would be done, and Cancel does nothing', async () => {
    const { parts, shown, ran } = begin(0);
    await runQuickAction(parts, 'core', 'restart');
    expect(shown).toMatchObject([
      { message: 'Restart: core?', detail: expect.stringContaining(RESTART.does), defaultId: 0, cancelId: 0 },
    ]);
    expect(ran).toEqual([]);
  });

  it('is carried out when it is confirmed, and tells what came of it', async () => {
    const { parts, shown, ran } = begin(1, { done: false, message: 'systemctl failed (exit code 5).' });
    await runQuickAction(parts, 'core', 'restart');
    expect(ran).toEqual([['core', 'restart']]);
    expect(shown[1]).toMatchObject({ type: 'error', detail: 'systemctl failed (exit code 5).' });
  });

  it('that the settings do not name any more is not even asked for', async () => {
    const { parts, shown } = begin(1);
    await runQuickAction(parts, 'audio', 'restart');
    expect(shown).toEqual([]);
  });
});
