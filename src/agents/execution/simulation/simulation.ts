import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { TradeIntent } from '#core/model/intent.ts';
import type { PublicTrade } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import { RiskLimits } from '#core/risk/config.ts';
import type { Broker } from '#broker/broker.ts';
import { PaperBroker } from '#broker/paper/paper-broker.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { type FakeClock, fakeClock } from '#platform/clock/fake-clock.ts';
import { type Random, seededRandom } from '#platform/random.ts';
import { ExecutionSection, type ExecutionConfig } from '../config.ts';
import { checkDesk } from './check-desk.ts';
import { type Counts, newCounts } from './counts.ts';
import { Incarnation } from './incarnation.ts';
import { Wishes } from './intents.ts';
import { LostCommits } from './lost-commits.ts';
import { type MarketTick, ModelMarket } from './model-market.ts';
import { NO_FAULTS, type RemoteFaults, RemoteVenue } from './remote-venue.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly minutes: number;
  /** `paper`: the venue dies with the desk. `remote`: it goes on, across a bad network. */
  readonly mode: 'paper' | 'remote';
  /** Commits that a power cut takes back; a real venue would need `synchronous=FULL`. */
  readonly losesCommits: boolean;
}

export interface SimulationReport {
  readonly seed: number;
  readonly simulatedMs: number;
  readonly kills: number;
  readonly problems: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
}

/** So that every run goes over the end of a UTC day. */
const BEFORE_MIDNIGHT_MS = Date.UTC(2026, 2, 5, 23, 58);
const TICK_MS = 250;
const QUIET_MS = 120_000;
const KILL_EVERY_MS = 15_000;
const CRASH_CHANCE = 0.003;
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
const CONFIG: ExecutionConfig = {
  deskId: 'simulation',
  account: ACCOUNT,
  quoteAsset: 'USDT',
  capitalQuote: '10000' as DecimalText,
  takerFeeFraction: 0.001,
  limits: RiskLimits.parse({
    risk_fraction: 0.002,
    losses_in_row_max: 1_000,
    open_positions_max: 2,
    daily_loss_max: 0.3,
    drawdown_halt: 0.5,
  }),
  section: ExecutionSection.parse({ command_timeout_ms: 1_500 }),
};

