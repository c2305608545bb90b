import type { AccountSummary } from '#core/model/account.ts';
import type { ToldEvent } from '#core/model/desk-event.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Position } from '#core/model/position.ts';
import type { Broker } from '#broker/broker.ts';
import type { Ledger } from '#ledger/ledger.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import type { ExecutionConfig } from './config.ts';
import type { PromotionWatch } from './promotion/begin.ts';
import type { ExecutionMetrics } from './metrics.ts';
import type { AccountPort } from './reconcile/account-port.ts';

/** Instants at which a test may end the process; in the real one nothing happens there. */
export type CrashPoint =
  | 'received'
  | 'in-transaction'
  | 'committed'
  | 'before-send'
  | 'after-send'
  | 'answered'
  | 'before-ask'
  | 'asked'
  | 'before-publish'
  | 'account-read';

/** Tells the others, after the commit. Losing any of it loses nothing: the ledger has the truth. */
export interface Outbox {
  publish(told: ToldEvent): void;
  account(summary: AccountSummary): void;
  /** Undefined removes the pair. */
  position(pair: Pair, position: Position | undefined): void;
}

/** The world as execution sees it. Everything here exists once more for the simulation. */
export interface ExecutionPorts {
  readonly config: ExecutionConfig;
  /** Corrected to the venue's clock. */
  readonly clock: Clock;
  readonly ids: () => string;
  readonly ledger: Ledger;
  readonly broker: Broker;
  /** The real account behind the broker; absent where it is simulated. */
  readonly account?: AccountPort;
  readonly outbox: Outbox;
  /** Absent in tests of other things: nothing is promoted, demoted or ramped. */
  readonly promotion?: PromotionWatch;
  readonly log: Log;
  readonly metrics: ExecutionMetrics;
  readonly crash: (point: CrashPoint) => void;
  readonly background: (name: string, work: Promise<unknown>) => void;
  /** Something that must hold does not, or the ledger is gone: ends the process. */
  readonly fail: (error: unknown) => void;
  /** False from the moment this process may not touch the account any more. */
  readonly mayAct: () => boolean;
  /** Asked right before each byte to the venue: renews the lease first when it is old. */
  readonly confirmLease: () => Promise<boolean>;
  /** This machine's clock against the venue's; undefined = never measured. */
  readonly clockOffsetMs?: () => number | undefined;
}
