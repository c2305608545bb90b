import type { Pair } from '#core/model/pair.ts';
import type { MarketView } from './market-view.ts';
import type { Journal } from './journal.ts';
import type { ExecutionPorts } from './ports.ts';
import type { RefusalLog } from './refusal-log.ts';
import type { DeskState } from './state.ts';

/** What the parts of the shell work with. */
export interface Desk {
  readonly ports: ExecutionPorts;
  readonly state: DeskState;
  readonly journal: Journal;
  readonly market: MarketView;
  readonly refusals: RefusalLog;
  /** First letters of the ids of this desk's orders. */
  readonly deskTag: string;
  /** False while the account at the venue is not known to agree with the ledger about a pair. */
  readonly isReconciled: (pair: Pair) => boolean;
  /** True until the account was compared about a pair that joined while the desk runs. */
  readonly isJoining: (pair: Pair) => boolean;
}
