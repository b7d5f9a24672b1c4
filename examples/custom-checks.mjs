import { statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { BaseService } from 'experimance-health/reporter';

/** Develops pictures, and reports how that goes. */
class Darkroom extends BaseService {
  #developed = 0;

  constructor() {
    super('darkroom-service', 'darkroom', { logger: console });
    this.addTask((signal) => this.#develop(signal), { fatal: true });
    this.addTask((signal) => this.#watchMachine(signal));
  }

  async stop() {
    // Close what the service has open here; the report is written for the last time by super.stop().
    await super.stop();
  }

  async #develop(signal) {
    for (;;) {
      await wait(500, undefined, { signal });
      this.#developed += 1;
      this.healthReporter.updateServiceStats({ messagesReceived: this.#developed, messagesSent: this.#developed });
      // Counts for 10 s: if no picture comes through any more, the check becomes unknown by itself.
      this.healthReporter.recordHealthCheck(
        'developing',
        'healthy',
        `Picture ${this.#developed} is developed`,
        { pictures: this.#developed, bath: { celsius: 20.1, changed: new Date() } },
        { ttlSeconds: 10 },
      );
    }
  }

  async #watchMachine(signal) {
    for (;;) {
      const { bavail, blocks } = await statfs('.');
      const disk = Math.round((100 * (blocks - bavail)) / blocks);
      const memory = Math.round(100 * (1 - freemem() / totalmem()));
      const reporter = this.healthReporter;
      reporter.recordHealthCheck('disk_space', disk > 95 ? 'error' : 'healthy', `${disk} % used`, { percent: disk });
      reporter.recordHealthCheck('memory', memory > 90 ? 'warning' : 'healthy', `${memory} % used`, {
        percent: memory,
      });
      await wait(15_000, undefined, { signal });
    }
  }
}

const darkroom = new Darkroom();
darkroom.healthReporter.addNotificationHandler(({ status, check }) => console.log(`${status}: ${check.name}`), {
  cooldownSeconds: 60,
});
await darkroom.run();
