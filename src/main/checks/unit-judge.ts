import { constants } from 'node:os';
import type { Finding } from '../../shared/checks/check.ts';
import { formatDuration, formatMoment, plural } from '../../shared/text.ts';
import type { UnitState } from './systemd.ts';

/** From this on a unit that runs has been restarted too often (COMPATIBILITY, "Health check script": restarts 3). */
const MANY_RESTARTS = 3;
/** One that was restarted and has not run for longer than this since may be in a loop, in ms: there may be one look only. */
const STEADY_AFTER = 10_000;
/** systemd gives a unit 90 s to start where nothing else is said; after that it is stuck, in ms. */
const START_WITHIN = 95_000;
/** So many restarts, between two looks or with the last only just now, are a crash loop, though it may run at this moment. */
const LOOP = 2;

/** What a unit is judged by besides its own state. */
export interface UnitCircumstances {
  /** Whether the installation says that it must run. */
  expected: boolean;
  /** How often it had been restarted at the last look; undefined at the first. */
  restartsBefore: number | undefined;
  /** Milliseconds since the epoch. */
  now: number;
}

/**
 * Judges a unit. Pure.
 *
 * @returns undefined where there is nothing to be said: it does not run, and nobody expects it to.
 */
export function judgeUnit(state: UnitState, { expected, restartsBefore, now }: UnitCircumstances): Finding | undefined {
  const { unit, active, sub, restarts } = state;
  const found = (status: Finding['status'], message: string): Finding => ({
    status,
    message,
    metadata: factsOf(state),
  });
  const fault = faultOfLoading(state, expected);
  if (fault !== undefined) return fault === null ? undefined : found(...fault);
  if (active === 'failed') return found('fatal', `${unit} has failed (${endOf(state)})${sinceText(state, now)}.`);
  const grown = restartsBefore === undefined ? 0 : restarts - restartsBefore;
  if (loops(state, grown, now)) {
    const recently = grown > 0 ? `, ${grown} of them since the last look` : '';
    const message = `${unit} is restarted again and again: ${plural(restarts, 'restart')}${recently}.${lastEnd(state)}`;
    return found('error', message);
  }
  if (active === 'inactive') return judgeInactive(state, expected, now, found);
  if (active === 'activating') {
    const stuck = state.changedAt !== null && now - state.changedAt > START_WITHIN;
    return found(stuck ? 'error' : 'unknown', `${unit} is being started (${sub})${sinceText(state, now)}.`);
  }
  if (active === 'deactivating') return found('unknown', `${unit} is being stopped (${sub})${sinceText(state, now)}.`);
  if (restarts > 0 && !isSteady(state, now)) {
    return found(
      'warning',
      `${unit} was restarted only just (${plural(restarts, 'restart')})${sinceText(state, now)}.`,
    );
  }
  if (restarts > MANY_RESTARTS) {
    return found('warning', `${unit} runs${sinceText(state, now)}, after ${plural(restarts, 'restart')}.`);
  }
  return found('healthy', `${unit} runs${sinceText(state, now)}.`);
}

type Judgement = readonly [status: Finding['status'], message: string];

/** What is to be said of a unit that systemd cannot take from its file; null for nothing at all, undefined for one that it can. */
function faultOfLoading({ unit, load, active }: UnitState, expected: boolean): Judgement | null | undefined {
  // A unit that was removed or masked while it runs goes on until it is stopped.
  const runs = active === 'active' || active === 'reloading';
  if (load === 'not-found') {
    if (runs) return ['warning', `${unit} runs, but its unit file is gone: once stopped it cannot be started again.`];
    return expected ? ['fatal', `There is no unit ${unit}, though the service is expected.`] : null;
  }
  if (load === 'masked') {
    if (runs) return ['warning', `${unit} runs, but is masked: once stopped it cannot be started again.`];
    const message = `${unit} is masked: nothing can start it until somebody unmasks it (systemctl unmask ${unit}).`;
    return [expected ? 'fatal' : 'warning', message];
  }
  return load === 'loaded' ? undefined : ['error', `${unit} cannot be loaded (${load}): see systemctl status ${unit}.`];
}

function loops(state: UnitState, grown: number, now: number): boolean {
  return /auto-restart/.test(state.sub) || grown >= LOOP || (state.restarts >= LOOP && !isSteady(state, now));
}

/** Whether it has been what it is for a while. */
function isSteady({ active, changedAt }: UnitState, now: number): boolean {
  if (active === 'inactive') return true;
  return active === 'active' && (changedAt === null || now - changedAt > STEADY_AFTER);
}

function judgeInactive(
  state: UnitState,
  expected: boolean,
  now: number,
  found: (...judgement: Judgement) => Finding,
): Finding | undefined {
  const { unit, type, result, changedAt, enabled } = state;
  if (type === 'oneshot' && result === 'success' && changedAt !== null) {
    return found('healthy', `${unit} has done its work and ended well${sinceText(state, now)}.`);
  }
  if (!expected) return undefined;
  const note = enabled === 'disabled' ? ' It is not enabled: it does not start with the machine.' : '';
  return found('fatal', `${unit} does not run, though it is expected${sinceText(state, now)}.${note}`);
}

function factsOf({ active, sub, pid, restarts }: UnitState): Finding['metadata'] {
  return { active_state: active, sub_state: sub, pid, restart_count: restarts };
}

/** What systemd says of a main process that it could not even begin (systemd.exec(5), "Process exit codes"). */
const EXEC_FAULTS: Readonly<Record<number, string>> = {
  200: 'its working directory cannot be entered',
  203: 'its program cannot be executed',
  209: 'its output cannot be set up',
  216: 'its group is not known',
  217: 'its user is not known',
  226: 'its name spaces cannot be set up',
  238: 'its state directory cannot be made',
};

/** How its main process ended: `exit status 1`, `SIGKILL`. */
function endOf({ result, exitStatus }: UnitState): string {
  switch (result) {
    case 'signal':
      return signalName(exitStatus);
    case 'core-dump':
      return `${signalName(exitStatus)}, with a core dump`;
    case 'oom-kill':
      return 'oom-kill: the machine ran out of memory';
    case 'start-limit-hit':
      return 'start-limit-hit: it was started too often';
    case 'exit-code':
    case 'success':
    case '': {
      const fault = EXEC_FAULTS[exitStatus];
      return `exit status ${exitStatus}${fault === undefined ? '' : `: ${fault}`}`;
    }
    default:
      return result;
  }
}

/** Of one that runs again systemd no longer tells how it ended before. */
function lastEnd(state: UnitState): string {
  return state.active === 'active' ? '' : ` It last ended with ${endOf(state)}.`;
}

function signalName(number: number): string {
  const [name] = Object.entries(constants.signals).find(([, value]) => value === number) ?? [];
  return name ?? `signal ${number}`;
}

function sinceText({ changedAt }: UnitState, now: number): string {
  if (changedAt === null) return '';
  return ` since ${formatMoment(changedAt)} (${formatDuration(now - changedAt)})`;
}
