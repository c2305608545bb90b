/**
 * The config each agent is given: the effective one, with what only the coordinator knows filled in
 * and every secret that is not the agent's own taken out.
 */
import type { StartWishes } from '#core/model/start-wishes.ts';
import type { PassphraseSource } from '#platform/keystore/passphrase.ts';
import { membersOf } from './agent-plans.ts';
import type { SupervisedAgent } from './agent-plans.ts';
import { hideInAddresses, isSecretKey } from '#platform/config/secrets.ts';

export interface Surroundings {
  readonly dataDir: string;
  /** Unix socket of the desk's own Redis; undefined when the operator gave one. */
  readonly redisSocket: string | undefined;
  /** Port of the practice exchange once it is known, perhaps from an earlier start. */
  readonly practicePort: number | undefined;
  readonly wishes?: StartWishes | undefined;
  readonly keystore?: KeystoreAccess | undefined;
}

/** How execution opens the keystore; the coordinator passes it on and opens nothing. */
export interface KeystoreAccess {
  readonly path: string;
  readonly passphrase: PassphraseSource;
}

type Tree = Readonly<Record<string, unknown>>;

// Sections whose secrets an agent gets; that of `tracing` opens the collector. Exchange keys reach execution alone (law 1), the practice
// exchange has those of the accounts it keeps.
const SECRETS_OF: Readonly<Record<string, readonly string[]>> = {
  data: ['tracing'],
  'trading-worker': ['tracing'],
  execution: ['exchange', 'tracing'],
  practice: ['practice'],
  notifier: ['notifier'],
  'pair-selector': ['pair_selector'],
  sentiment: ['sentiment_agent'],
};

// Every agent logs in at the desk's Redis.
const REDIS = 'redis';
const REDIS_ADDRESS = /^(?:rediss?|unix):\/\//;
// Who asks the venue counts the weight of it, perhaps in a Redis of other desks.
const BUDGET_ADDRESS = 'budget_redis_url';
const ASKS_VENUE: ReadonlySet<string> = new Set(['data', 'execution']);

export function childConfig(config: Tree, agent: string, around: Surroundings): Tree {
  const members = membersIn(config, agent);
  // In shadow nothing is signed, so nobody needs the keys.
  const isShadow = config['mode'] !== 'production';
  const own = members
    .flatMap((member) => SECRETS_OF[member] ?? [])
    .filter((name) => name !== 'exchange' || !isShadow);
  const asksVenue = members.some((member) => ASKS_VENUE.has(member));
  const logins = (name: string) => (key: string) =>
    name === REDIS || (asksVenue && key === BUDGET_ADDRESS);
  const clean = Object.fromEntries(
    Object.entries(config).map(([section, value]) => [
      section,
      own.includes(section) ? value : withoutSecrets(value, section, logins(section)),
    ]),
  );
  return {
    ...clean,
    data_dir: around.dataDir,
    ...(members.length > 1 ? { together: members } : {}),
    ...(agent === 'execution' ? executionPatch(around, isShadow) : {}),
    ...(around.redisSocket === undefined
      ? {}
      : { redis: { ...section(clean, 'redis'), socket_path: around.redisSocket } }),
    ...practicePatch(clean, agent, around.practicePort),
  };
}

/** The agents in the process that is called after `agent`. */
function membersIn(config: Tree, agent: string): readonly string[] {
  const isApart = section(config, 'coordinator')['placement'] === 'apart';
  return membersOf(agent as SupervisedAgent, { placement: isApart ? 'apart' : 'together' });
}

function executionPatch({ wishes, keystore }: Surroundings, isShadow: boolean): Tree {
  return {
    ...(wishes === undefined ? {} : { start: wishes }),
    ...(keystore === undefined || isShadow ? {} : { keystore_access: keystore }),
  };
}

function practicePatch(config: Tree, agent: string, port: number | undefined): Tree {
  // A port kept from an earlier desk on this folder says nothing about another exchange.
  if (port === undefined || section(config, 'exchange')['name'] !== 'practice') return {};
  // The practice exchange comes back on the port that the others know.
  if (agent === 'practice') {
    const own = section(config, 'practice');
    return { practice: { ...own, port: own['port'] || port } };
  }
  const address = { base_url: `http://127.0.0.1:${port}`, ws_url: `ws://127.0.0.1:${port}` };
  return { exchange: { ...section(config, 'exchange'), ...address } };
}

function section(config: Tree, name: string): Tree {
  const value = config[name];
  return typeof value === 'object' && value !== null ? (value as Tree) : {};
}

function withoutSecrets(
  value: unknown,
  key: string,
  keepsLogin: (key: string) => boolean,
): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, key, keepsLogin));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, withoutSecrets(inner, name, keepsLogin)]),
    );
  }
  if (typeof value !== 'string') return value;
  if (isSecretKey([key])) return null;
  if (REDIS_ADDRESS.test(value) && keepsLogin(key)) return value;
  return hideInAddresses(value).text;
}
