/** What the machine tells of itself besides: °C and per cent; null where it does not. */
export interface Sensors {
  /** Of the hottest core. */
  temperature: number | null;
  gpus: { name: string; temperature: number | null; usePercent: number | null; memoryPercent: number | null }[];
}

export const NO_SENSORS: Sensors = { temperature: null, gpus: [] };

/** How often it is asked: each time costs commands of the system's, in ms. */
const EVERY = 300_000;
/** How long an answer is waited for, in ms; it may come later and count then. */
const PATIENCE = 500;

/** Reads temperatures and graphics cards rarely, since nothing but commands tells of them. */
export class RareSensors {
  #latest: Sensors = NO_SENSORS;
  #asked: number | undefined;
  #asking: Promise<void> | undefined;

  constructor(
    private readonly now: () => number,
    private readonly read: () => Promise<Sensors> = readSensors,
  ) {}

  /** What was read last. What does not answer in time is not asked again before it has. */
  async look(): Promise<Sensors> {
    const now = this.now();
    if (this.#asking === undefined && (this.#asked === undefined || now - this.#asked >= EVERY)) {
      this.#asked = now;
      this.#asking = this.read()
        .then(
          (sensors) => (this.#latest = sensors),
          // A machine that does not tell is as good as one without sensors.
          () => (this.#latest = NO_SENSORS),
        )
        .then(() => (this.#asking = undefined));
    }
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE)));
    await Promise.race([this.#asking, late]);
    clearTimeout(timer);
    return this.#latest;
  }
}

async function readSensors(): Promise<Sensors> {
  const { default: systeminformation } = await import('systeminformation');
  const [cpu, graphics] = await Promise.all([systeminformation.cpuTemperature(), systeminformation.graphics()]);
  return {
    temperature: plausible(cpu.max) ?? plausible(cpu.main),
    gpus: graphics.controllers.flatMap(({ model, temperatureGpu, utilizationGpu, memoryUsed, memoryTotal }) => {
      const temperature = plausible(temperatureGpu);
      const memoryPercent =
        memoryUsed !== undefined && memoryTotal !== undefined && memoryTotal > 0
          ? (memoryUsed * 100) / memoryTotal
          : null;
      const usePercent = typeof utilizationGpu === 'number' ? utilizationGpu : null;
      if (temperature === null && memoryPercent === null && usePercent === null) return [];
      return [{ name: model, temperature, usePercent, memoryPercent }];
    }),
  };
}

/** A sensor that is not there reads as nothing, 0 or -1. */
function plausible(degrees: number | null | undefined): number | null {
  return typeof degrees === 'number' && degrees > 0 && degrees < 200 ? degrees : null;
}
