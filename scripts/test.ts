/**
 * Runs every check in order and sums them up. A check that is no test run (format, lint...) counts
 * as one. The last line is `N passed, N failed`; the exit code is 1 when anything failed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
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
  numFailedTestSuites: z.int(),
});

function runCommand(name: string, command: readonly string[]): Counts {
  const [file = '', ...args] = command;
  const result = spawnSync(file, args, { stdio: 'inherit' });
  const isOk = result.status === 0;
  console.log(`${isOk ? 'ok  ' : 'FAIL'} ${name}`);
  return { passed: isOk ? 1 : 0, failed: isOk ? 0 : 1, skipped: 0 };
}

function runTests(project: string): Counts {
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-test-'));
  const report = join(folder, 'report.json');
  try {
    const args = ['run', '--project', project, '--reporter=default', '--reporter=json'];
    const result = spawnSync(bin('vitest'), [...args, `--outputFile.json=${report}`], {
      stdio: 'inherit',
    });
    const counts = readReport(report);
    // A file that fails to load has no failed test, yet the run failed.
    const isSilentFailure = result.status !== 0 && counts.failed === 0;
    return isSilentFailure ? { ...counts, failed: 1 } : counts;
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
    };
  } catch (error) {
    console.log(`no readable test report: ${String(error)}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function main(): void {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((step) => !STEPS.includes(step));
  if (unknown.length > 0) {
    console.error(`unknown step: ${unknown.join(', ')}; steps are ${STEPS.join(', ')}`);
    process.exitCode = 2;
    return;
  }
  const steps = wanted.length > 0 ? wanted : STEPS;
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const startedMs = performance.now();
  for (const step of steps) {
    console.log(`\n== ${step}`);
    const command = COMMANDS[step];
    const counts = command === undefined ? runTests(step) : runCommand(step, command);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  console.log(`\nfinished in ${seconds} s`);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

main();
