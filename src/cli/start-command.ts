import { runCoordinator } from '#coordinator/run-coordinator.ts';
import { loadDesk, PROJECT_ROOT } from './desk.ts';
import { parseStartFlags } from './start-flags.ts';

/** `start`: runs the coordinator in this process until it is stopped. */
export async function startCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const flags = parseStartFlags(args, process.cwd());
  const desk = loadDesk(flags, env);
  return await runCoordinator({
    config: { ...desk.config, data_dir: desk.dataDir },
    rootDir: PROJECT_ROOT,
    dataDir: desk.dataDir,
    env,
    inspect: flags.inspect,
  });
}
