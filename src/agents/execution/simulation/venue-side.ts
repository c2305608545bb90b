import type { Instrument } from '#core/model/instrument.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Universe } from '#core/model/universe.ts';
import type { Broker } from '#broker/broker.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Random } from '#platform/random.ts';
import type { Execution } from '../agent.ts';
import type { ExecutionConfig } from '../config.ts';
import type { AccountPort } from '../reconcile/account-port.ts';
import type { Counts } from './counts.ts';
import type { MarketTick, ModelMarket } from './model-market.ts';

/** What a desk's process gives the venue's side of the simulation when it starts. */
export interface DeskProcess {
  /** Silent once the process is dead. */
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly background: (name: string, work: Promise<unknown>) => void;
  /** True when another process has taken over for good: nothing of this one may be sent. */
  readonly isFenced: () => boolean;
}

/** What a process of the desk has of the venue. */
export interface Connection {
  readonly broker: Broker;
  readonly account?: AccountPort;
  /** From here on the desk hears what happens on its account. */
  listen?(execution: Execution): void;
}

/** The world around the desk: where its orders go, and what else happens there. */
export interface VenueSide {
  readonly config: ExecutionConfig;
  /** As the venue publishes it now. */
  instrument(pair: Pair): Instrument;
  /** Where pairs come and go while the desk runs. */
  universe?(): Universe;
  connect(desk: DeskProcess): Connection;
  /** False when the venue shows nothing of its market, e.g. in maintenance. */
  show(tick: MarketTick): boolean;
  /** What others do, each tick. */
  act(): void;
  /** A process of the desk runs from here on, new or woken. */
  onStart(): void;
  /** It is dead or stopped. */
  onDeath(): void;
  /** Times without protection while a process lived; empty where nobody measures. */
  readonly unprotectedMs: readonly number[];
  /** What is wrong at the venue's side when everything has settled. */
  problems(path: string): Promise<readonly string[]>;
}

export interface SideOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly market: ModelMarket;
  readonly counts: Counts;
  /** The end of the run: no more faults. */
  readonly isQuiet: () => boolean;
  readonly onProblem: (problem: string) => void;
}
