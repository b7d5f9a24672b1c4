/** The wall clock, and the time since boot as systemd counts it (CLOCK_MONOTONIC, which Node's own clock is on Linux); in ms. */
export function systemClocks(): { now: number; sinceBoot: number } {
  return { now: Date.now(), sinceBoot: Number(process.hrtime.bigint() / 1_000_000n) };
}
