/**
 * The shell of the data agent: market events in, candles, evaluations, topics and states out. It
 * moves data between the venue, the pure parts beside it, and the bus; it decides nothing itself.
 */
import { epoch } from '#bus/states.ts';
import type { Evaluation } from '#core/model/evaluation.ts';
import type { Pair } from '#core/model/pair.ts';
import { errorText } from '#platform/errors.ts';
import type { DataAgentConfig } from './config.ts';
import type { DataAgentPorts } from './data-agent-ports.ts';
import { createFeedDesk } from './feed-desk.ts';
import { createInstrumentDesk } from './instrument-desk.ts';
import type { InstrumentDesk } from './instrument-desk.ts';
import { createMarkKeeper } from './mark-keeper.ts';
import type { MarkKeeper } from './mark-keeper.ts';
import { createMarketEar } from './market-ear.ts';
import { createOfferDesk } from './offer-desk.ts';
import type { OfferDesk } from './offer-desk.ts';
import { openLanes } from './open-lanes.ts';
import type { LaneHooks } from './open-lanes.ts';
import { provideCache } from './provide-cache.ts';
import { startPublisher } from './publisher.ts';
import { schedule } from './schedule.ts';
import { createStaleness } from './staleness.ts';
import type { StalenessOptions } from './staleness.ts';
import { createTradeDesk } from './trade-desk.ts';
import { followUniverse } from './follow-universe.ts';
import { createWatchdog } from './watchdog.ts';

export interface DataAgent {
  close(): Promise<void>;
}

const EPOCH_MS = 1_000;

/** Resolves when history is loaded and the streams are being opened. */
export async function startDataAgent(ports: DataAgentPorts): Promise<DataAgent> {
  const { context, venue, config, timeframe } = ports;
  const now = (): number => venue.clock.now();
  const pairs = venue.instruments.map(({ pair }) => pair);
  // Ports win: the context of a whole process carries metrics and a config of its own.
  const common = { ...context, ...ports, pairs, reads: venue.reads, now };
  const epochId = await epochOf(ports);
  const marks = ports.marksFile.read();
  const keeper = createMarkKeeper({ venue: venue.id, timeframe, epochId });
  // A missed close may go out only after its series: until all lanes are open they wait here.
  const missed: Evaluation[] = [];
  let onClose = (evaluation: Evaluation): void => void missed.push(evaluation);
  const staleness = createStaleness(stalenessOptions(config, pairs));
  const hooks: LaneHooks = {
    marks,
    isSameRedis: epochId === undefined || marks?.epochId === epochId,
    onMark: (pair, closeMs) => keeper.note(pair, closeMs),
    onClose: (evaluation) => onClose(evaluation),
    onConfirmed: (pair, askedMs) => staleness.confirmed('candle', pair, askedMs),
  };
  const lanes = await openLanes(ports, hooks);
  provideCache({
    ...common,
    cache: ports.shared,
    kept: (pair, wanted) => lanes.get(pair)?.candles(wanted),
  });
  const offers = createOfferDesk(pairs, {
    ...common,
    tracing: ports.tracing,
    seriesOf: (pair, which) => lanes.get(pair)?.series(which) ?? [],
    onOffered: ({ pair, closeMs }) => keeper.note(pair, closeMs),
  });
  onClose = (evaluation) => offers.offer(evaluation);
  for (const evaluation of missed) onClose(evaluation);
  offers.restore();

  const trades = createTradeDesk({ ...common, hasSequence: venue.isExact });
  const ear = createMarketEar({ lanes, trades, staleness, timeframe, now });
  onClose = (evaluation) => offers.offer(ear.enrich(evaluation));
  const watch = venue.watch({ pairs, timeframe, listener: ear.listener });
  const watchdog = createWatchdog({
    ...common,
    staleness,
    watch,
    isExact: venue.isExact,
    heard: ear.heard,
    onQuote: (quote) => ear.quotes.put(quote),
    muteAfterMs: () => config.mute_after_ms,
  });
  const rules = createInstrumentDesk({ ...common, known: venue.instruments });
  const feeds = createFeedDesk({
    ...common,
    lanes,
    staleness,
    rules,
    staleAfterMs: () => config.stale_after_ms,
    lastTradeId: (pair) => trades.lastId(pair),
  });
  startPublisher({ ...common, ...ear, trades });
  followRedis(ports, { keeper, offers, rules });
  const desks = { staleness, trades, offers, keeper, ear, rules, feeds };
  await followUniverse(ports, { hooks, lanes, watch, desks });
  schedule(ports, { lanes, trades, watchdog, offers, keeper, feeds, rules });
  context.addCheck('market data', () => feeds.check());

  return {
    close: async () => {
      await watch.close();
      await offers.close();
      ports.marksFile.save(keeper.current());
      await ports.marksFile.flush();
    },
  };
}

/** Read at each look: a reload changes them. */
function stalenessOptions(config: DataAgentConfig, pairs: readonly Pair[]): StalenessOptions {
  return {
    pairs,
    get muteAfterMs() {
      return config.mute_after_ms;
    },
    get quietAfterMs() {
      return config.quiet_after_ms;
    },
  };
}

function followRedis(
  ports: DataAgentPorts,
  parts: { keeper: MarkKeeper; offers: OfferDesk; rules: InstrumentDesk },
): void {
  const { bus, context } = ports;
  const { keeper, offers, rules } = parts;
  bus.onWipe((id) => {
    context.log.warn({ epoch: id }, 'redis was wiped, offering every unexpired close again');
    keeper.setEpoch(id);
    offers.restore();
    context.background('instruments', rules.publish());
  });
  // Marks that do not name their Redis would have every close of the last minutes offered again at
  // the next start, and on a fresh desk the epoch may be written after this agent asked.
  context.every({
    name: 'epoch',
    intervalMs: EPOCH_MS,
    run: async () => {
      if (keeper.current().epochId !== undefined) return;
      const id = await epochOf(ports);
      if (id !== undefined) keeper.setEpoch(id);
    },
  });
}

/** Which Redis this is; unknown while it is away. */
async function epochOf({ bus, context }: DataAgentPorts): Promise<string | undefined> {
  try {
    return (await bus.get(epoch, 'current'))?.id;
  } catch (error: unknown) {
    context.log.debug({ cause: errorText(error) }, 'epoch not read');
    return undefined;
  }
}
