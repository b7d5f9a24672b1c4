import type { MuteWindow, NotificationSettings, Rule } from '../../../shared/notification-settings.ts';
import type { HealthStatus } from '../../../shared/status.ts';
import { type WindowTimes, windowTimes } from './windows.ts';

/** What holds for one service at one status: a rule's own values, else the general ones. Lengths of time are in ms. */
export interface Terms {
  /** The names of the rules that apply; empty where there are none. */
  rules: string[];
  handlers: ReadonlySet<string>;
  escalateTo: ReadonlySet<string>;
  level: 'error' | 'warning' | 'info';
  cooldown: number;
  confirmBad: number;
  confirmGood: number;
  /** 0 for never, both. */
  remindEvery: number;
  escalateAfter: number;
}

export interface OpenWindow {
  window: MuteWindow;
  until: number | null;
}

/** The settings, made ready for being asked thousands of times a second. */
export interface Policy {
  readonly settings: NotificationSettings;
  tagsOf(service: string): readonly string[];
  terms(service: string, status: HealthStatus): Terms;
  /** What a person calls a handler. */
  nameOf(handler: string): string;
  /** What the service needs, and what that needs in turn, in the order of distance; never the service itself. */
  needs(service: string): readonly string[];
  /** Who needs this service, directly or not. */
  neededBy(service: string): readonly string[];
  /** A window that is open for this service now and does not except the status. */
  maintenance(service: string, status: HealthStatus, now: number): OpenWindow | undefined;
  quiet(service: string, status: HealthStatus, now: number): OpenWindow | undefined;
  /** Every window that is open for anything now. */
  openWindows(now: number): { kind: 'maintenance' | 'quiet-hours'; name: string; until: number | null }[];
  /** When a window opens or closes next; null where none ever does. */
  nextBoundary(now: number): number | null;
}

type Matcher = (service: string) => boolean;

/** `*` stands for any characters; letters are taken as they are. */
export function matcher(patterns: readonly string[]): Matcher {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const globs = patterns
    .filter((pattern) => pattern.includes('*'))
    .map((pattern) => {
      const literal = pattern.split(/\*+/).map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
      return new RegExp(`^${literal.join('[^]*')}$`, 'u');
    });
  return (service) => exact.has(service) || globs.some((glob) => glob.test(service));
}

interface CompiledWindow {
  window: MuteWindow;
  applies: (service: string) => boolean;
  times: (now: number) => WindowTimes;
}

/** Prepares settings. Nothing in it changes with time but what is asked with a `now`. */
export function compilePolicy(settings: NotificationSettings): Policy {
  const tagRules = Object.entries(settings.tags).map(([pattern, tags]) => ({ matches: matcher([pattern]), tags }));
  const tagsOf = remember((service: string): readonly string[] => [
    ...new Set(tagRules.filter(({ matches }) => matches(service)).flatMap(({ tags }) => tags)),
  ]);
  const concerns = ({ services, tags }: { services: string[]; tags: string[] }): Matcher => {
    const named = matcher(services);
    return (service) =>
      (services.length === 0 || named(service)) &&
      (tags.length === 0 || tags.some((tag) => tagsOf(service).includes(tag)));
  };
  const rules = settings.rules
    .filter(({ enabled }) => enabled)
    .map((rule) => ({ rule, applies: remember(concerns(rule)) }));
  const windows = (list: MuteWindow[]): CompiledWindow[] =>
    list.map((window) => ({ window, applies: remember(concerns(window)), times: timesOf(window) }));
  const [maintenance, quiet] = [windows(settings.maintenance), windows(settings.quiet_hours)];
  const needs = remember((service: string) => reach(service, (name) => settings.depends_on[name] ?? []));
  const neededBy = remember((service: string) =>
    Object.keys(settings.depends_on).filter((other) => other !== service && needs(other).includes(service)),
  );
  const terms = remember((key: string): Terms => {
    const cut = key.indexOf(':');
    const status = key.slice(0, cut) as HealthStatus;
    const service = key.slice(cut + 1);
    return combine(
      settings,
      rules.filter(
        ({ rule, applies }) => (rule.statuses.length === 0 || rule.statuses.includes(status)) && applies(service),
      ),
    );
  });
  const open = (list: CompiledWindow[], service: string, status: HealthStatus, now: number): OpenWindow | undefined => {
    for (const { window, applies, times } of list) {
      if (window.except.includes(status) || !applies(service)) continue;
      const { open: isOpen, until } = times(now);
      if (isOpen) return { window, until };
    }
    return undefined;
  };
  return {
    settings,
    tagsOf,
    nameOf: (id) => settings.handlers.find((handler) => handler.id === id)?.name ?? id,
    needs,
    neededBy,
    terms: (service, status) => terms(`${status}:${service}`),
    maintenance: (service, status, now) => open(maintenance, service, status, now),
    quiet: (service, status, now) => open(quiet, service, status, now),
    openWindows: (now) => [...named('maintenance', maintenance, now), ...named('quiet-hours', quiet, now)],
    nextBoundary: (now) => nextBoundary([...maintenance, ...quiet], now),
  };
}

