import { contextBridge, ipcRenderer } from 'electron';
import { CALL_NAMES, EVENT_NAMES } from '../shared/api-names.ts';
import { BRIDGE, type Bridge, callChannel, eventChannel } from '../shared/bridge.ts';

const callNames: ReadonlySet<string> = new Set(CALL_NAMES);
const eventNames: ReadonlySet<string> = new Set(EVENT_NAMES);

/** The window's only way out: the contract's calls and events by name. Neither ipcRenderer nor its event objects pass. */
const bridge: Bridge = {
  call(name, input) {
    if (!callNames.has(name)) return Promise.reject(new Error('There is no such call.'));
    return ipcRenderer.invoke(callChannel(name), input);
  },
  subscribe(event, listener) {
    if (!eventNames.has(event)) throw new Error('There is no such event.');
    const channel = eventChannel(event);
    const receive = (_event: unknown, payload: unknown): void => listener(payload);
    ipcRenderer.on(channel, receive);
    return () => {
      ipcRenderer.removeListener(channel, receive);
    };
  },
};

contextBridge.exposeInMainWorld(BRIDGE, bridge);
