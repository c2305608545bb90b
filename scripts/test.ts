/**
 * Runs every check in order and sums them up, what failed by name. A check that is no test run
 * (format, lint...) counts as one. The last line is `N passed, N failed`; the exit code is 1 when
 * anything failed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { z } from 'zod';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  failures: readonly string[];
}

const bin = (name: string): string => join('node_modules', '.bin', name);

const COMMANDS: Record<string, readonly string[]> = {
  format: [bin('oxfmt'), '--check'],
  lint: [bin('oxlint'), '--deny-warnings'],
  types: [bin('tsc'), '--noEmit'],
  unused: [bin('knip')],
};
const TESTS = ['unit', 'integration', 'faults', 'e2e'];
const STEPS = [...Object.keys(COMMANDS), ...TESTS];

const Report = z.looseObject({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  testResults: z.array(
    z.looseObject({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.looseObject({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

// Tests start hundreds of processes: each would strip and compile the same files again.
const env = {
  ...process.env,
  NODE_COMPILE_CACHE:
    process.env['NODE_COMPILE_CACHE'] ?? join(process.cwd(), '.runtime/compile-cache'),
};

function runCommand(name: string, command: readonly string[]): Counts {
  const [file = '', ...args] = command;
  const result = spawnSync(file, args, { stdio: 'inherit' });
  const isOk = result.status === 0;
  console.log(`${isOk ? 'ok  ' : 'FAIL'} ${name}`);
  return { passed: isOk ? 1 : 0, failed: isOk ? 0 : 1, skipped: 0, failures: isOk ? [] : [name] };
}

function runTests(project: string): Counts {
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-test-'));
  const report = join(folder, 'report.json');
  try {
    const args = ['run', '--project', project, '--reporter=default', '--reporter=json'];
    const result = spawnSync(bin('vitest'), [...args, `--outputFile.json=${report}`], {
      stdio: 'inherit',
      env,
    });
    const counts = readReport(report);
    // A file that fails to load has no failed test, yet the run failed.
    const isSilentFailure = result.status !== 0 && counts.failed === 0;
    if (!isSilentFailure) return counts;
    return { ...counts, failed: 1, failures: [...counts.failures, `${project}: the run itself`] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string): Counts {
  try {
    const report = Report.parse(JSON.parse(readFileSync(file, 'utf8')));
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests,
      failures: report.testResults.flatMap(failuresOf),
    };
  } catch (error) {
    console.log(`no readable test report: ${String(error)}`);
    return { passed: 0, failed: 1, skipped: 0, failures: [file] };
  }
}

/** A file that did not load has no test to name. */
function failuresOf(result: z.infer<typeof Report>['testResults'][number]): string[] {
  const file = relative(process.cwd(), result.name);
  const failed = result.assertionResults.filter(({ status }) => status === 'failed');
  if (failed.length === 0 && result.status === 'failed') return [file];
  return failed.map(({ fullName }) => `${file}: ${fullName}`);
}

function main(): void {
  const wanted = process.argv.slice(2);
  if (wanted.includes('--help') || wanted.includes('-h')) {
    console.log(`scripts/test.sh [STEP...]: these steps, or all: ${STEPS.join(', ')}`);
    return;
  }
  const unknown = wanted.filter((step) => !STEPS.includes(step));
  if (unknown.length > 0) {
    console.error(`unknown step: ${unknown.join(', ')}; steps are ${STEPS.join(', ')}`);
    process.exitCode = 2;
    return;
  }
  const steps = wanted.length > 0 ? wanted : STEPS;
  const total = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  const startedMs = performance.now();
  for (const step of steps) {
    console.log(`\n== ${step}`);
    const command = COMMANDS[step];
    const stepMs = performance.now();
    const counts = command === undefined ? runTests(step) : runCommand(step, command);
    console.log(`${step} took ${Math.round((performance.now() - stepMs) / 1000)} s`);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    failures.push(...counts.failures);
  }
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  console.log(failures.map((failure) => `\nfailed: ${failure}`).join(''));
  console.log(`finished in ${seconds} s`);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

main();