/** Runs one desk through a seeded world of kills and faults, then looks whether all is right. */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-simulation-'));
  try {
    const world = new World(options, join(folder, 'ledger.db'));
    return await world.run();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class World {
  readonly #options: SimulationOptions;
  readonly #path: string;
  readonly #random: Random;
  readonly #clock: FakeClock = fakeClock(BEFORE_MIDNIGHT_MS);
  readonly #market: ModelMarket;
  readonly #wishes: Wishes;
  readonly #counts: Counts = newCounts();
  readonly #problems: string[] = [];
  readonly #lost: LostCommits;
  readonly #venue: PaperBroker | undefined;
  #broker: PaperBroker | undefined;
  #remote: RemoteVenue | undefined;
  #desk: Incarnation | undefined;
  #undelivered: TradeIntent[] = [];
  #isQuiet = false;
  #restartAtMs = 0;
  #kills = 0;
  #ids = 0;

  constructor(options: SimulationOptions, path: string) {
    this.#options = options;
    this.#path = path;
    this.#random = seededRandom(options.seed);
    this.#market = new ModelMarket(this.#random.fork('market'));
    this.#wishes = new Wishes(this.#random.fork('wishes'));
    this.#lost = new LostCommits(path, this.#random.fork('disk'));
    if (options.mode === 'remote') {
      this.#venue = this.#paper(this.#clock, new AbortController().signal);
    }
  }

  async run(): Promise<SimulationReport> {
    const { minutes, seed } = this.#options;
    const startMs = this.#clock.now();
    const endMs = startMs + minutes * 60_000;
    while (this.#clock.now() < endMs && this.#problems.length === 0) await this.#tick();
    this.#isQuiet = true;
    const quietEndMs = this.#clock.now() + QUIET_MS;
    while (this.#clock.now() < quietEndMs && this.#problems.length === 0) await this.#tick();
    this.#desk?.kill();
    await this.#clock.advance(10);
    const venue = this.#venue;
    const atVenue = venue === undefined ? undefined : await venue.openOrders();
    if (this.#problems.length === 0) {
      const tape = this.#market.tape();
      const desk = {
        path: this.#path,
        account: ACCOUNT,
        openMax: CONFIG.limits.open_positions_max,
        atVenue,
        tape,
      };
      this.#problems.push(...(await checkDesk(desk)));
    }
    // In this world the venue tells the truth: what is illegal is a mistake of the desk.
    const illegal = this.#counts.byName.get('illegal event') ?? 0;
    if (illegal > 0) this.#problems.push(`${illegal} illegal order events`);
    if (this.#problems.length > 0) {
      this.#problems.push(
        `again: --seed ${seed} --minutes ${minutes} --mode ${this.#options.mode}`,
      );
    }
    return {
      seed,
      simulatedMs: this.#clock.now() - startMs,
      kills: this.#kills,
      problems: this.#problems,
      counts: this.#counts.byName,
    };
  }

  async #tick(): Promise<void> {
    this.#liveOrDie();
    await this.#clock.advance(TICK_MS);
    const nowMs = Math.floor(this.#clock.now());
    for (const pair of this.#market.pairs) this.#show(this.#market.tick(pair, nowMs));
    if (!this.#isQuiet) this.#wish(nowMs);
    this.#deliver();
  }

  #liveOrDie(): void {
    const nowMs = this.#clock.now();
    if (this.#desk === undefined || this.#desk.isDead) {
      if (nowMs >= this.#restartAtMs) this.#startDesk();
      return;
    }
    if (!this.#isQuiet && this.#random.next() < TICK_MS / KILL_EVERY_MS) {
      // Somewhere within the coming tick: between any two promises of whatever then runs.
      const desk = this.#desk;
      this.#clock.after(this.#random.next() * TICK_MS, () => desk.kill());
    }
  }

  #startDesk(): void {
    this.#lost.apply();
    const desk = new Incarnation({
      clock: this.#clock,
      config: CONFIG,
      path: this.#path,
      ids: () => {
        this.#ids += 1;
        return `id${this.#ids}`;
      },
      broker: ({ clock, signal }) => this.#brokerFor(clock, signal),
      counts: this.#counts,
      diesAt: () => !this.#isQuiet && this.#random.next() < CRASH_CHANCE,
      onDeath: () => this.#died(),
      onProblem: (problem) => this.#problems.push(problem),
    });
    this.#desk = desk;
    void desk.start((execution) => {
      for (const pair of this.#market.pairs) {
        execution.onInstrument(this.#market.instrument(pair));
      }
    });
  }

  #died(): void {
    this.#kills += 1;
    this.#restartAtMs = this.#clock.now() + this.#random.next() * 4_000;
    this.#broker = undefined;
    this.#remote?.listen(() => undefined);
    if (this.#options.losesCommits && !this.#isQuiet) this.#lost.powerCut();
  }

  #brokerFor(clock: Clock, signal: AbortSignal): Broker {
    if (this.#venue === undefined) {
      this.#broker = this.#paper(clock, signal);
      return this.#broker;
    }
    this.#remote ??= new RemoteVenue({
      inner: this.#venue,
      clock: this.#clock,
      random: this.#random.fork('network'),
      faults: () => (this.#isQuiet ? NO_FAULTS : BAD_NETWORK),
    });
    return this.#remote;
  }

  #paper(clock: Clock, signal: AbortSignal): PaperBroker {
    return new PaperBroker({
      account: ACCOUNT,
      config: CONFIG.section.paper,
      clock: { ...clock, now: () => Math.floor(clock.now()) },
      random: this.#random.fork(`venue${this.#kills}`),
      signal,
      hasSequence: () => true,
      tickSize: () => '0.01' as DecimalText,
      stepSize: () => '0.0001' as DecimalText,
      missedTrades: (pair, fromId) => this.#readTrades(pair, fromId),
      background: (_name, work) => void work.catch((error) => this.#problems.push(String(error))),
      onProblem: () => this.#counts.count('missed trades failed'),
    });
  }

  async #readTrades(pair: Pair, fromId: number): Promise<readonly PublicTrade[]> {
    await this.#clock.sleep(20);
    if (!this.#isQuiet && this.#random.next() < 0.1) throw new Error('no answer');
    this.#counts.count('missed trades read');
    return this.#market.tradesFrom(pair, fromId);
  }

  #show(tick: MarketTick): void {
    const isLost = !this.#isQuiet && this.#random.next() < 0.01;
    const broker = this.#venue ?? this.#broker;
    broker?.onBook(tick.book);
    if (!isLost || this.#venue !== undefined) broker?.onTrades(tick.trades);
    this.#desk?.execution?.onQuote(tick.quote);
  }

  #wish(nowMs: number): void {
    const pairs = this.#market.pairs;
    if (this.#random.next() < 0.25) {
      const pair = pairs[this.#random.int(pairs.length)];
      if (pair !== undefined) this.#undelivered.push(this.#wishes.intent(pair, nowMs));
    }
    if (this.#random.next() < 0.01) {
      const command = this.#wishes.command(nowMs);
      this.#counts.count(`command ${command.kind}`);
      void this.#desk?.run((execution) => execution.obey(command));
    }
  }

  /** As a queue does: at least once, sometimes twice, in any order, until acknowledged. */
  #deliver(): void {
    const desk = this.#desk;
    if (desk?.execution === undefined) return;
    const batch = this.#undelivered.toSorted(() => this.#random.next() - 0.5);
    this.#undelivered = [];
    for (const intent of batch) {
      if (this.#random.next() < 0.1) this.#undelivered.push(intent);
      void desk
        .run((execution) => execution.onIntent(intent))
        .then((isAcknowledged) => {
          if (!isAcknowledged) this.#undelivered.push(intent);
        });
    }
  }
}
