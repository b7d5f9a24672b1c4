import { execFile } from 'node:child_process';
import type { Action } from '../../shared/check-settings.ts';
import type { ActionOutcome, OfferedAction } from '../../shared/check-state.ts';
import { formatDuration } from '../../shared/text.ts';

/** The same thing is not done again to the same service within this, in ms: a second click is nearly always impatience. */
const NOT_AGAIN_WITHIN = 15_000;
/** As much of what a command says is kept, in characters. */
const LONGEST_OUTPUT = 600;
/** systemd starts a unit for up to 90 s before it gives up. */
const RESTART_LIMIT = 95_000;
/** What systemd takes for the name of a unit: with this it is neither an option nor anything to a shell, which there is none of. */
const UNIT = /^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]*$/;

/** Carries out a program without a shell. Rejects where it cannot be started, ends with another code than 0 or takes too long. */
export type RunProgram = (file: string, args: readonly string[], limit: number) => Promise<string>;

export interface ActionsOptions {
  /** Monotonic milliseconds. */
  now: () => number;
  run: RunProgram;
  /** Told of everything that was done, for the history. */
  onDone: (service: string, label: string, outcome: ActionOutcome) => void;
}

interface Command {
  file: string;
  args: string[];
  limit: number;
}

/** What a person may have done to a service with one click; nothing that the settings do not name. */
export class Actions {
  readonly #lastAt = new Map<string, number>();
  #actions: readonly Action[] = [];
  #project = '';

  constructor(private readonly options: ActionsOptions) {}

  configure({ actions, project }: { actions: readonly Action[]; project: string }): void {
    this.#actions = actions;
    this.#project = project;
  }

  /** What may be done to a service. */
  offered(service: string): OfferedAction[] {
    return this.#actions
      .filter(({ services }) => services.length === 0 || services.includes(service))
      .map((action) => {
        const command = this.#commandOf(action, service);
        const does = typeof command === 'string' ? command : [command.file, ...command.args].map(shown).join(' ');
        return { id: action.id, label: action.label, does };
      });
  }

  /** Does it, and says what came of it. Never rejects. */
  async run(service: string, id: string): Promise<ActionOutcome> {
    const action = this.#actions.find((one) => one.id === id);
    if (action === undefined || !this.offered(service).some((offered) => offered.id === id)) {
      return { done: false, message: 'The settings do not allow this for the service.' };
    }
    const key = JSON.stringify([service, id]);
    const wait = (this.#lastAt.get(key) ?? -Infinity) + NOT_AGAIN_WITHIN - this.options.now();
    if (wait > 0) {
      return { done: false, message: `It was done only just now: wait another ${formatDuration(wait + 999)}.` };
    }
    this.#lastAt.set(key, this.options.now());
    const outcome = await this.#carryOut(this.#commandOf(action, service));
    this.options.onDone(service, action.label, outcome);
    return outcome;
  }

  async #carryOut(command: Command | string): Promise<ActionOutcome> {
    if (typeof command === 'string') return { done: false, message: command };
    try {
      const said = await this.options.run(command.file, command.args, command.limit);
      return { done: true, message: said.trim() === '' ? 'Done.' : `Done. It said: ${cut(said)}` };
    } catch (error) {
      return { done: false, message: error instanceof Error ? error.message : String(error) };
    }
  }

  /** What is to be run; a sentence where it cannot be. */
  #commandOf(action: Action, service: string): Command | string {
    // The stem of the service's file: its folder's label is ours.
    const stem = service.slice(service.lastIndexOf('/') + 1);
    const fill = (text: string): string => text.replaceAll('{service}', stem).replaceAll('{project}', this.#project);
    if (action.does === 'restart-unit') {
      const unit = fill(action.unit);
      if (!UNIT.test(unit)) return `${JSON.stringify(unit)} cannot be the name of a unit.`;
      const args = [...(action.user ? ['--user'] : []), 'restart', '--', unit];
      return { file: 'systemctl', args, limit: RESTART_LIMIT };
    }
    return { file: action.command, args: action.args.map(fill), limit: action.time_limit * 1_000 };
  }
}

function shown(word: string): string {
  return /^[\w@%+=:,./{}-]+$/.test(word) ? word : JSON.stringify(word);
}

function cut(text: string): string {
  const trimmed = text.trim();
  return trimmed.length <= LONGEST_OUTPUT ? trimmed : `…${trimmed.slice(-LONGEST_OUTPUT)}`;
}

/** Runs a program of this machine. */
export const runProgram: RunProgram = (file, args, limit) =>
  new Promise((resolve, reject) => {
    execFile(
      file,
      [...args],
      { timeout: limit, killSignal: 'SIGKILL', maxBuffer: 1024 * 1024, windowsHide: true },
      (error, stdout, stderr) => {
        if (error === null) {
          resolve(stdout);
          return;
        }
        reject(new Error(reasonOf(file, error, stderr, limit), { cause: error }));
      },
    );
  });

function reasonOf(
  file: string,
  error: {
    code?: string | number | null | undefined;
    killed?: boolean | undefined;
    signal?: string | null | undefined;
  },
  stderr: string,
  limit: number,
): string {
  if (error.code === 'ENOENT') return `${file} is not there.`;
  if (error.code === 'EACCES') return `${file} may not be run by this user.`;
  if (error.killed === true) return `${file} did not end within ${formatDuration(limit)} and was ended.`;
  const how = typeof error.code === 'number' ? `exit code ${error.code}` : (error.signal ?? String(error.code));
  const said = stderr.trim() === '' ? '' : ` It said: ${cut(stderr)}`;
  return `${file} failed (${how}).${said}`;
}
