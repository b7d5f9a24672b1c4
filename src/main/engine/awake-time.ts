import type { Clock } from '../../shared/clock.ts';

/** Somebody calls `advance` at least this often, so a longer pause means that the machine or the process stood still. */
export const HEARTBEAT = 10_000;
/** What a busy machine may add to a heartbeat, and how far the two clocks may drift apart between two, in ms. */
const SLACK = 5_000;
const GAPS_KEPT = 16;

/**
 * Time during which reports could have arrived, in milliseconds since the start. It stands still while the machine sleeps
 * or the process is stopped, and a change of the wall clock does not touch it: staleness counted in it raises no false
 * alarm after either.
 */
export class AwakeTime {
  #awake = 0;
  #wall: number;
  #monotonic: number;
  #suspended = false;
  readonly #gaps: { from: number; to: number }[] = [];

  constructor(private readonly clock: Clock) {
    this.#wall = clock.now();
    this.#monotonic = clock.monotonic();
  }

  get awake(): number {
    return this.#awake;
  }

  /**
   * Moves on to now.
   * @returns by how much the wall clock was set back since the last call, 0 where it was not.
   */
  advance(): number {
    const wall = this.clock.now();
    const monotonic = this.clock.monotonic();
    const passed = Math.max(0, monotonic - this.#monotonic);
    const counted = this.#suspended ? 0 : passed > HEARTBEAT + SLACK ? HEARTBEAT : passed;
    const skipped = wall - this.#wall - counted;
    if (skipped > SLACK) {
      this.#gaps.push({ from: this.#wall, to: wall });
      if (this.#gaps.length > GAPS_KEPT) this.#gaps.shift();
    }
    this.#awake += counted;
    this.#wall = wall;
    this.#monotonic = monotonic;
    return skipped < -SLACK ? -skipped : 0;
  }

  suspend(): void {
    this.advance();
    this.#suspended = true;
  }

  resume(): void {
    this.advance();
    this.#suspended = false;
  }

  /** How much of the wall-clock time since `wall` counts: sleep and clock changes since then are left out. In ms. */
  since(wall: number): number {
    let age = this.#wall - wall;
    for (const gap of this.#gaps) {
      const overlap = Math.min(gap.to, this.#wall) - Math.max(gap.from, wall);
      if (overlap > 0) age -= overlap;
    }
    return Math.max(0, age);
  }
}
