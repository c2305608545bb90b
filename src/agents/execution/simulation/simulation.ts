import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TradeIntent } from '#core/model/intent.ts';
import type { PublicTrade } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import { type FakeClock, fakeClock } from '#platform/clock/fake-clock.ts';
import { type Random, seededRandom } from '#platform/random.ts';
import type { ExecutionConfig } from '../config.ts';
import type { Execution } from '../agent.ts';
import { checkDesk } from './check-desk.ts';
import { type Counts, newCounts } from './counts.ts';
import { Incarnation } from './incarnation.ts';
import { Wishes } from './intents.ts';
import { LiveSide } from './live-side.ts';
import { LostCommits } from './lost-commits.ts';
import { ModelMarket } from './model-market.ts';
import { PaperSide } from './paper-side.ts';
import type { SideOptions, VenueSide } from './venue-side.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly minutes: number;
  /**
   * `paper`: the venue dies with the desk. `remote`: it goes on, across a bad network. `live`: the
   * live broker against the model venue, with a person on the same account.
   */
  readonly mode: 'paper' | 'remote' | 'live';
  /** Commits that a power cut takes back; a real venue would need `synchronous=FULL`. */
  readonly losesCommits: boolean;
}

export interface SimulationReport {
  readonly seed: number;
  readonly simulatedMs: number;
  readonly kills: number;
  readonly problems: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
  /** Times that a position above dust was without its stop while a process of the desk lived. */
  readonly unprotectedMs: readonly number[];
}

/** So that every run goes over the end of a UTC day. */
const BEFORE_MIDNIGHT_MS = Date.UTC(2026, 2, 5, 23, 58);
const TICK_MS = 250;
/** The desk reads the data agent's instruments and the universe so often. */
const INSTRUMENTS_MS = 5_000;
const QUIET_MS = 120_000;
const KILL_EVERY_MS = 15_000;
const CRASH_CHANCE = 0.003;
/** Of the deaths: stopped instead, and woken later, mostly beside its successor. */
const STOP_CHANCE = 0.2;
const TAKEOVER_CHANCE = 0.6;
const STOPPED_MS_MAX = 12_000;
/** A desk that was replaced finds out by then. */
const FENCED_WITHIN_MS = 10_000;
/** Each seed trades in one of the ways that the desk can. */
const STYLES = ['bracket', 'taker', 'maker'] as const;