/** A window's times are the same until it opens or closes: time zones are slow to ask. */
function timesOf(window: MuteWindow): (now: number) => WindowTimes {
  let known: { from: number; to: number; times: WindowTimes } | undefined;
  return (now) => {
    if (known !== undefined && known.from <= now && now < known.to) return known.times;
    const times = windowTimes(window, now);
    known = { from: now, to: times.until ?? times.next ?? Infinity, times };
    return times;
  };
}

function named<K extends string>(
  kind: K,
  windows: CompiledWindow[],
  now: number,
): { kind: K; name: string; until: number | null }[] {
  return windows.flatMap(({ window, times }) => {
    const { open, until } = times(now);
    return open ? [{ kind, name: window.name, until }] : [];
  });
}

function nextBoundary(windows: CompiledWindow[], now: number): number | null {
  const times = windows
    .flatMap(({ times: at }) => {
      const { until, next } = at(now);
      return [until, next];
    })
    .filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}

/** The first rule that applies decides, and those below it as far as it says to go on; no rules at all: every handler. */
function combine(settings: NotificationSettings, applying: { rule: Rule }[]): Terms {
  const found: Rule[] = [];
  for (const { rule } of applying) {
    found.push(rule);
    if (!rule.go_on) break;
  }
  const [first] = found;
  const enabled = settings.handlers.filter((handler) => handler.enabled).map(({ id }) => id);
  const escalateTo = new Set(first?.escalate_to ?? settings.escalate_to);
  const handlers = settings.rules.some((rule) => rule.enabled)
    ? found.flatMap((rule) => rule.handlers)
    : enabled.filter((id) => !settings.escalate_to.includes(id));
  const known = new Set(enabled);
  return {
    rules: found.map(({ name }) => name),
    handlers: new Set(handlers.filter((id) => known.has(id))),
    escalateTo: new Set([...escalateTo].filter((id) => known.has(id))),
    level: first?.notification_level ?? settings.notification_level,
    cooldown: (first?.notification_cooldown ?? settings.notification_cooldown) * 1000,
    confirmBad: first?.confirm_bad ?? settings.confirm_bad,
    confirmGood: first?.confirm_good ?? settings.confirm_good,
    remindEvery: (first?.remind_every ?? settings.remind_every) * 1000,
    escalateAfter: (first?.escalate_after ?? settings.escalate_after) * 1000,
  };
}

/** Everything that can be reached from a name, nearest first. A ring of services that need each other ends here. */
function reach(start: string, next: (name: string) => readonly string[]): readonly string[] {
  const seen = new Set([start]);
  const found: string[] = [];
  let edge = [...next(start)];
  while (edge.length > 0) {
    const fresh = edge.filter((name) => !seen.has(name));
    for (const name of fresh) seen.add(name);
    found.push(...new Set(fresh));
    edge = fresh.flatMap((name) => next(name));
  }
  return found;
}

/** How many answers are remembered of each question: an installation's services and a few times as many. */
const REMEMBERED = 50_000;

function remember<T>(compute: (key: string) => T): (key: string) => T {
  const answers = new Map<string, T>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    if (answers.size >= REMEMBERED) answers.clear();
    const answer = compute(key);
    answers.set(key, answer);
    return answer;
  };
}
