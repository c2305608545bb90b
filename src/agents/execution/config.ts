import { z } from 'zod';
import { PaperConfig } from '#broker/paper/config.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { RiskLimits } from '#core/risk/config.ts';

/** The `execution` section. */
export const ExecutionSection = z.strictObject({
  /** Quote amount the simulated account starts with; given once, to a new ledger. */
  shadow_capital: z.number().positive().default(10_000),
  /** How long the right to write the ledger lasts without being renewed. */
  lease_ms: z.int().min(1_000).max(60_000).default(6_000),
  /** Open orders are asked for so often, in case the venue's stream lost something. */
  reconcile_ms: z.int().min(1_000).max(600_000).default(60_000),
  /** A command without an answer for so long has an unknown outcome. */
  command_timeout_ms: z.int().min(100).max(60_000).default(10_000),
  paper: PaperConfig.prefault({}),
});
export type ExecutionSection = Readonly<z.output<typeof ExecutionSection>>;

/** What the parts of execution read; composed in `index.ts` from the whole config. */
export interface ExecutionConfig {
  readonly deskId: string;
  readonly account: string;
  readonly quoteAsset: string;
  readonly capitalQuote: DecimalText;
  readonly takerFeeFraction: number;
  readonly limits: RiskLimits;
  readonly section: ExecutionSection;
}
