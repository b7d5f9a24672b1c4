import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { delimiter, join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { HealthReporter } from '../../../src/reporter/health-reporter.ts';
import { HealthFile } from '../../../src/shared/health-file-schema.ts';
import { readHealthReport, statusOfReport } from '../../../src/shared/health-report.ts';
import { parsePythonJson } from '../../../src/shared/python-json.ts';
import { startCommand } from '../../fixtures/reporter/program.ts';

const root = join(import.meta.dirname, '../../..');
const built = join(root, 'out/reporter');

const found = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

/** A folder inside of the package, from which it can import itself by name; among what is built, so that it is nobody's source. */
let inside: string;
beforeAll(() => {
  inside = mkdtempSync(join(root, 'out', 'consumer-'));
});
afterAll(() => {
  rmSync(inside, { recursive: true, force: true });
});

describe('the built reporter', () => {
  it.each(['index.js', 'index.cjs'])('depends on nothing but Node: %s', (name) => {
    const { importedFiles } = ts.preProcessFile(readFileSync(join(built, name), 'utf8'), true, true);
    const modules = importedFiles.map(({ fileName }) => fileName.replace(/^node:/, ''));
    expect(modules.length).toBeGreaterThan(0);
    expect(modules.filter((module) => !builtinModules.includes(module))).toEqual([]);
  });

  it.each([
    ['ESM', 'consumer.mts', ''],
    ['CommonJS', 'consumer.cts', ''],
  ])('has types for a strict consumer, in %s', (_what, name) => {
    const file = join(inside, name);
    writeFileSync(
      file,
      `import { BaseService, HealthReporter, type HealthReport, type HealthStatus } from 'experimance-health/reporter';
       class Camera extends BaseService {
         constructor() { super('camera-service', 'display', { instance: 'left', logger: console, durable: true }); }
         override async stop(): Promise<void> { await super.stop(); }
       }
       const camera = new Camera();
       camera.addTask(async (signal) => { signal.throwIfAborted(); }, { fatal: true });
       const reporter: HealthReporter = camera.healthReporter;
       const status: HealthStatus = 'warning';
       reporter.recordHealthCheck('a', status, null, { list: [1] }, { ttlSeconds: 3 });
       const remove: () => void = reporter.addNotificationHandler(({ check }) => check.message?.length, { statuses: ['error'] });
       remove();
       const summary: HealthReport = reporter.getHealthSummary();
       export const uptime: number | null = summary.uptime;
       // @ts-expect-error It is no status.
       reporter.recordHealthCheck('a', 'broken');
       // @ts-expect-error The clock is the tests' own.
       new HealthReporter('a', 'b', { clock: undefined });
      `,
    );
    const program = ts.createProgram([file], {
      strict: true,
      noEmit: true,
      // Also what is wrong in the declarations themselves.
      skipLibCheck: false,
      exactOptionalPropertyTypes: true,
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts'],
      types: ['node'],
    });
    const wrong = ts.getPreEmitDiagnostics(program).filter((each) => !/node_modules/.test(each.file?.fileName ?? ''));
    expect(wrong.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
    const ours = program.getSourceFiles().filter(({ fileName }) => !fileName.includes('node_modules'));
    expect(
      ours.map(({ fileName }) => fileName.slice(root.length + 1)).filter((each) => each.startsWith('src')),
    ).toEqual([]);
  });

  it('is loaded by import and by require', async () => {
    const esm = `import * as all from 'experimance-health/reporter'; console.log(Object.keys(all).sort().join());`;
    const cjs = `console.log(Object.keys(require('experimance-health/reporter')).sort().join());`;
    for (const [type, code] of [
      ['module', esm],
      ['commonjs', cjs],
    ] as const) {
      const { stdout, stderr } = await startCommand(process.execPath, [`--input-type=${type}`, '-e', code], {}, inside)
        .ended;
      expect([stdout.trim(), stderr]).toEqual(['BaseService,HealthReporter', '']);
    }
  });
});

describe('a Python reader', () => {
  it('reads our file as one of its own, ages included', async (ctx) => {
    ctx.skip(!found('python3'), 'python3 is not installed');
    const health = join(inside, 'for python');
    const reporter = new HealthReporter('camera-service', 'camera', { healthDir: health });
    reporter.updateServiceStats({ messagesSent: 1e21, messagesReceived: 0.1 });
    reporter.recordHealthCheck('odd', 'healthy', '\u0000\u0001\u0080\ud83d "\\\u2028', {
      ...{ list: [[], {}, [1.5, -0, 1e21, 5e-324]], text: '\ud83d\ude00\t\n\f\b\r/', nothing: null, yes: true },
    });
    reporter.recordHealthCheck('temp\u00e9rature', 'warning', '23 \u00b0C \u2014 \u6b63\u5e38', { celsius: NaN });
    reporter.close();
    // As their monitor does it: a time with a zone would be an error here.
    const program = `
import json, sys
from datetime import datetime
text = open(sys.argv[1]).read()
report = json.loads(text)
# Their writer would write the same text, but for the fields that we add behind theirs.
theirs = dict(list(report.items())[: list(report).index("last_check") + 1])
assert text.startswith(json.dumps(theirs, indent=2)[:-2]), "not as json.dumps writes it"
check = report["checks"][-1]
ages = [(datetime.now() - datetime.fromisoformat(time)).total_seconds()
        for time in (report["last_check"], report["last_updated"], check["timestamp"])]
print(report["overall_status"], check["name"] == "temp\\u00e9rature", all(0 <= age < 60 for age in ages), report["uptime"] >= 0)
`;
    const file = join(health, 'camera.json');
    const { stdout, stderr } = await startCommand('python3', ['-c', program, file]).ended;
    expect([stdout.trim(), stderr]).toEqual(['warning True True True', '']);
  });
});

describe('the published JSON Schema', () => {
  const published: unknown = JSON.parse(readFileSync(join(root, 'resources/health-report.schema.json'), 'utf8'));

  it('is the one of the zod schema', () => {
    expect(published).toEqual(z.toJSONSchema(HealthFile, { io: 'input' }));
  });

  it.each(['agent', 'audio', 'core', 'display', 'image_server', 'lidar'])(
    'accepts what a Python service wrote: %s',
    (name) => {
      const file = parsePythonJson(readFileSync(join(root, `test/fixtures/health-files/${name}.json`), 'utf8'));
      expect(z.fromJSONSchema(published as z.core.JSONSchema.JSONSchema).safeParse(file).error).toBeUndefined();
    },
  );

  it('refuses what no monitor could read', () => {
    const schema = z.fromJSONSchema(published as z.core.JSONSchema.JSONSchema);
    expect(schema.safeParse({ overall_status: 'broken', last_check: '2026-11-24T14:03:00' }).success).toBe(false);
    expect(schema.safeParse({ overall_status: 'healthy' }).success).toBe(false);
    expect(schema.safeParse({ overall_status: 'healthy', last_check: '', checks: [{ name: 'a' }] }).success).toBe(
      false,
    );
  });
});

describe('the page for authors without our library', () => {
  const page = readFileSync(join(root, 'docs/health-file.md'), 'utf8');
  const snippet = (language: string): string =>
    new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';

  it.for([
    ['sh', 'sh', 'snippet.sh', 'backup', 'nightly backup', 'healthy'],
    ['python', 'python3', 'snippet.py', 'lidar', 'lidar', 'warning'],
    // Few machines have Go, and none of this program needs it.
    ...(found('go') ? [['go', 'go', 'snippet.go', 'mixer', 'mixer', 'healthy'] as const] : []),
    ['js', 'node', 'snippet.cjs', 'lights', 'lights', 'error'],
  ] as const)('works as it stands there: %s', async ([language, program, file, service, name, status], ctx) => {
    ctx.skip(!found(program), `${program} is not installed`);
    const health = join(inside, `${language} health`);
    const path = join(inside, file);
    writeFileSync(path, snippet(language));
    const args = program === 'go' ? ['run', path] : [path];
    const env = { HEALTH_DIR: health, HOME: inside };
    const { code, stderr } = await startCommand(program, args, env, inside).ended;
    expect([code, stderr]).toEqual([0, '']);
    const content: unknown = JSON.parse(readFileSync(join(health, `${service}.json`), 'utf8'));
    expect(HealthFile.safeParse(content).error).toBeUndefined();
    const read = readHealthReport(content, service);
    if (!read.ok) throw new Error(read.fault);
    expect(read.report.service_name).toBe(name);
    expect(read.report.checks).toHaveLength(1);
    // How full the disk is here is not known.
    expect(language === 'sh' ? ['healthy', 'error'] : [status]).toContain(statusOfReport(read.report));
  });
});

describe('the examples', () => {
  it.each([
    ['ten-lines.mjs', 'camera', ['service_initialization', 'service_start', 'periodic_health_check']],
    ['custom-checks.mjs', 'darkroom', ['developing', 'disk_space', 'memory']],
  ])('run, and a run after kill -9 says so: %s', async (example, service, checks) => {
    const file = join(inside, `logs/health/${service}.json`);
    const script = join(root, 'examples', example);
    const look = async (
      program: ReturnType<typeof startCommand>,
      done: (names: string[]) => boolean,
    ): Promise<void> => {
      let over = false;
      void program.ended.then(() => (over = true));
      while (!over && !(existsSync(file) && done(namesIn(file)))) await new Promise(setImmediate);
      if (over) throw new Error((await program.ended).stderr);
    };
    const first = startCommand(process.execPath, [script], {}, inside);
    await look(first, (names) => checks.every((check) => names.includes(check)));
    first.child.kill('SIGKILL');
    await first.ended;
    const second = startCommand(process.execPath, [script], {}, inside);
    await look(second, (names) => names[0] === 'service_restart');
    second.child.kill('SIGTERM');
    expect((await second.ended).code).toBe(0);
    const content = JSON.parse(readFileSync(file, 'utf8')) as { restart_count: number; checks: { message: string }[] };
    expect(HealthFile.safeParse(content).error).toBeUndefined();
    expect(content.restart_count).toBe(1);
    expect(content.checks[0]?.message).toMatch(/ended without a word, as after kill -9/);
  });

  it('of a service in ten lines has ten', () => {
    const lines = readFileSync(join(root, 'examples/ten-lines.mjs'), 'utf8').trim().split('\n');
    expect(lines.length).toBeLessThanOrEqual(10);
  });
});

function namesIn(file: string): string[] {
  const { checks } = JSON.parse(readFileSync(file, 'utf8')) as { checks: { name: string }[] };
  return checks.map(({ name }) => name);
}
