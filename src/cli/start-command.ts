import { userInfo } from 'node:os';
import { runCoordinator } from '#coordinator/run-coordinator.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { freshId } from '#platform/ids.ts';
import { loadDesk, PROJECT_ROOT } from './desk.ts';
import { assertMayStart } from './production-gate.ts';
import { parseStartFlags } from './start-flags.ts';

/** `start`: runs the coordinator in this process until it is stopped. */
export async function startCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const flags = parseStartFlags(args, process.cwd());
  const desk = loadDesk(flags, env);
  const { mode, exchange, timeframe } = desk.config;
  assertMayStart(mode, flags.override);
  console.log(`nightdesk  ${mode.toUpperCase()}  ·  ${exchange.name} ${timeframe}`);
  return await runCoordinator({
    config: { ...desk.config, data_dir: desk.dataDir },
    rootDir: PROJECT_ROOT,
    dataDir: desk.dataDir,
    env,
    inspect: flags.inspect,
    wishes: {
      id: freshId(),
      by: userInfo().username,
      atMs: systemClock().now(),
      override: flags.override ?? null,
      acceptDifferences: flags.acceptsDifferences,
    },
  });
}
