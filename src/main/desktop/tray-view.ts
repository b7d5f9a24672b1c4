import type { OfferedAction } from '../../shared/check-state.ts';
import type { ServiceSummary } from '../../shared/service-status.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { type HealthStatus, SYSTEM_ORDER } from '../../shared/status.ts';
import { formatCounts, formatMoment, plural } from '../../shared/text.ts';
import { cutAtWord, plainText } from './plain-text.ts';

/** What the tray's icon can say. */
export type TrayState = HealthStatus | 'paused' | 'broken';

/** What a menu entry can do beside opening a service. */
export type TrayAction = 'open' | 'check' | 'pause' | 'pause-overnight' | 'resume' | 'quit';

/** One line of the tray's menu, as data. Labels are plain text: escaping them is the platform's matter. */
export type TrayEntry =
  | { type: 'heading'; label: string }
  | { type: 'separator' }
  | { type: 'service'; service: string; label: string }
  | { type: 'quick'; service: string; action: string; label: string }
  | { type: 'action'; action: TrayAction; label: string };

export interface TrayView {
  state: TrayState;
  tooltip: string;
  menu: TrayEntry[];
}

/** Windows keeps 127 characters of a tooltip and drops the rest. */
export const TOOLTIP_LENGTH = 127;
/** More services than this make a menu nobody reads. */
export const SERVICES_IN_MENU = 10;
/** Of each of them. */
const ACTIONS_IN_MENU = 3;
const NAME_LENGTH = 60;

/** What may be done to a service. */
export type Offered = (service: string) => readonly OfferedAction[];

/**
 * Everything that the tray shows of a snapshot.
 *
 * The icon, in this order: `broken` while the monitor itself is unwell, since its statuses cannot be relied on then;
 * fatal and error, which a pause must never hide; `paused` while notifications are paused, so that nobody waits for alerts
 * that will not come; else the worst status. Whatever the icon says, tooltip and menu name every service that is not well.
 */
export function trayView(snapshot: Snapshot, now: number, offered: Offered = () => []): TrayView {
  const pausedUntil = snapshot.pausedUntil !== null && snapshot.pausedUntil > now ? snapshot.pausedUntil : null;
  const paused = pausedUntil === null ? null : clockTime(pausedUntil, now);
  const unwell = snapshot.services.filter(({ status }) => status !== 'healthy').sort(worstFirst);
  const headings = headingsOf(snapshot, paused);
  return {
    state: stateOf(snapshot, paused !== null),
    tooltip: tooltipOf(headings, unwell),
    menu: menuOf(headings, unwell, paused, offered),
  };
}

function stateOf({ monitor, status }: Snapshot, paused: boolean): TrayState {
  if (monitor.state === 'unwell') return 'broken';
  if (status === 'fatal' || status === 'error') return status;
  return paused ? 'paused' : status;
}

/** The order of services in every list of the tray. */
function worstFirst(a: ServiceSummary, b: ServiceSummary): number {
  return SYSTEM_ORDER[b.status] - SYSTEM_ORDER[a.status] || compareText(a.service, b.service);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** What is said before the services: the monitor's own trouble, how many services stand how, and a pause. */
function headingsOf({ monitor, services, counts }: Snapshot, paused: string | null): string[] {
  const lines: string[] = [];
  if (monitor.state === 'unwell') {
    const [problem] = monitor.problems;
    lines.push(problem === undefined ? 'The monitor is unwell' : `Monitor unwell: ${plainText(problem.message, 40)}`);
  }
  if (monitor.state === 'starting' && services.length === 0) lines.push('Starting');
  else lines.push(services.length === 0 ? 'No services' : sentence(counts, services.length));
  if (paused !== null) lines.push(`Notifications paused until ${paused}`);
  return lines;
}

function sentence(counts: Snapshot['counts'], total: number): string {
  return counts.healthy === total ? `${plural(total, 'service')} healthy` : formatCounts(counts);
}

function tooltipOf(headings: string[], unwell: ServiceSummary[]): string {
  // Among other icons a pointer must find out whose this is.
  const head = cutAtWord(`Experimance Health: ${headings.join('\n')}`, TOOLTIP_LENGTH);
  const rest = TOOLTIP_LENGTH - head.length - 1;
  if (unwell.length === 0 || rest < 12) return head;
  // More names than a tooltip has room for need not be joined.
  const names = unwell.slice(0, 40).map(({ service, status }) => `${plainText(service, 30)} ${status}`);
  return `${head}\n${cutAtWord(names.join(', '), rest)}`;
}

function menuOf(headings: string[], unwell: ServiceSummary[], paused: string | null, offered: Offered): TrayEntry[] {
  const menu: TrayEntry[] = headings.map((label) => ({ type: 'heading', label }));
  menu.push({ type: 'separator' });
  for (const { service, status, reason } of unwell.slice(0, SERVICES_IN_MENU)) {
    // The reason is one word of ours; the message would change the menu with every report, below somebody's pointer.
    const why = reason === 'reported' ? '' : ` (${reason})`;
    menu.push({ type: 'service', service, label: `${plainText(service, NAME_LENGTH)}: ${status}${why}` });
    for (const { id, label } of offered(service).slice(0, ACTIONS_IN_MENU)) {
      menu.push({ type: 'quick', service, action: id, label: `    ${plainText(label, NAME_LENGTH)}…` });
    }
  }
  const more = unwell.length - SERVICES_IN_MENU;
  if (more > 0) menu.push({ type: 'action', action: 'open', label: `… and ${more} more` });
  if (unwell.length > 0) menu.push({ type: 'separator' });
  menu.push(
    { type: 'action', action: 'open', label: 'Open Experimance Health' },
    { type: 'action', action: 'check', label: 'Check now' },
    ...(paused === null ? PAUSES : [resume(paused)]),
    { type: 'separator' },
    { type: 'action', action: 'quit', label: 'Quit' },
  );
  return menu;
}

const PAUSES: readonly TrayEntry[] = [
  { type: 'action', action: 'pause', label: 'Pause notifications for an hour' },
  { type: 'action', action: 'pause-overnight', label: 'Pause notifications until 8:00' },
];

function resume(paused: string): TrayEntry {
  return { type: 'action', action: 'resume', label: `Resume notifications (paused until ${paused})` };
}

/** Minutes from `now` until it is next 8:00 in the morning, by this machine's clock. */
export function minutesUntilMorning(now: number): number {
  const morning = new Date(now);
  morning.setHours(8, 0, 0, 0);
  if (morning.getTime() <= now) morning.setDate(morning.getDate() + 1);
  return (morning.getTime() - now) / 60_000;
}

/** `14:03`, with the date where that is not today. */
function clockTime(time: number, now: number): string {
  const moment = formatMoment(time).slice(0, 16);
  return moment.slice(0, 10) === formatMoment(now).slice(0, 10) ? moment.slice(11) : moment;
}
