import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { chooseFolders } from '../../main/settings/folders.ts';
import { loadSettings } from '../../main/settings/load.ts';
import { findPlaces } from '../../main/settings/places.ts';
import { ServiceType } from '../../shared/settings.ts';
import { HealthStatus, parseStatus } from '../../shared/status.ts';
import { number, type PlaceOptions, takesPlaces } from '../arguments.ts';
import { type Scene, sceneAt, STORY } from '../fake/story.ts';
import { SyntheticService } from '../fake/synthetic-service.ts';

interface FakeOptions extends PlaceOptions {
  interval: number;
  status: HealthStatus;
  for?: number;
  story?: true;
  scene: number;
  past?: number;
}

function status(word: string): HealthStatus {
  const known = parseStatus(word);
  if (known === undefined) throw new InvalidArgumentError(`It must be one of ${HealthStatus.options.join(', ')}.`);
  return known;
}

export function addFake(program: Command): void {
  takesPlaces(program.command('fake'))
    .argument('<name...>', 'service types, each a file <name>.json')
    .description('write health files of services that do not exist, to try the monitor with')
    .option('--interval <seconds>', 'time between two reports', number(0.01, 86_400), 30)
    .option('--status <status>', 'what they report', status, 'healthy' as const)
    .option('--for <seconds>', 'stop after this time; 0 writes once', number(0, 86_400 * 365))
    .option('--story', 'go through every status, fall silent, write rubbish, vanish and recover, for ever')
    .option('--scene <seconds>', 'how long each scene of the story lasts', number(0.01, 86_400), 10)
    .option(
      '--past <hours>',
      'as if it had gone on for so many hours up to now: write the history of that at once, and end; nobody is told',
      number(0.01, 24 * 92),
    )
    .action(run);
}

async function run(names: string[], options: FakeOptions): Promise<void> {
  for (const name of names) {
    const parsed = ServiceType.safeParse(name);
    if (!parsed.success)
      throw new Error(`The service name ${JSON.stringify(name)} ${parsed.error.issues[0]?.message ?? 'is wrong'}.`);
  }
  const dir = folderFor(options);
  const scenes: readonly Scene[] = options.story
    ? STORY
    : [
        {
          kind: 'report',
          status: options.status,
          check: 'periodic_health_check',
          message: `Synthetic service, ${options.status}`,
        },
      ];
  console.log(`Writing ${names.join(', ')} to ${dir}.`);
  if (options.past !== undefined) {
    const { livePast } = await import('../fake/past.ts');
    const { scene, interval, past, ...places } = options;
    await livePast({
      places,
      dir,
      names,
      scenes,
      scene: scene * 1000,
      interval: interval * 1000,
      length: past * 3_600_000,
    });
    return;
  }
  const services = names.map((name) => new SyntheticService(dir, name));
  await perform(services, scenes, options);
}

/** The folder that the monitor would watch when it is started in the same way. */
function folderFor(options: PlaceOptions): string {
  const { env } = process;
  const places = findPlaces(options, env);
  const { settings } = loadSettings({ settingsFile: places.settingsFile, env, cwd: process.cwd() });
  const folders = chooseFolders({
    dirs: options.dir ?? [],
    settings,
    env,
    cwd: process.cwd(),
    dataDir: places.dataDir,
  });
  const first = folders[0];
  if (first === undefined) throw new Error('No folder to write to was found; name one with --dir.');
  return first.path;
}

function perform(services: SyntheticService[], scenes: readonly Scene[], options: FakeOptions): Promise<void> {
  const start = Date.now();
  const step = (): void => {
    services.forEach((service, index) => {
      const scene = sceneAt(scenes, index, Date.now() - start, options.scene * 1000);
      if (scene !== undefined) service.play(scene);
    });
  };
  step();
  if (options.for === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const every = options.story ? Math.min(options.interval, options.scene) : options.interval;
    const ticker = setInterval(step, every * 1000);
    const end = (): void => {
      clearInterval(ticker);
      clearTimeout(timeout);
      resolve();
    };
    const timeout = options.for === undefined ? undefined : setTimeout(end, options.for * 1000);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  });
}
