/*
 * The names of the contract in `api.ts`, which is checked against them when it is compiled: one too many or too few on
 * either side is an error. They stand apart so that the preload script need not carry the schemas.
 */

export const CALL_NAMES = [
  'snapshot',
  'service',
  'notifications',
  'notificationSettings',
  'handlerForms',
  'deliveries',
  'simulate',
  'checks',
  'checkSettings',
  'checkForms',
  'checkSuggestions',
  'actions',
  'historyState',
  'historyBars',
  'uptime',
  'incidents',
  'incident',
  'transitions',
  'metrics',
  'series',
  'sparks',
  'compare',
  'trends',
  'exportHistory',
  'checkNow',
  'pauseNotifications',
  'forget',
  'viewing',
  'saveNotifications',
  'testHandler',
  'retryDelivery',
  'acknowledge',
  'unacknowledge',
  'saveChecks',
  'testCheck',
  'runAction',
  'addNote',
  'saveFile',
] as const;
export const EVENT_NAMES = ['changes', 'notifications', 'open'] as const;

export type CallName = (typeof CALL_NAMES)[number];
export type EventName = (typeof EVENT_NAMES)[number];
