import type { IpcMain, IpcMainInvokeEvent, WebContents, WebFrameMain } from 'electron';
import { CALL_NAMES, type EventName } from '../../shared/api-names.ts';
import type { Event, Reply } from '../../shared/api.ts';
import type { Dispatch } from '../../shared/api-dispatch.ts';
import { callChannel, eventChannel } from '../../shared/bridge.ts';
import { ORIGIN } from './app-scheme.ts';

/** As much of a call's event as its sender is known by. */
export interface Sender {
  sender: Pick<WebContents, 'id'>;
  senderFrame: Pick<WebFrameMain, 'origin' | 'parent' | 'routingId' | 'processId'> | null;
}

/** The contents of the program's own window; undefined while there is none. */
export type OwnContents = () =>
  (Pick<WebContents, 'id'> & { mainFrame: Pick<WebFrameMain, 'routingId' | 'processId'> }) | undefined;

/** Whether a call comes from the top frame of our own window, and that frame still shows our own page. */
export function isOwnFrame({ sender, senderFrame }: Sender, own: OwnContents): boolean {
  const contents = own();
  if (contents === undefined || senderFrame === null || contents.id !== sender.id) return false;
  const { mainFrame } = contents;
  return (
    senderFrame.parent === null &&
    senderFrame.routingId === mainFrame.routingId &&
    senderFrame.processId === mainFrame.processId &&
    senderFrame.origin === ORIGIN
  );
}

const REFUSED: Reply = {
  ok: false,
  code: 'failed',
  message: 'This call is only for the window of Experimance Health.',
};

/**
 * Registers every call of the contract. The sender is checked here, once, before anything else of a call is looked at.
 *
 * @param onStranger told of a call that was refused.
 * @returns a function that takes the registrations back.
 */
export function registerIpc(
  ipcMain: Pick<IpcMain, 'handle' | 'removeHandler'>,
  dispatch: Dispatch,
  own: OwnContents,
  onStranger: (name: string) => void,
): () => void {
  for (const name of CALL_NAMES) {
    ipcMain.handle(callChannel(name), (event: IpcMainInvokeEvent, input: unknown): Promise<Reply> | Reply => {
      if (isOwnFrame(event, own)) return dispatch(name, input);
      onStranger(name);
      return REFUSED;
    });
  }
  return () => {
    for (const name of CALL_NAMES) ipcMain.removeHandler(callChannel(name));
  };
}

/** Sends an event of the contract to a window. */
export function sendEvent<N extends EventName>(
  contents: Pick<WebContents, 'send' | 'isDestroyed'>,
  name: N,
  payload: Event<N>,
): void {
  if (!contents.isDestroyed()) contents.send(eventChannel(name), payload);
}
