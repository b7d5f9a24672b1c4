/** What the preload script puts into the window, under this name. */
export const BRIDGE = 'experimanceHealth';

/** The bridge's shape: a transport, and nothing else of the program. */
export type { Transport as Bridge } from './api-client.ts';

/** The ipc channel of a call, and of an event: derived, never written out. */
export const callChannel = (name: string): string => `call:${name}`;
export const eventChannel = (name: string): string => `event:${name}`;
