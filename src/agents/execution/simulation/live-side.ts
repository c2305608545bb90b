import { format, fromNumber } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';
import { baseOf, type Pair } from '#core/model/pair.ts';
import { LiveBroker } from '#broker/live/live-broker.ts';
import { silentLog } from '#platform/log/log.ts';
import { deskTag } from '#core/orders/client-order-id.ts';
import { hashId } from '#platform/ids.ts';
import type { Execution } from '../agent.ts';
import type { Universe } from '#core/model/universe.ts';
import { ChangingUniverse } from './changing-universe.ts';
import { checkVenue } from './check-venue.ts';
import { DroppingPairs } from './dropping-pairs.ts';
import { Exposure } from './exposure.ts';
import { JoinWatch } from './join-watch.ts';
import type { MarketTick } from './model-market.ts';
import { Person } from './person.ts';
import type { ExecutionConfig } from '../config.ts';
import { simulatedConfig } from './simulated-config.ts';
import { BAD_LINE, NO_LINE_FAULTS } from './venue/line-faults.ts';
import { ModelHub } from './venue/model-hub.ts';
import { ModelLine } from './venue/model-line.ts';
import type { Connection, DeskProcess, SideOptions, VenueSide } from './venue-side.ts';

const ACCOUNT = 'live';
/** Cheap coins trade in larger quantities; without it a pair's book never fills an entry. */
const DEPTHS: Readonly<Record<string, number>> = { BTC: 1, ETH: 6, SOL: 120 };
/** Chances per tick. */
const MAINTENANCE_CHANCE = 0.0004;
const MAINTENANCE_MS_MAX = 20_000;
const FILTER_CHANCE = 0.001;
const FEE_COIN_PRICE = 500;

/** The real live broker against the model venue, with a person and a busy venue beside it. */
export class LiveSide implements VenueSide {
  readonly config: ExecutionConfig;
  readonly hub: ModelHub;
  readonly #options: SideOptions;
  readonly #person: Person;
  readonly #exposure: Exposure;
  readonly #universe: ChangingUniverse;
  readonly #drops: DroppingPairs;
  readonly #instruments = new Map<Pair, Instrument>();
  #lines = 0;

  constructor(options: SideOptions) {
    this.#options = options;
    this.config = simulatedConfig(ACCOUNT, options.random.fork('style'));
    const { clock, market, random } = options;
    const hasFeeCoin = random.fork('fee coin').next() < 0.3;
    this.hub = new ModelHub({
      now: () => Math.floor(clock.now()),
      feeFraction: 0.001,
      feeCoin: hasFeeCoin ? { asset: 'BNB', quotePrice: FEE_COIN_PRICE } : undefined,
      depth: (pair) => DEPTHS[baseOf(pair)] ?? 1,
    });
    for (const pair of market.pairs) this.#setInstrument(market.instrument(pair));
    this.#universe = new ChangingUniverse({
      random: random.fork('universe'),
      pairs: market.pairs,
      now: () => clock.now(),
    });
    this.#drops = new DroppingPairs({
      hub: this.hub,
      random: random.fork('drops'),
      pairs: market.pairs,
      now: () => clock.now(),
      count: options.counts.count,
      setStatus: (pair, status) => this.#setInstrument({ ...this.instrument(pair), status }),
    });
    this.#person = new Person({
      hub: this.hub,
      random: random.fork('person'),
      pairs: market.pairs,
      count: options.counts.count,
      isShared: random.fork('shared').next() < 0.5,
    });
    this.#exposure = new Exposure({
      hub: this.hub,
      isOwn: (order) => !this.#person.isOwn(order),
      now: () => clock.now(),
    });
  }

  instrument(pair: Pair): Instrument {
    return this.#instruments.get(pair) ?? this.#options.market.instrument(pair);
  }

  universe(): Universe {
    return this.#universe.current();
  }

  connect(desk: DeskProcess): Connection {
    const { clock, random, isQuiet, counts, onProblem } = this.#options;
    this.#lines += 1;
    const line = new ModelLine({
      hub: this.hub,
      clock,
      desk: desk.clock,
      signal: desk.signal,
      random: random.fork(`line${this.#lines}`),
      faults: () => (isQuiet() ? NO_LINE_FAULTS : BAD_LINE),
      timeoutMs: 1_200,
      count: counts.count,
      onSend: () => {
        if (desk.isFenced()) onProblem('a process that was replaced sent something');
      },
    });
    const joins = new JoinWatch({ onProblem, count: counts.count });
    const venue = joins.watched(line);
    let listening: Execution | undefined;
    const broker = new LiveBroker({
      account: ACCOUNT,
      tag: deskTag(this.config.deskId, hashId),
      venue,
      clock: desk.clock,
      log: silentLog(),
      signal: desk.signal,
      background: desk.background,
      foreign: {
        onOrder: ({ pair }) => listening?.onForeign(pair),
        onFlow: () => listening?.onFlow(),
        onCaughtUp: () => listening?.onCaughtUp(),
      },
    });
    const { capitalQuote } = this.config;
    return {
      broker,
      account: {
        venue,
        capitalQuote,
        pairs: this.#universe.pairs,
        follow: (pairs) => joins.follow(pairs),
        learn: () => Promise.resolve(),
      },
      listen: (execution) => {
        listening = execution;
        broker.open();
      },
    };
  }

  show(tick: MarketTick): boolean {
    if (this.hub.isInMaintenance || this.#drops.isClosed(tick.pair)) return false;
    this.hub.venue.engine.onTick(tick);
    return true;
  }

  act(): void {
    const { isQuiet, random, clock } = this.#options;
    if (isQuiet()) {
      this.hub.isInMaintenance = false;
      this.#drops.comeBack();
      return;
    }
    this.#person.act();
    this.#drops.act();
    this.#universe.act();
    if (random.next() < FILTER_CHANCE) this.#changeFilters();
    if (!this.hub.isInMaintenance && random.next() < MAINTENANCE_CHANCE) {
      this.hub.isInMaintenance = true;
      this.#options.counts.count('maintenance');
      clock.after(1_000 + random.next() * MAINTENANCE_MS_MAX, () => {
        this.hub.isInMaintenance = false;
      });
    }
  }

  onStart(): void {
    this.#exposure.onStart();
  }

  /** The venue goes on. */
  onDeath(): void {
    this.#exposure.onDeath();
  }

  get unprotectedMs(): readonly number[] {
    return this.#exposure.spansMs;
  }

  problems(path: string): Promise<readonly string[]> {
    const { hub } = this;
    const { capitalQuote } = this.config;
    return checkVenue({ path, account: ACCOUNT, capitalQuote, hub, person: this.#person });
  }

  /** Larger and smaller minimums and steps; open orders stay as they are. */
  #changeFilters(): void {
    const { random, market, counts } = this.#options;
    const pair = market.pairs[random.int(market.pairs.length)];
    if (pair === undefined) return;
    counts.count('filter change');

    const before = this.instrument(pair);
    this.#setInstrument({
      ...before,
      minNotional: format(fromNumber(5 + random.next() * 20, 2)),
      stepSize: (random.next() < 0.5 ? '0.0001' : '0.001') as DecimalText,
      minQty: '0.001' as DecimalText,
      tickSize: (random.next() < 0.5 ? '0.01' : '0.05') as DecimalText,
    });
  }

  #setInstrument(instrument: Instrument): void {
    this.#instruments.set(instrument.pair, instrument);
    this.hub.venue.engine.setInstrument(instrument);
  }
}
