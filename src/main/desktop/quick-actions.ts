import type { Dialog } from 'electron';
import type { ActionOutcome, OfferedAction } from '../../shared/check-state.ts';
import { plainText } from './plain-text.ts';

/** What the tray needs to offer quick actions. */
export interface QuickActionParts {
  offered(service: string): OfferedAction[];
  run(service: string, action: string): Promise<ActionOutcome>;
  dialog: Pick<Dialog, 'showMessageBox'>;
}

const CANCEL = 0;

/**
 * Does what an entry of the tray's menu offers: asks first, says exactly what would be done, and tells what came of it. Nothing
 * is offered that is not in the settings, whatever stood in a menu that was open for long.
 */
export async function runQuickAction(
  { offered, run, dialog }: QuickActionParts,
  service: string,
  id: string,
): Promise<void> {
  const action = offered(service).find((one) => one.id === id);
  if (action === undefined) return;
  const message = `${plainText(action.label, 80)}: ${plainText(service, 100)}?`;
  const { response } = await dialog.showMessageBox({
    type: 'question',
    title: 'Experimance Health',
    message,
    detail: `This is carried out now:\n\n${plainText(action.does, 500)}`,
    buttons: ['Cancel', plainText(action.label, 40)],
    defaultId: CANCEL,
    cancelId: CANCEL,
    noLink: true,
  });
  if (response === CANCEL) return;
  const outcome = await run(service, id);
  await dialog.showMessageBox({
    type: outcome.done ? 'info' : 'error',
    title: 'Experimance Health',
    message: `${plainText(action.label, 80)}: ${plainText(service, 100)}`,
    detail: plainText(outcome.message, 1000),
    buttons: ['OK'],
    noLink: true,
  });
}
