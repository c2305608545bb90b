/**
 * Reads and keeps the configuration for a desk: all layers with the flags of its start, the overrides
 * of its data folder, the history of versions. Used by the running desk, and by the command line
 * while none runs.
 */
import { ConfigVersion } from '#core/model/reload.ts';
import type { ConfigChange, ConfigHistoryPage, ReloadPerson } from '#core/model/reload.ts';
import { isTighter } from '#core/risk/tighter.ts';
import type { ConfigPort, ReloadPlan, ReloadWish } from '#coordinator/reload/config-port.ts';
import { configHistory } from '#desk-config/config-history.ts';
import type { ConfigHistory } from '#desk-config/config-history.ts';
import { dryEvaluation } from '#desk-config/dry-evaluation.ts';
import { overridesPath } from '#desk-config/overrides.ts';
import { effectOf } from '#desk-config/reload-effects.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { configDiff, shownValue } from '#platform/config/diff.ts';
import type { KeyDifference } from '#platform/config/diff.ts';
import { maskConfig } from '#platform/config/secrets.ts';
import {
  readPrivateFile,
  removePrivateFile,
  writePrivateFile,
} from '#platform/files/private-file.ts';
import { isDeciding } from '#promotion/decision-hash.ts';
import { editedFiles, loadDesk } from '../desk.ts';
import type { LoadedDesk } from '../desk.ts';
import type { StartFlags } from '../start-flags.ts';
import { overridesFor } from './wished-overrides.ts';

type Tree = Readonly<Record<string, unknown>>;

export interface DeskConfigSource {
  readonly flags: StartFlags;
  readonly env: NodeJS.ProcessEnv;
  readonly dataDir: string;
  readonly clock: Clock;
  /** Who started the desk, for the first version of a start. */
  readonly starter: Pick<ReloadPerson, 'by' | 'origin'>;
  /** A desk works with it now: not everything may change under it. */
  readonly isRunning: boolean;
}

/** The whole config as agents get it. */
export function effective({ config, dataDir }: Pick<LoadedDesk, 'config' | 'dataDir'>): Tree {
  return { ...config, data_dir: dataDir };
}

export function deskConfigPort(source: DeskConfigSource): ConfigPort {
  const { flags, env, dataDir, clock } = source;
  const history = configHistory(dataDir);

  function plan(wish: ReloadWish, running: Tree): ReloadPlan {
    const { overrides, warnings } = overridesFor(wish, { flags, env, dataDir, history });
    const desk = loadDesk(flags, env, overrides === undefined ? {} : { overrides });
    const config = effective(desk);
    const differences = configDiff(running, config);
    const changes = differences.map(changeOf);
    return {
      config,
      changes,
      warnings: [...warnings, ...promotionWarning(running, changes), ...dryEvaluation(desk.config)],
      problems: source.isRunning ? refusals(running, differences) : [],
      keep: (person) => {
        const entry = versionOf(config, changes, { ...person, atMs: clock.now() });
        return kept({ history, dataDir, overrides }, { ...entry, cause: wish.kind });
      },
    };
  }

  return {
    plan,
    begin: (running) => begin(history, running, { ...source.starter, atMs: clock.now() }),
    history: (limit) => pageOf(history, limit),
    files: () => editedFiles(flags, env),
  };
}

function changeOf({ key, path, from, to }: KeyDifference): ConfigChange {
  const effect = effectOf(key);
  return {
    key,
    from: shownValue(from, path),
    to: shownValue(to, path),
    effect: effect.kind,
    agents: effect.kind === 'desk-restart' ? [] : [...effect.agents],
  };
}

/** What may not change under a desk that runs. */
function refusals(running: Tree, differences: readonly KeyDifference[]): string[] {
  const needStart = differences.filter(({ key }) => effectOf(key).kind === 'desk-restart');
  const problems: string[] = [];
  if (needStart.length > 0) {
    const keys = needStart.map(({ key }) => key).join(', ');
    problems.push(
      `these need a restart of the desk: ${keys}; nothing was applied. Stop and start it, or set them back and reload the rest`,
    );
  }
  if (running['mode'] !== 'production') return problems;
  const looser = differences.filter(
    ({ key, from, to }) => isDeciding(key) && !isTighter(limitIn(key), from, to),
  );
  for (const { key } of looser) {
    problems.push(
      `${key} says how the desk decides, and a promotion speaks for it: run it in shadow and promote that; in production only risk limits may become tighter`,
    );
  }
  return problems;
}

/** Name of a risk limit; of anything else nothing. */
function limitIn(key: string): string {
  const prefix = 'risk_limits.';
  return key.startsWith(prefix) ? key.slice(prefix.length) : '';
}

/** Tightened under real money: allowed, but the next start is another desk. */
function promotionWarning(running: Tree, changes: readonly ConfigChange[]): string[] {
  if (running['mode'] !== 'production' || !changes.some(({ key }) => isDeciding(key))) return [];
  return [
    'these settings are not those that were promoted: the next start in production needs a new promotion',
  ];
}

function versionOf(
  config: Tree,
  changes: readonly ConfigChange[],
  who: ReloadPerson & { readonly atMs: number },
): Omit<ConfigVersion, 'version' | 'cause'> {
  return {
    ...who,
    changes: changes.map(({ key, from, to }) => ({ key, from, to })),
    config: maskConfig(config) as Record<string, unknown>,
  };
}

/** Overrides first: without their entry in the history they would still be the next start's. */
function kept(
  where: {
    readonly history: ConfigHistory;
    readonly dataDir: string;
    readonly overrides: string | undefined;
  },
  entry: Omit<ConfigVersion, 'version'>,
): number {
  const path = overridesPath(where.dataDir);
  const before = readPrivateFile(path);
  if (where.overrides !== undefined) writePrivateFile(path, where.overrides);
  try {
    return where.history.append(entry).version;
  } catch (error) {
    if (where.overrides !== undefined) {
      if (before === undefined) removePrivateFile(path);
      else writePrivateFile(path, before);
    }
    throw error;
  }
}

/** A start is a version of its own only when it differs from what ran last. */
function begin(
  history: ConfigHistory,
  running: Tree,
  who: { readonly by: string; readonly origin: string; readonly atMs: number },
): number {
  const last = history.newest();
  const differences = configDiff(last?.config ?? {}, maskConfig(running) as Tree);
  if (last !== undefined && differences.length === 0) return last.version;
  const changes = last === undefined ? [] : differences.map(changeOf);
  const entry = versionOf(running, changes, { ...who, reason: '' });
  return history.append({ ...entry, cause: 'start' }).version;
}

function pageOf(history: ConfigHistory, limit: number): ConfigHistoryPage {
  const all = history.all();
  const versions = all
    .slice(-limit)
    .map((entry) => ConfigVersion.omit({ config: true }).strip().parse(entry));
  return { version: all.at(-1)?.version ?? 0, versions: versions.toReversed() };
}
