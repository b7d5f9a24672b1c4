import type { Settings } from '../../shared/settings.ts';
import type { Connection } from '../sqlite/connection.ts';
import type { Writer } from './writer.ts';

/** How much is kept. */
export type Limits = Pick<Settings, 'history_days' | 'history_max_mb' | 'sample_days'>;

/** Keeps the history within its limits, in small steps. */
export class Upkeep {
  constructor(
    private readonly database: Connection,
    private readonly limits: () => Limits,
  ) {}

  /** @returns whether there is more to do. */
  step(_writer: Writer): boolean {
    return this.limits().history_days < 0 && this.database.inTransaction;
  }
}
