/** What the desk was started with and what it runs under now: a reload replaces the config whole. */
import type { StartWishes } from '#core/model/start-wishes.ts';
import { runFolder, socketPath } from '#platform/lifecycle/short-path.ts';
import type { SupervisedAgent } from './agent-plans.ts';
import { childConfig, type KeystoreAccess } from './child-config.ts';
import { CoordinatorSlice } from './config.ts';
import { withPracticeKeys } from './practice-keys.ts';

type Tree = Readonly<Record<string, unknown>>;

export interface CoordinatorSettings {
  readonly slice: CoordinatorSlice;
  /** The whole effective config. */
  readonly base: Tree;
  /** The same as it is passed on to the agents. */
  readonly config: Tree;
  readonly rootDir: string;
  readonly dataDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly inspect: string | undefined;
  readonly wishes: StartWishes | undefined;
  readonly keystore: KeystoreAccess | undefined;
  readonly files: Readonly<Partial<Record<SupervisedAgent, string>>> | undefined;
}

export interface DeskSettings {
  now(): CoordinatorSettings;
  swap(base: Tree): CoordinatorSlice;
  /** What an agent is given, now or under a config that is not in force. */
  childConfig(agent: string, base?: Tree): unknown;
  /** Why the promotion was overridden, when it was. */
  override(): { readonly override?: string };
}

export function deskSettings(
  first: CoordinatorSettings,
  around: {
    /** The desk has started a Redis of its own. */
    readonly hasOwnRedis: () => boolean;
    readonly practicePort: () => number | undefined;
  },
): DeskSettings {
  const { dataDir, wishes, keystore } = first;
  const passedOn = (base: Tree): Tree => withPracticeKeys(base, runFolder(dataDir));
  let settings = first;

  return {
    now: () => settings,
    swap: (base) => {
      const config = passedOn(base);
      const slice = CoordinatorSlice.parse(config);
      settings = { ...settings, base, config, slice };
      return slice;
    },
    childConfig: (agent, base) =>
      childConfig(base === undefined ? settings.config : passedOn(base), agent, {
        dataDir,
        redisSocket: around.hasOwnRedis() ? socketPath(dataDir, 'redis.sock') : undefined,
        wishes,
        keystore,
        practicePort: around.practicePort(),
      }),
    override: () => {
      const reason = wishes?.override ?? null;
      return reason === null ? {} : { override: reason };
    },
  };
}
