import { join, resolve } from 'node:path';
import { type Clock, systemClock } from '../shared/clock.ts';
import type { Logger } from './call-safely.ts';
import { defaultHealthDir } from './health-dir.ts';

/** How a `HealthReporter` differs from the default. All times are in seconds. */
export interface HealthReporterOptions {
  /**
   * The folder of the health files. By default `/var/cache/experimance/health` where `EXPERIMANCE_ENV` is `production`, else
   * `logs/health` below the working directory. It should be on a local disk: a write to a dead network drive waits.
   */
  healthDir?: string;
  /** Which of several of its type this is: the file is then `<type>.<instance>.json`. */
  instance?: string;
  /** Waits for the disk at each write, so that the file outlives a power cut. False by default. */
  durable?: boolean;
  /** Told of the reporter's own failures, each once a minute at most. Nobody by default. */
  logger?: Logger;
  /** Throws a TypeError at wrong arguments, which are recorded as well as can be otherwise. False by default. */
  development?: boolean;
  /** How long repeated results wait to be written together, 0 to 60; 1 by default. A change of status never waits. */
  writeDelaySeconds?: number;
  /** After so long without an error `service_error` is over; 300 by default, `Infinity` for never. A fatal one stays. */
  errorClearSeconds?: number;
  /** How long it must run without a fault for a crash loop or a restart to be over; 600 by default. */
  stableSeconds?: number;
  /** So many unclean ends within so long are a crash loop: 3 within 600 by default; `restarts` is 2 to 20. */
  crashLoop?: { restarts: number; withinSeconds: number };
  /** Told of each fatal error that was recorded, after it was written. */
  onFatal?: (error: unknown) => void;
  /**
   * What time it is.
   * @internal
   */
  clock?: Clock;
}

/** The same with every default filled in, in milliseconds. */
export interface Choices {
  dir: string;
  durable: boolean;
  logger: Logger | undefined;
  development: boolean;
  writeDelay: number;
  errorClear: number;
  stable: number;
  loopRestarts: number;
  loopWindow: number;
  onFatal: ((error: unknown) => void) | undefined;
  clock: Clock;
}

/**
 * @throws TypeError in development for an option that is out of its range; otherwise the default stands in for it.
 */
export function chooseOptions(options: HealthReporterOptions): Choices {
  const development = options.development === true;
  const seconds = (name: string, value: number | undefined, least: number, most: number, normal: number): number => {
    if (value === undefined) return normal * 1000;
    if (typeof value === 'number' && value >= least && value <= most) return value * 1000;
    if (development) throw new TypeError(`${name} must be a number of seconds from ${least} to ${most}.`);
    return normal * 1000;
  };
  const { healthDir, logger, onFatal, crashLoop } = options;
  if (development && healthDir !== undefined && (typeof healthDir !== 'string' || healthDir === '')) {
    throw new TypeError('healthDir must be the path of a folder.');
  }
  const restarts = crashLoop?.restarts ?? 3;
  return {
    dir: chooseDir(healthDir),
    durable: options.durable === true,
    logger: usable(logger) ? logger : undefined,
    development,
    writeDelay: seconds('writeDelaySeconds', options.writeDelaySeconds, 0, 60, 1),
    errorClear: seconds('errorClearSeconds', options.errorClearSeconds, 0, Infinity, 300),
    stable: seconds('stableSeconds', options.stableSeconds, 0, Infinity, 600),
    loopRestarts: Number.isInteger(restarts) && restarts >= 2 && restarts <= 20 ? restarts : 3,
    loopWindow: seconds('crashLoop.withinSeconds', crashLoop?.withinSeconds, 1, 86_400, 600),
    onFatal: typeof onFatal === 'function' ? onFatal : undefined,
    clock: options.clock ?? systemClock(),
  };
}

function usable(logger: Logger | undefined): logger is Logger {
  return typeof logger?.warn === 'function' && typeof logger.error === 'function';
}

function chooseDir(healthDir: string | undefined): string {
  try {
    if (typeof healthDir === 'string' && healthDir !== '') return resolve(healthDir);
    return defaultHealthDir(process.env, () => process.cwd());
  } catch {
    // The working directory is gone. Writing will fail, be counted and be tried again, like on any other broken disk.
    return typeof healthDir === 'string' ? healthDir : join('logs', 'health');
  }
}
