import { setTimeout as wait } from 'node:timers/promises';
import { BaseService } from 'experimance-health/reporter';

const camera = new BaseService('camera-service', 'camera');
camera.addTask(async (signal) => {
  for (;;) await wait(1_000, undefined, { signal }); // Here it takes a picture. What it throws is recorded.
});
await camera.run();
