import { basename } from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import { plural } from '../../../shared/text.ts';
import type { DiskTrouble } from '../../sqlite/trouble.ts';

/** How long a person is told that a damaged file was set aside, in ms. */
const TELL_ASIDE = 86_400_000;

/** What a person is told of the file, each sentence once. */
export class Notices {
  #told: string | null = null;
  #disk: string | null = null;
  #aside: string | null = null;
  #cancel: () => void = () => undefined;

  constructor(
    private readonly file: string,
    private readonly clock: Clock,
    private readonly onTrouble: (message: string | null) => void,
  ) {}

  /** @param trouble null once the file is in use again. */
  disk(trouble: DiskTrouble | null): void {
    this.#disk = trouble === null ? null : this.#sentence(trouble);
    this.#tell();
  }

  /** @param name what the damaged file is called now. @param saved messages that could still be read from it. */
  setAside(trouble: string, name: string, saved: number): void {
    this.#aside =
      `${basename(this.file)} could not be used: ${trouble}. It was set aside as ${name}, and a new one was begun with ` +
      `${plural(saved, 'waiting message')} that could still be read.`;
    this.#cancel();
    this.#cancel = this.clock.after(TELL_ASIDE, () => {
      this.#aside = null;
      this.#tell();
    });
  }

  close(): void {
    this.#cancel();
  }

  #sentence({ kind, message }: DiskTrouble): string {
    const name = basename(this.file);
    return kind === 'newer'
      ? `${name} was written by a newer version of this program: ${message}. It is left as it is, and notifications are ` +
          'kept in memory only.'
      : `${name} cannot be used: ${message} (${this.file}). Notifications are kept in memory until it can be, and would be ` +
          'lost if the monitor ended before.';
  }

  #tell(): void {
    const notes = [this.#disk, this.#aside].filter((note) => note !== null);
    const message = notes.length === 0 ? null : notes.join('\n');
    if (message === this.#told) return;
    this.#told = message;
    this.onTrouble(message);
  }
}
