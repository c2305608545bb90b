/** The universe in force: kept on disk, told over Redis, its changes written down. */
import type { Bus } from '#bus/bus.ts';
import { universe as universeState } from '#bus/states.ts';
import { universeChanges } from '#bus/topics.ts';
import type { ChainStep, Universe } from '#core/model/universe.ts';
import {
  NOTHING_SELECTED,
  pairsOf,
  type Change,
  type Selection,
  type Step,
} from '#core/pairs/selection.ts';
import { errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';
import type { ChangeLog } from '#universe/change-log.ts';
import type { SelectorMetrics } from './metrics.ts';
import type { KeptUniverse } from '#universe/universe-file.ts';

export interface UniversePorts {
  readonly bus: Pick<Bus, 'set' | 'publish'>;
  readonly log: Pick<Log, 'info' | 'warn' | 'debug'>;
  readonly metrics: SelectorMetrics;
  readonly changes: ChangeLog;
  /** From the disk, as the last process left it. */
  readonly kept: KeptUniverse | undefined;
  readonly keep: (kept: KeptUniverse) => void;
}

export interface UniverseDesk {
  current(): Universe | undefined;
  selection(): Selection;
  /** The chain and list the universe in force was made by. */
  wish(): string | undefined;
  put(step: Step, about: About): Promise<void>;
  /** Writes it to Redis, once more if need be. */
  publish(): Promise<void>;
  isPublished(): boolean;
}

interface About {
  readonly atMs: number;
  readonly chain: readonly ChainStep[];
  readonly wish: string;
}

export function createUniverseDesk(ports: UniversePorts): UniverseDesk {
  const { bus, log, metrics } = ports;
  let kept = ports.kept;
  let isPublished = false;
  if (kept !== undefined) measure(metrics, kept.selection);

  async function publish(isNews: boolean): Promise<void> {
    if (kept === undefined) return;
    try {
      await bus.set(universeState, 'current', kept.universe);
      isPublished = true;
      if (isNews) await bus.publish(universeChanges, kept.universe);
    } catch (error) {
      // Whoever follows keeps what it knows; told again with the next look at the positions.
      isPublished = false;
      log.debug({ reason: errorText(error) }, 'universe cannot be published now');
    }
  }

  function tell(changes: readonly Change[], { atMs, version, pairs }: Universe): void {
    if (changes.length === 0) return;
    metrics.changed(changes.length);
    try {
      ports.changes.add(changes.map((change) => ({ atMs, version, ...change })));
    } catch (error) {
      // The universe is in force without it; execution writes it into the audit as well.
      log.warn({ version, reason: errorText(error) }, 'history of the universe cannot be written');
    }
    log.info({ version, pairs: pairs.length, changes }, 'universe has changed');
  }

  return {
    current: () => kept?.universe,
    selection: () => kept?.selection ?? NOTHING_SELECTED,
    wish: () => kept?.wish,
    put: async ({ selection, changes }, { atMs, chain, wish }) => {
      const isNews = changes.length > 0;
      const version = (kept?.universe.version ?? 0) + (isNews ? 1 : 0);
      const universe = { atMs, version, pairs: pairsOf(selection), chain: [...chain] };
      const next = { universe, selection, wish };
      // On disk first: what the others were told is what a restart goes on from.
      ports.keep(next);
      kept = next;
      measure(metrics, selection);
      tell(changes, universe);
      await publish(isNews);
    },
    publish: () => publish(false),
    isPublished: () => isPublished,
  };
}

function measure(metrics: SelectorMetrics, { members, waiting }: Selection): void {
  metrics.stands(
    members.map(({ standing }) => standing),
    waiting.length,
  );
}
