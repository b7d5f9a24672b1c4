import { type Clock, systemClock } from '../shared/clock.ts';
import { HealthReporter } from './health-reporter.ts';
import type { HealthReporterOptions } from './options.ts';
import { type Task, type TaskOptions, Tasks } from './tasks.ts';

/** How often a running service says that it is there, in seconds (COMPATIBILITY, "What a service records by itself"). */
const HEARTBEAT = 30;
/** How long its tasks get to end, in seconds. */
const STOP_TIMEOUT = 10;
/** The longest wait that a timer knows, in ms: it is only there to keep the process alive. */
const FOR_EVER = 2 ** 31 - 1;
const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];

/** Where a service is in its life, in the words of the Python class. */
export type ServiceState =
  'initializing' | 'initialized' | 'starting' | 'started' | 'running' | 'stopping' | 'stopped' | 'error';

/** How a service differs from the default; times are in seconds. */
export interface BaseServiceOptions extends HealthReporterOptions {
  /** Time between two `periodic_health_check`; 30 by default. Keep it well below the monitor's `service_timeout` (120). */
  heartbeatSeconds?: number;
  /** How long `stop()` waits for the tasks, and `run()` for a start that goes on when it must stop; 10 by default. */
  stopTimeoutSeconds?: number;
  /** Whether `run()` stops at SIGINT and SIGTERM. True by default; a worker thread gets none. */
  handleSignals?: boolean;
}

/**
 * A service that reports its health by itself: extend it, add tasks, and `await service.run()`.
 *
 * It records each stage of its life, a `periodic_health_check` every 30 s, and what its tasks throw; a fatal error stops it.
 */
