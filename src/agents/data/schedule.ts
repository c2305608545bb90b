/** What the data agent does again and again. */
import { keepVenueClock } from '#exchange/keep-venue-clock.ts';
import type { DataAgentPorts } from './data-agent-ports.ts';
import type { Pair } from '#core/model/pair.ts';
import { errorText } from '#platform/errors.ts';
import type { FeedDesk } from './feed-desk.ts';
import type { InstrumentDesk } from './instrument-desk.ts';
import type { MarkKeeper } from './mark-keeper.ts';
import type { OfferDesk } from './offer-desk.ts';
import type { PairLane } from './pair-lane.ts';
import type { TradeDesk } from './trade-desk.ts';
import type { Watchdog } from './watchdog.ts';

export interface ScheduledParts {
  readonly lanes: ReadonlyMap<Pair, PairLane>;
  readonly trades: TradeDesk;
  readonly watchdog: Watchdog;
  readonly offers: OfferDesk;
  readonly keeper: MarkKeeper;
  readonly feeds: FeedDesk;
  readonly rules: InstrumentDesk;
}

const TICK_MS = 100;
const MARKS_MS = 250;
const FEEDS_MS = 1_000;
const RULES_MS = 1_000;
/** Other venues send all their markets at once, some of them megabytes. */
const RULES_MS_INEXACT = 180_000;
const RULES_MS_SUSPECT = 5_000;
/** Also how soon a venue that does not answer is noticed while its streams go on. */
const CLOCK_MS = 2_000;

export function schedule(ports: DataAgentPorts, parts: ScheduledParts): void {
  const { context, metrics, marksFile } = ports;
  const { lanes, trades, watchdog, offers, keeper } = parts;
  context.every({
    name: 'market tick',
    intervalMs: TICK_MS,
    run: () => {
      for (const lane of lanes.values()) lane.tick();
      trades.tick();
      watchdog.tick();
      metrics.pendingCloses.set(offers.pending());
      context.setWork({ inHand: 0, waiting: offers.pending() });
    },
  });
  context.every({
    name: 'marks',
    intervalMs: MARKS_MS,
    run: () => {
      const changed = keeper.takeChanged();
      if (changed !== undefined) marksFile.save(changed);
    },
  });
  scheduleFeeds(ports, parts);
  scheduleRules(ports, parts);
  scheduleClock(ports);
}

function scheduleFeeds(ports: DataAgentPorts, parts: ScheduledParts): void {
  const { context } = ports;
  const { feeds, rules, watchdog } = parts;
  context.every({
    name: 'feeds',
    intervalMs: FEEDS_MS,
    isImmediate: true,
    run: async () => {
      // A venue that is silent or closed is no lack of progress: a restart would not help.
      const isIdle = watchdog.isVenueSilent() || rules.isAllHalted();
      if (isIdle || feeds.stalePairs().length === 0) context.progress();
      try {
        await feeds.publish();
      } catch (error: unknown) {
        context.log.debug({ cause: errorText(error) }, 'feeds not shared');
      }
    },
  });
}

/** Now and then, and sooner when a pair is stale or halted: it may be the venue that stopped. */
function scheduleRules(ports: DataAgentPorts, { rules, feeds, lanes }: ScheduledParts): void {
  const { context, config, venue } = ports;
  let askedMs = -Infinity;
  context.every({
    name: 'trading rules',
    intervalMs: RULES_MS,
    isImmediate: true,
    run: async () => {
      const wantedMs = config.instruments_interval_seconds * 1_000;
      const calmMs = venue.isExact ? wantedMs : Math.max(wantedMs, RULES_MS_INEXACT);
      const isSuspect =
        feeds.stalePairs().length > 0 || [...lanes.keys()].some((pair) => rules.isHalted(pair));
      const ageMs = context.clock.monotonic() - askedMs;
      if (ageMs < (isSuspect ? Math.min(calmMs, RULES_MS_SUSPECT) : calmMs)) return;
      askedMs = context.clock.monotonic();
      try {
        await rules.refresh();
      } catch (error: unknown) {
        context.log.debug({ cause: errorText(error) }, 'trading rules not read');
      }
    },
  });
}

function scheduleClock({ context, venue }: DataAgentPorts): void {
  const keep = keepVenueClock(venue, context.clock);
  context.every({
    name: 'venue clock',
    intervalMs: CLOCK_MS,
    run: async () => {
      try {
        await keep(context.signal);
      } catch (error: unknown) {
        context.log.debug({ cause: errorText(error) }, 'venue clock not measured');
      }
    },
  });
}