function configOf(config: ExecutionConfig, seed: number): ExecutionConfig {
  const style = STYLES[seed % STYLES.length] ?? 'bracket';
  const partial_fill = seed % 2 === 0 ? 'cancel' : 'keep';
  const entry = { ...config.section.entry, style, partial_fill } as const;
  return { ...config, section: { ...config.section, entry } };
}

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
  readonly #side: VenueSide;
  #desk: Incarnation | undefined;
  readonly #replaced = new Set<Incarnation>();
  readonly #unmatched = new Set<PublicTrade>();
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
    this.#side = this.#sideOf(options.mode);
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
    if (this.#problems.length === 0) this.#problems.push(...(await this.#check()));
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
      unprotectedMs: this.#side.unprotectedMs,
    };
  }

  async #check(): Promise<readonly string[]> {
    const { config } = this.#side;
    const desk = await checkDesk({
      path: this.#path,
      account: config.account,
      openMax: config.limits.open_positions_max,
      tape: this.#market.tape().filter((trade) => !this.#unmatched.has(trade)),
      instrument: (pair) => this.#side.instrument(pair),
    });
    return [...desk, ...(await this.#side.problems(this.#path))];
  }

  async #tick(): Promise<void> {
    this.#liveOrDie();
    await this.#clock.advance(TICK_MS);
    const nowMs = Math.floor(this.#clock.now());
    for (const pair of this.#market.pairs) this.#show(pair, nowMs);
    this.#side.act();
    const running = this.#desk?.execution;
    if (nowMs % INSTRUMENTS_MS < TICK_MS && running !== undefined) this.#tell(running);
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
      const isStop = this.#options.mode === 'live' && this.#random.next() < STOP_CHANCE;
      this.#clock.after(this.#random.next() * TICK_MS, () => {
        if (isStop) this.#stop(desk);
        else desk.kill();
      });
    }
  }

  /** SIGSTOP and later SIGCONT; in between another process may have taken over. */
  #stop(desk: Incarnation): void {
    if (desk.isDead) return;
    this.#counts.count('stopped');
    desk.stop();
    this.#side.onDeath();
    const wakeMs = this.#random.next() * STOPPED_MS_MAX;
    if (this.#random.next() < TAKEOVER_CHANCE) {
      desk.replace();
      this.#replaced.add(desk);
      this.#desk = undefined;
      this.#restartAtMs = this.#clock.now() + this.#random.next() * 4_000;
      // As on another host or after a copied folder: with the lock nobody could take over.
      rmSync(`${this.#path}.lock`, { force: true });
      this.#counts.count('taken over while stopped');
      this.#clock.after(wakeMs + FENCED_WITHIN_MS, () => this.#mustBeFenced(desk));
    }
    this.#clock.after(wakeMs, () => {
      if (desk === this.#desk) this.#side.onStart();
      desk.wake();
    });
  }

  #mustBeFenced(desk: Incarnation): void {
    // Its successor may have died before it took the lease.
    if (!desk.isDead) this.#counts.count('not fenced');
    this.#replaced.delete(desk);
    desk.kill();
  }

  #startDesk(): void {
    this.#lost.apply();
    const desk = new Incarnation({
      clock: this.#clock,
      config: configOf(this.#side.config, this.#options.seed),
      path: this.#path,
      ids: () => {
        this.#ids += 1;
        return `id${this.#ids}`;
      },
      connect: (process) => this.#side.connect(process),
      counts: this.#counts,
      diesAt: () => !this.#isQuiet && this.#random.next() < CRASH_CHANCE,
      onLease: () => {
        for (const before of this.#replaced) before.noteSuccessor();
      },
      onDeath: () => this.#died(),
      onProblem: (problem) => this.#problems.push(problem),
    });
    this.#desk = desk;
    this.#side.onStart();
    void desk.start((execution) => {
      this.#tell(execution);
    });
  }

  #died(): void {
    this.#kills += 1;
    this.#restartAtMs = this.#clock.now() + this.#random.next() * 4_000;
    this.#side.onDeath();
    if (this.#options.losesCommits && !this.#isQuiet) this.#lost.powerCut();
  }

  #sideOf(mode: SimulationOptions['mode']): VenueSide {
    const options: SideOptions = {
      clock: this.#clock,
      random: this.#random,
      market: this.#market,
      counts: this.#counts,
      isQuiet: () => this.#isQuiet,
      onProblem: (problem) => this.#problems.push(problem),
    };
    return mode === 'live' ? new LiveSide(options) : new PaperSide(options, mode === 'remote');
  }

  #tell(execution: Execution): void {
    for (const pair of this.#market.pairs) execution.onInstrument(this.#side.instrument(pair));
    const universe = this.#side.universe?.();
    if (universe !== undefined) execution.onUniverse(universe);
  }

  #show(pair: Pair, nowMs: number): void {
    const tick = this.#market.tick(pair, nowMs);
    if (!this.#side.show(tick)) {
      // A venue in maintenance triggers nothing.
      if (this.#options.mode === 'live')
        for (const trade of tick.trades) this.#unmatched.add(trade);
      return;
    }
    this.#desk?.execution?.onQuote(tick.quote);
  }

  #wish(nowMs: number): void {
    const pairs = this.#market.pairs;
    if (this.#random.next() < 0.25) {
      const pair = pairs[this.#random.int(pairs.length)];
      if (pair !== undefined) this.#undelivered.push(this.#wishes.intent(pair, nowMs));
    }
    if (this.#random.next() < 0.02) {
      const pair = pairs[this.#random.int(pairs.length)];
      if (pair === undefined) return;
      const command = this.#wishes.command(pair, nowMs);
      this.#counts.count(`command ${command.order?.side ?? command.kind}`);
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
