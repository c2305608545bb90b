import { maskConfig } from '#platform/config/secrets.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { hashId } from '#platform/ids.ts';

type Tree = Readonly<Record<string, unknown>>;

/** What the person who started the desk said; one id for one start, however often we are restarted. */
interface Wishes {
  readonly id: string;
  readonly by: string;
  readonly origin?: string | undefined;
}

interface Person {
  readonly by: string;
  readonly origin: string;
  readonly reason: string;
}

/** Keys that the coordinator fills in anew at each start: they say nothing about a change. */
const OF_THIS_START: ReadonlySet<string> = new Set([
  'start',
  'keystore_access',
  'redis.socket_path',
]);

const PRACTICE_ADDRESS: ReadonlySet<string> = new Set(['exchange.base_url', 'exchange.ws_url']);

/** Notes a start in the audit, and how the configuration differs from the last start. */
export async function recordStart(
  ledger: Ledger,
  start: {
    readonly config: Tree;
    readonly mode: 'shadow' | 'production';
    readonly venue: string;
    readonly account: string;
    readonly decisionHash: string;
    readonly wishes: Wishes | undefined;
    readonly nowMs: number;
  },
): Promise<void> {
  const { mode, venue, account, decisionHash, nowMs: atMs } = start;
  const who = start.wishes?.by ?? 'desk';
  const settings = flat(maskConfig(start.config), start.config);
  const text = JSON.stringify(settings);
  const configHash = hashId([text]);
  await ledger.transaction(async (tx) => {
    const before = await tx.lastConfig();
    const at = { atMs, who, origin: start.wishes?.origin ?? '', ref: configHash };
    if (before !== text) {
      await tx.setLastConfig(text);
      const changes = before === undefined ? {} : differences(parse(before), settings);
      const why = before === undefined ? 'the first start' : '';
      await tx.audit({ ...at, kind: 'config.changed', why, payload: changes });
    }
    const payload = { mode, venue, decisionHash, start: start.wishes?.id };
    await tx.audit({
      ...at,
      kind: 'mode.started',
      ref: mode,
      why: '',
      payload: { ...payload, configHash },
    });
    await tx.recordEvents([{ kind: 'mode.started', mode, venue, account }], atMs);
  });
}

/** Notes a change of the configuration while the desk runs. */
export async function recordChange(
  ledger: Ledger,
  change: { readonly config: Tree; readonly note: Person; readonly nowMs: number },
): Promise<void> {
  const { config, note, nowMs: atMs } = change;
  const settings = flat(maskConfig(config), config);
  const text = JSON.stringify(settings);
  await ledger.transaction(async (tx) => {
    const before = await tx.lastConfig();
    await tx.setLastConfig(text);
    await tx.audit({
      atMs,
      kind: 'config.changed',
      ref: hashId([text]),
      who: note.by,
      origin: note.origin,
      why: note.reason,
      payload: before === undefined ? {} : differences(parse(before), settings),
    });
  });
}

/** Old and new value of every key that is not as it was; undefined = the key is not there. */
export function differences(before: Tree, now: Tree): Record<string, unknown> {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])].toSorted();
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]));
  return Object.fromEntries(
    changed.map((key) => [key, { before: before[key] ?? null, now: now[key] ?? null }]),
  );
}

/** One entry a key, named as in the documentation; lists stay whole. */
function flat(value: unknown, config: Tree, path = ''): Tree {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { [path]: value };
  const isPractice = nameOf(config) === 'practice';
  const entries = Object.entries(value).flatMap(([key, inner]) => {
    const name = path === '' ? key : `${path}.${key}`;
    if (OF_THIS_START.has(name) || (isPractice && PRACTICE_ADDRESS.has(name))) return [];
    return Object.entries(flat(inner, config, name));
  });
  return Object.fromEntries(entries);
}

function nameOf(config: Tree): unknown {
  const { exchange } = config;
  return typeof exchange === 'object' && exchange !== null && 'name' in exchange
    ? exchange.name
    : undefined;
}

function parse(text: string): Tree {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? (value as Tree) : {};
}
