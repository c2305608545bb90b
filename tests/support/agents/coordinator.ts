/** A coordinator process over the test agents: argument = JSON of its options. */
import { runCoordinator } from '#coordinator/run-coordinator.ts';
import { errorText } from '#platform/errors.ts';
import { exitCodeOf } from '#platform/lifecycle/exit-error.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as Parameters<typeof runCoordinator>[0];
try {
  process.exitCode = await runCoordinator({ ...options, env: process.env });
} catch (error) {
  process.stderr.write(`refused: ${errorText(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
