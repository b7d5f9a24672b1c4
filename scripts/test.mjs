// `npm test`: everything that can be tested on this machine, and by name what cannot. With EXPERIMANCE_TEST_REQUIRE=all
// (which .ci/run sets) a part that is left out, or a test that skips itself, is a failure.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const required = process.env.EXPERIMANCE_TEST_REQUIRE === 'all';
const totals = { passed: 0, failed: 0, skipped: 0 };
const problems = [];
const skipped = [];

function run(title, command, args) {
  console.log(`\n— ${title}`);
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) problems.push(`${title}${error ? `: ${error.message}` : ''}`);
  return status === 0;
}

const bin = (name) => join('node_modules', '.bin', name);
const onPath = (name) => (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));

/** Where a Chromium for the tests is, as the tests themselves look for it. */
const chromium = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path && existsSync(path));
const electron = process.env.ELECTRON_OVERRIDE_DIST_PATH || existsSync(join('node_modules', 'electron', 'path.txt'));
const screen = process.env.DISPLAY || process.platform !== 'linux' || onPath('xvfb-run');

function countVitest(file) {
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(file, 'utf8'));
  totals.passed += numPassedTests;
  totals.failed += numFailedTests;
  totals.skipped += numPendingTests;
  for (const { assertionResults } of testResults) {
    for (const { status, fullName } of assertionResults)
      if (status !== 'passed' && status !== 'failed') skipped.push(fullName);
  }
}

function countPlaywright(file) {
  const { stats, suites } = JSON.parse(readFileSync(file, 'utf8'));
  totals.passed += stats.expected + stats.flaky;
  totals.failed += stats.unexpected;
  totals.skipped += stats.skipped;
  const visit = (suite, titles) => {
    const here = [...titles, suite.title];
    for (const spec of suite.specs ?? []) {
      if (spec.tests.some(({ status }) => status === 'skipped')) skipped.push([...here, spec.title].join(' › '));
    }
    for (const inner of suite.suites ?? []) visit(inner, here);
  };
  for (const suite of suites) visit(suite, []);
}

mkdirSync('test-results', { recursive: true });
run('format', bin('prettier'), ['--check', '--log-level', 'warn', '.']);
run('lint', bin('eslint'), ['.', '--max-warnings', '0']);
run('types', bin('tsc'), ['-p', 'tsconfig.json']);
run('types of src/shared, which runs anywhere', bin('tsc'), ['-p', 'tsconfig.shared.json']);
run('types of the window', bin('svelte-check'), ['--tsconfig', 'tsconfig.renderer.json', '--fail-on-warnings']);
run('schemas', process.execPath, ['scripts/build-schemas.mjs', '--check']);
const built = run('build', 'npm', ['run', '--silent', 'build']);
if (built) {
  const unit = 'test-results/unit.json';
  rmSync(unit, { force: true });
  run('unit tests', bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${unit}`]);
  if (existsSync(unit)) countVitest(unit);

  const parts = [
    ['browser', chromium, 'Chromium is not installed'],
    ['electron', electron && screen, "there is no Electron runtime (see README, 'Test') or no screen"],
  ];
  for (const [project, available, why] of parts) {
    if (!available) {
      skipped.push(`the ${project} tests: ${why}`);
      continue;
    }
    rmSync('test-results/e2e.json', { force: true });
    const args = [bin('playwright'), 'test', `--project=${project}`];
    const [command, ...rest] =
      project === 'electron' && process.platform === 'linux' && !process.env.DISPLAY
        ? ['xvfb-run', '-a', ...args]
        : args;
    run(`${project} tests`, command, rest);
    if (existsSync('test-results/e2e.json')) countPlaywright('test-results/e2e.json');
  }
}

console.log('');
for (const name of skipped) console.log(`skipped: ${name}`);
if (required) for (const name of skipped) problems.push(`skipped, though everything is required here: ${name}`);
for (const problem of problems) console.log(`FAILED: ${problem}`);
if (problems.length > 0 && totals.failed === 0) totals.failed = problems.length;
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = problems.length === 0 ? 0 : 1;
