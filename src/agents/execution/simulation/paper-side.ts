import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { PublicTrade } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Broker } from '#broker/broker.ts';
import { PaperBroker } from '#broker/paper/paper-broker.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { checkOpenOrders } from './check-desk.ts';
import type { MarketTick } from './model-market.ts';
import { NO_FAULTS, type RemoteFaults, RemoteVenue } from './remote-venue.ts';
import type { ExecutionConfig } from '../config.ts';
import { simulatedConfig } from './simulated-config.ts';
import type { Connection, DeskProcess, SideOptions, VenueSide } from './venue-side.ts';

const ACCOUNT = 'shadow';

const BAD_NETWORK: RemoteFaults = {
  lostRequest: 0.05,
  lateRequest: 0.05,
  lostReply: 0.08,
  lostEvent: 0.1,
  doubledEvent: 0.1,
  lateEvent: 0.1,
  failedQuery: 0.1,
};

/** The paper broker, within the desk's process, or as a venue of its own across a bad network. */
export class PaperSide implements VenueSide {
  readonly config: ExecutionConfig;
  readonly unprotectedMs = [];
  readonly #options: SideOptions;
  readonly #venue: PaperBroker | undefined;
  #broker: PaperBroker | undefined;
  #remote: RemoteVenue | undefined;
  #deaths = 0;

  constructor(options: SideOptions, isRemote: boolean) {
    this.#options = options;
    this.config = simulatedConfig(ACCOUNT, options.random.fork('style'));
    if (isRemote) this.#venue = this.#paper(options.clock, new AbortController().signal);
  }

  instrument(pair: Pair): Instrument {
    return this.#options.market.instrument(pair);
  }

  connect(desk: DeskProcess): Connection {
    return { broker: this.#brokerOf(desk) };
  }

  show(tick: MarketTick): boolean {
    const { isQuiet, random } = this.#options;
    const isLost = !isQuiet() && random.next() < 0.01;
    const broker = this.#venue ?? this.#broker;
    broker?.onBook(tick.book);
    if (!isLost || this.#venue !== undefined) broker?.onTrades(tick.trades);
    return true;
  }

  act(): void {
    // Nobody else is here.
  }

  onStart(): void {
    // It is asked for its broker next.
  }

  onDeath(): void {
    this.#deaths += 1;
    this.#broker = undefined;
    this.#remote?.listen(() => undefined);
  }

  async problems(path: string): Promise<readonly string[]> {
    if (this.#venue === undefined) return [];
    return checkOpenOrders({ path, account: ACCOUNT, atVenue: await this.#venue.openOrders() });
  }

  #brokerOf({ clock, signal }: DeskProcess): Broker {
    if (this.#venue === undefined) {
      this.#broker = this.#paper(clock, signal);
      return this.#broker;
    }
    const { isQuiet, random } = this.#options;
    this.#remote ??= new RemoteVenue({
      inner: this.#venue,
      clock: this.#options.clock,
      random: random.fork('network'),
      faults: () => (isQuiet() ? NO_FAULTS : BAD_NETWORK),
    });
    return this.#remote;
  }

  #paper(clock: Clock, signal: AbortSignal): PaperBroker {
    const { random, onProblem, counts } = this.#options;
    return new PaperBroker({
      account: ACCOUNT,
      config: this.config.section.paper,
      clock: { ...clock, now: () => Math.floor(clock.now()) },
      random: random.fork(`venue${this.#deaths}`),
      signal,
      hasSequence: () => true,
      tickSize: () => '0.01' as DecimalText,
      stepSize: () => '0.0001' as DecimalText,
      missedTrades: (pair, fromId) => this.#readTrades(pair, fromId),
      background: (_name, work) => void work.catch((error) => onProblem(String(error))),
      onProblem: () => counts.count('missed trades failed'),
    });
  }

  async #readTrades(pair: Pair, fromId: number): Promise<readonly PublicTrade[]> {
    const { clock, isQuiet, random, counts, market } = this.#options;
    await clock.sleep(20);
    if (!isQuiet() && random.next() < 0.1) throw new Error('no answer');
    counts.count('missed trades read');
    return market.tradesFrom(pair, fromId);
  }
}
