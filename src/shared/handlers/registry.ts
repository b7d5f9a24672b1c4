import { apprise } from './apprise.ts';
import { command } from './command.ts';
import { desktop } from './desktop.ts';
import { discord } from './discord.ts';
import { email } from './email.ts';
import { gotify } from './gotify.ts';
import type { HandlerType } from './handler.ts';
import { log } from './log.ts';
import { ntfy } from './ntfy.ts';
import { pagerduty } from './pagerduty.ts';
import { pushover } from './pushover.ts';
import { slack } from './slack.ts';
import { teams } from './teams.ts';
import { telegram } from './telegram.ts';
import { webhook } from './webhook.ts';

/** Every way to tell somebody, in the order in which a person chooses from them. */
export const HANDLER_TYPES: readonly HandlerType[] = [
  desktop,
  log,
  ntfy,
  webhook,
  email,
  slack,
  discord,
  teams,
  telegram,
  pagerduty,
  gotify,
  pushover,
  apprise,
  command,
];

const BY_TYPE: ReadonlyMap<string, HandlerType> = new Map(HANDLER_TYPES.map((handler) => [handler.type, handler]));

/** The handler of that type; undefined for a word that names none. */
export function findHandlerType(type: string): HandlerType | undefined {
  return BY_TYPE.get(type);
}
