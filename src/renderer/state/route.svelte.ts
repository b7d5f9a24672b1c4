const SERVICE = '#/service/';
const NOTIFICATIONS = '#/notifications/';
const CHECKS = '#/checks';
const HISTORY = '#/history/';

/** The pages of the notifications, in the order of their tabs. */
export const TABS = ['handlers', 'rules', 'quiet', 'policy', 'log', 'simulate'] as const;
export type Tab = (typeof TABS)[number];

/** The pages of the history, in the order of their tabs; and the page of one incident, which is none of them. */
export const HISTORY_TABS = ['incidents', 'changes', 'uptime', 'compare'] as const;
export type HistoryTab = (typeof HISTORY_TABS)[number];

interface Place {
  view: 'overview' | 'checks' | 'history' | 'notifications';
  /** The service whose details are shown. */
  service?: string | undefined;
  tab: Tab;
  past?: HistoryTab | undefined;
  /** The incident whose page is shown. */
  incident?: number | undefined;
  /** What is open on the tab, such as a handler's id; the service that a tab of the history is about. */
  item?: string | undefined;
}

/** A name as a part of an address. */
function part(name: string): string {
  // Half a surrogate pair can stand in no address; such a name still gets one, if not one that leads back to it.
  return encodeURIComponent(name.replace(/\p{Surrogate}/gu, '\ufffd'));
}

/** The address of a service's details within the page. */
export function serviceHash(service: string): string {
  return SERVICE + part(service);
}

/** The address of a tab of the notifications, and of what is open on it. */
export function tabHash(tab: Tab, item?: string): string {
  return NOTIFICATIONS + tab + (item === undefined ? '' : `/${part(item)}`);
}

/** The address of the active checks, and of one of them. */
export function checkHash(id?: string): string {
  return CHECKS + (id === undefined ? '' : `/${part(id)}`);
}

/** The address of a tab of the history, about one service or all of them. */
export function historyHash(tab: HistoryTab, service?: string): string {
  return HISTORY + tab + (service === undefined ? '' : `/${part(service)}`);
}

/** The address of an incident's page. */
export function incidentHash(id: number): string {
  return `${HISTORY}incident/${id}`;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text) || undefined;
  } catch {
    // An address typed by hand with a broken escape: it names nothing.
    return undefined;
  }
}

function readHistory(path: string): Place {
  const [name = '', item = ''] = path.split('/');
  if (name === 'incident' && /^\d{1,15}$/.test(item)) {
    return { view: 'history', tab: 'handlers', past: 'incidents', incident: Number(item) };
  }
  const past = HISTORY_TABS.find((known) => known === name) ?? 'incidents';
  return { view: 'history', tab: 'handlers', past, item: past === name ? decode(item) : undefined };
}

function readHash(): Place {
  const { hash } = location;
  if (hash.startsWith(SERVICE)) {
    return { view: 'overview', tab: 'handlers', service: decode(hash.slice(SERVICE.length)) };
  }
  if (hash === '#/notifications' || hash.startsWith(NOTIFICATIONS)) {
    const [name = '', item = ''] = hash.slice(NOTIFICATIONS.length).split('/');
    const tab = TABS.find((known) => known === name) ?? 'handlers';
    return { view: 'notifications', tab, item: decode(item) };
  }
  if (hash === CHECKS || hash.startsWith(`${CHECKS}/`)) {
    return { view: 'checks', tab: 'handlers', item: decode(hash.slice(CHECKS.length + 1)) };
  }
  if (hash === '#/history' || hash.startsWith(HISTORY)) return readHistory(hash.slice(HISTORY.length));
  return { view: 'overview', tab: 'handlers' };
}

/** What the address names. The address is the only place where the selection is kept, so Back works by itself. */
export class Route {
  #place = $state.raw(readHash());
  readonly view = $derived(this.#place.view);
  readonly service = $derived(this.#place.service);
  readonly tab = $derived(this.#place.tab);
  readonly past = $derived(this.#place.past ?? 'incidents');
  readonly incident = $derived(this.#place.incident);
  readonly item = $derived(this.#place.item);
  /** Whether somebody has gone from one place to another; not where the page was opened at this one. */
  moved = false;

  /** @returns a function that ends it. */
  start(): () => void {
    const read = (): void => {
      this.moved = true;
      this.#place = readHash();
    };
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }

  /** Shows a service's details. */
  open(service: string): void {
    this.#go(serviceHash(service));
  }

  /** Shows the overview without details. */
  close(): void {
    if (this.service !== undefined || this.view !== 'overview') this.#go('#/');
  }

  /** Shows a tab of the notifications, and one thing on it. */
  openTab(tab: Tab, item?: string): void {
    const hash = tabHash(tab, item);
    if (location.hash !== hash) this.#go(hash);
  }

  /** Shows the active checks, and one of them. */
  openCheck(id: string | undefined): void {
    const hash = checkHash(id);
    if (location.hash !== hash) this.#go(hash);
  }

  /** Shows a tab of the history, about one service or all of them. */
  openHistory(tab: HistoryTab, service?: string): void {
    const hash = historyHash(tab, service);
    if (location.hash !== hash) this.#go(hash);
  }

  /** The same, leaving no trace in the browser's own history. */
  replaceHistory(tab: HistoryTab, service?: string): void {
    history.replaceState(history.state, '', historyHash(tab, service));
    this.#place = readHash();
  }

  openIncident(id: number): void {
    if (location.hash !== incidentHash(id)) this.#go(incidentHash(id));
  }

  /** Shows a tab of the notifications, leaving no trace in the history: moving along the tabs by arrow keys, an id that changes as it is typed. */
  replaceTab(tab: Tab, item?: string): void {
    history.replaceState(history.state, '', tabHash(tab, item));
    this.#place = readHash();
  }

  #go(hash: string): void {
    this.moved = true;
    location.hash = hash;
    // The event comes later; what is to get the focus must be there at once.
    this.#place = readHash();
  }
}
