import type { AccountSummary } from '#core/model/account.ts';
import type { AgentStatus } from '#core/model/agent-status.ts';
import type { FeedStatus } from '#core/model/feed-status.ts';
import type { Position } from '#core/model/position.ts';

/** The part of a decision that one line shows. */
export interface DecisionLine {
  readonly pair: string;
  readonly closeMs: number;
  readonly action: string;
  readonly confidence: number;
  readonly rationale: string;
}

/** Ledger and venue in one line. */
export interface ExternalLine {
  readonly openDifferences: number;
  readonly externalOrders: number;
  readonly flows: number;
}

export interface FidelityLine {
  readonly orders: number;
  readonly fillRateError: number;
  readonly slippageError: number | null;
}

/** What the risk agent says of entries. */
export interface RiskLine {
  readonly atMs: number;
  readonly level: string;
  readonly reasons: readonly string[];
  readonly accountScaler: number;
}

/** All that `status` shows, gathered at one moment. What could not be had is in `missing`. */
export interface StatusSnapshot {
  readonly atMs: number;
  readonly mode: string;
  readonly venue: string;
  /** Why production runs without a valid promotion. */
  readonly override?: string | undefined;
  readonly timeframe: string;
  readonly pid: number;
  readonly startedMs: number;
  readonly systemHealth: number;
  readonly apiUrl: string | undefined;
  readonly agents: readonly AgentStatus[];
  readonly account: AccountSummary | undefined;
  /** What is on the account and not the desk's; undefined where it is simulated. */
  readonly external?: ExternalLine | undefined;
  /** Undefined while the risk agent has said nothing. */
  readonly risk?: RiskLine | undefined;
  /** How near the paper broker is to the market; undefined = not known. */
  readonly fidelity?: FidelityLine | undefined;
  readonly positions: readonly (Position & { markPrice?: string | undefined })[];
  readonly feeds: readonly FeedStatus[];
  readonly decisions: readonly DecisionLine[];
  /** In words, e.g. `the API does not answer`. */
  readonly missing: readonly string[];
}
