import { runCoordinator } from '#coordinator/run-coordinator.ts';
import { exposureProblem, isLoopback } from '#platform/access/exposure.ts';
import { readTokens, tokenFilePath } from '#platform/access/token-file.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { ConfigError } from '#platform/errors.ts';
import { freshId } from '#platform/ids.ts';
import { assertNoHalfRestore } from '#platform/snapshot/restore-note.ts';
import { entryNamed } from '#platform/keystore/keystore-file.ts';
import { loadDesk, PROJECT_ROOT } from './desk.ts';
import type { LoadedDesk } from './desk.ts';
import { findPassphrase } from './keys/ask-passphrase.ts';
import { keystorePath } from './keys/keys-command.ts';
import { openPrompt } from './keys/prompt.ts';
import { originOf } from './origin.ts';
import { assertMayStart } from './production-gate.ts';
import { deskConfigPort, effective } from './reload/desk-config-port.ts';
import { parseStartFlags } from './start-flags.ts';
import { userName } from './user-name.ts';

/** `start`: runs the coordinator in this process until it is stopped. */
export async function startCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const flags = parseStartFlags(args, process.cwd());
  const desk = loadDesk(flags, env);
  const { mode, exchange, timeframe } = desk.config;
  const { override } = flags;
  assertMayListen(desk);
  assertNoHalfRestore(desk.dataDir);
  const wanted = { config: desk.config, root: PROJECT_ROOT, dataDir: desk.dataDir, override };
  const warning = await assertMayStart(wanted);
  console.log(`nightdesk  ${mode.toUpperCase()}  ·  ${exchange.name} ${timeframe}`);
  if (warning !== undefined) console.log(`!!! ${warning}`);
  const clock = systemClock();
  const starter = { by: userName(), origin: originOf(env) };
  const { dataDir } = desk;
  return await runCoordinator({
    config: effective(desk),
    configPort: deskConfigPort({ flags, env, dataDir, clock, starter, isRunning: true }),
    rootDir: PROJECT_ROOT,
    dataDir,
    env,
    inspect: flags.inspect,
    keystore: await keystoreAccess(desk),
    wishes: {
      id: freshId(),
      ...starter,
      atMs: clock.now(),
      override: flags.override ?? null,
      acceptDifferences: flags.acceptsDifferences,
      riskLimits: desk.config.risk_limits,
    },
  });
}

/** @throws ConfigError when the API would be open to the network with nobody who may use it. */
function assertMayListen({ config, dataDir }: LoadedDesk): void {
  const { host } = config.gateway;
  if (isLoopback(host)) return;
  const problem = exposureProblem(host, readTokens(tokenFilePath(dataDir)));
  if (problem !== undefined) throw new ConfigError(problem);
}

/** Asks for the passphrase before anything starts, and sees whether the entry is there. */
async function keystoreAccess({ config, dataDir, env }: LoadedDesk) {
  const { keystore } = config.exchange;
  if (config.mode !== 'production' || keystore === null) return undefined;
  const path = keystorePath(dataDir);
  entryNamed(path, keystore);
  using prompt = openPrompt(process.stdin, process.stderr);
  return { path, passphrase: await findPassphrase(env, prompt) };
}