export class BaseService {
  readonly serviceName: string;
  readonly serviceType: string;
  /** For checks of the service's own. */
  readonly healthReporter: HealthReporter;
  readonly #clock: Clock;
  readonly #heartbeat: number;
  readonly #stopTimeout: number;
  readonly #handleSignals: boolean;
  readonly #tasks = new Tasks(({ error, fatal }) => this.recordError(error, { fatal }));
  readonly #stopAsked: Promise<void>;
  #askToStop: () => void = () => undefined;
  #state: ServiceState = 'initializing';
  #cancelBeat: (() => void) | undefined;
  #fatal: { error: unknown } | undefined;
  #running: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  /**
   * @param serviceName what people call the service.
   * @param serviceType its identity, and the stem of its health file.
   * @throws TypeError where type or instance cannot name a file.
   */
  constructor(serviceName: string, serviceType: string, given?: BaseServiceOptions | null) {
    const options = given ?? {};
    this.serviceName = serviceName;
    this.serviceType = serviceType;
    this.#stopAsked = new Promise((resolve) => {
      this.#askToStop = resolve;
    });
    this.#clock = options.clock ?? systemClock();
    this.#heartbeat = secondsOr(options.heartbeatSeconds, HEARTBEAT);
    this.#stopTimeout = secondsOr(options.stopTimeoutSeconds, STOP_TIMEOUT);
    this.#handleSignals = options.handleSignals ?? true;
    const { onFatal } = options;
    this.healthReporter = new HealthReporter(serviceName, serviceType, {
      ...options,
      // However a fatal error was recorded, it stops the service.
      onFatal: (error) => {
        this.#failed(error);
        return onFatal?.(error);
      },
    });
    this.healthReporter.recordHealthCheck('service_initialization', 'healthy', 'Service initialized successfully');
    this.#state = 'initialized';
  }

  get state(): ServiceState {
    return this.#state;
  }

  /** Starts the service. Override it to open what the service needs, and call `super.start()` first. */
  async start(): Promise<void> {
    if (this.#state !== 'initialized') return;
    this.#state = 'starting';
    this.healthReporter.recordHealthCheck('service_start', 'healthy', 'Service started successfully');
    this.#state = 'started';
    this.#armBeat();
  }

  /**
   * Starts the service, unless it was, and runs it until it is asked to stop: by `requestStop()`, a signal or a fatal error.
   * Keeps the process alive meanwhile. A second signal ends the process at once.
   *
   * @returns when it has stopped; the same promise where it runs already.
   * @throws the fatal error that stopped it, so that the process ends with a code other than 0.
   */
  run(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  /** Stops the service. Override it to close what the service has open, and call `super.stop()` last. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Asks the service to stop as soon as it can; `run()` then returns. */
  requestStop(): void {
    this.#askToStop();
  }

  /**
   * Adds work that belongs to the service. A function is called once the service runs, with a signal that is aborted when it
   * stops; what it throws is recorded as an error of the service.
   */
  addTask(task: Task, options?: TaskOptions | null): void {
    this.#tasks.add(task, options);
  }

  /** Records an error of the service; a fatal one stops it. */
  recordError(error: unknown, options?: { fatal?: boolean } | null): void {
    this.healthReporter.recordError(error, options);
  }

  async #run(): Promise<void> {
    const letGo = this.#hold();
    try {
      if ((await this.#starts()) && this.#state === 'started') {
        this.#state = 'running';
        this.#beat();
        this.#tasks.start();
      }
      await this.#stopAsked;
    } catch (error) {
      this.recordError(error, { fatal: true });
    }
    try {
      await this.stop();
    } catch (error) {
      this.recordError(error, { fatal: true });
    } finally {
      // Where an overriding stop() failed before it came to ours.
      await BaseService.prototype.stop.call(this);
      letGo();
    }
    if (this.#fatal !== undefined) throw this.#fatal.error;
  }

  /** Starts it. @returns whether that came to an end, which it need not where the service is asked to stop meanwhile. */
  async #starts(): Promise<boolean> {
    const starting = Promise.resolve(this.start());
    const stopping = this.#stopAsked.then(() => this.#inTime(starting));
    const ended = await Promise.race([starting.then(() => true), stopping]);
    if (!ended) {
      const message = `Start: it did not end within ${this.#stopTimeout / 1000} s of being asked to stop`;
      this.healthReporter.recordHealthCheck('service_start', 'warning', message);
    }
    return ended;
  }

  /** Keeps the process alive and listens to its signals. @returns a function that ends both. */
  #hold(): () => void {
    const hold = setInterval(() => undefined, FOR_EVER);
    const onSignal = (): void => {
      // The next signal then does what it does by default: it ends the process.
      for (const signal of SIGNALS) process.removeListener(signal, onSignal);
      this.requestStop();
    };
    if (this.#handleSignals) for (const signal of SIGNALS) process.on(signal, onSignal);
    return () => {
      clearInterval(hold);
      for (const signal of SIGNALS) process.removeListener(signal, onSignal);
    };
  }

  async #stop(): Promise<void> {
    this.#state = 'stopping';
    this.requestStop();
    this.#cancelBeat?.();
    this.#tasks.abort();
    await this.#tasksEnded();
    const { healthReporter } = this;
    healthReporter.recordHealthCheck('service_stop', 'healthy', 'Service stopped successfully');
    this.#state = 'stopped';
    healthReporter.recordHealthCheck('service_stopped', 'warning', 'Service has stopped');
    healthReporter.close(this.#fatal === undefined ? {} : { error: this.#fatal.error });
  }

  /** Resolves when every task has ended, or has had its time. */
  async #tasksEnded(): Promise<void> {
    if (this.#tasks.count === 0) return;
    if (await this.#inTime(this.#tasks.ended())) return;
    const left = `${this.#tasks.count} did not end within ${this.#stopTimeout / 1000} s`;
    this.healthReporter.recordHealthCheck('service_tasks', 'warning', `Tasks: ${left}`);
  }

  /** @returns whether `work` ends in the time that there is for stopping. */
  async #inTime(work: Promise<unknown>): Promise<boolean> {
    let cancel: (() => void) | undefined;
    const timeout = new Promise<boolean>((resolve) => {
      cancel = this.#clock.after(this.#stopTimeout, () => resolve(false));
    });
    try {
      return await Promise.race([work.then(() => true), timeout]);
    } finally {
      cancel?.();
    }
  }

  #failed(error: unknown): void {
    this.#fatal ??= { error };
    if (this.#state !== 'stopping' && this.#state !== 'stopped') this.#state = 'error';
    this.requestStop();
  }

  #beat(): void {
    const { healthReporter, serviceType } = this;
    const metadata = { uptime: healthReporter.uptime, state: this.#state, tasks_count: this.#tasks.count };
    const message = `Service ${serviceType} is responsive`;
    // At once: a timer would wake the process a second time, even one that is called off before.
    healthReporter.recordHealthCheck('periodic_health_check', 'healthy', message, metadata, { flush: true });
    this.#armBeat();
  }

  #armBeat(): void {
    this.#cancelBeat?.();
    if (this.#state === 'stopping' || this.#state === 'stopped') return;
    this.#cancelBeat = this.#clock.after(this.#heartbeat, () => this.#beat());
  }
}

function secondsOr(seconds: number | undefined, normal: number): number {
  return (typeof seconds === 'number' && seconds > 0 && seconds < Infinity ? seconds : normal) * 1000;
}
