import type { HealthStatus } from '../../shared/status.ts';

/** What a synthetic service does for a while. */
export type Scene =
  | { kind: 'report'; status: HealthStatus; check: string; message: string }
  /** It is hung: its file stays as it is. */
  | { kind: 'silent' }
  /** Its file holds something that is no health report. */
  | { kind: 'rubbish'; text: string }
  /** Its file is removed. */
  | { kind: 'vanished' };

const report = (status: HealthStatus, check: string, message: string): Scene => ({
  kind: 'report',
  status,
  check,
  message,
});

/** Everything that can happen to a service, in an order that a person can follow. It ends well, and begins again. */
export const STORY: readonly Scene[] = [
  report('healthy', 'periodic_health_check', 'Service is responsive'),
  report('warning', 'frame_rate', '12 fps, below 24'),
  report('error', 'service_error', 'jackd not reachable: [Errno 111] Connection refused'),
  report('healthy', 'error_recovery', 'Error state reset'),
  report('fatal', 'service_error', 'CUDA out of memory'),
  report('unknown', 'speech', 'No answer from the microphone yet'),
  { kind: 'rubbish', text: '{"service_name": "cut off in the mid' },
  report('healthy', 'error_recovery', 'Restarted by hand'),
  { kind: 'silent' },
  report('healthy', 'periodic_health_check', 'Service is responsive again'),
  { kind: 'vanished' },
];

/**
 * What the service with this place in a row of several does at a moment: each is one scene behind the one before, so that not
 * all change at once.
 *
 * @param elapsed since the beginning, and `length` of a scene, in the same unit.
 */
export function sceneAt(scenes: readonly Scene[], place: number, elapsed: number, length: number): Scene | undefined {
  return scenes[Math.max(0, Math.floor(elapsed / length) - place) % scenes.length];
}
