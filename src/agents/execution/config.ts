import { z } from 'zod';
import { PaperConfig } from '#broker/paper/config.ts';
import { RedisConfig } from '#bus/config.ts';
import { format, fromNumber } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { StartWishes } from '#core/model/start-wishes.ts';
import { Pair } from '#core/model/pair.ts';
import type { OrderPolicy } from '#core/orders/pair-view.ts';
import { ExchangeConfig } from '#exchange/config.ts';
import { KeystoreAccess } from '#exchange/unlock-keys.ts';
import { TracingConfig } from '#platform/tracing/config.ts';
import { RiskLimits } from '#core/risk/config.ts';
import { StorageConfig } from '#ledger/config.ts';

/** How entries are made. */
const EntrySection = z.strictObject({
  /**
   * `bracket`: a fill-or-kill limit with its exits in one request where the venue has it, else as
   * `taker`: what is there up to the limit; `maker`: rests at the bid.
   */
  style: z.enum(['bracket', 'taker', 'maker']).default('bracket'),
  /** A resting entry that is not filled after so long is re-priced or given up. */
  timeout_ms: z.int().min(500).max(600_000).default(5_000),
  reprices_max: z.int().min(0).max(20).default(3),
  /** What becomes of the rest of a resting entry that filled in part. */
  partial_fill: z.enum(['keep', 'cancel']).default('cancel'),
});

/** How positions are sold when no stop or target does it. */
const ExitSection = z.strictObject({
  /** How far below the bid each try may sell; what is left after the last is sold at market. */
  slippage_steps: z
    .array(z.number().gt(0).lt(1))
    .max(10)
    .default([0.002, 0.005, 0.02])
    .refine((steps) => steps.every((step, index) => step > (steps[index - 1] ?? 0)), {
      message: 'each step must be larger than the one before',
    }),
});

/** What an order by hand does not say. */
const ManualSection = z.strictObject({
  /** From the price of a buy by hand down to its stop; the risk limits bind it as any other. */
  stop_distance: z.number().gt(0).lt(1).default(0.02),
  /** Distance of its target over that of its stop. */
  target_reward: z.number().gt(0).max(100).default(3),
});

/** The `execution` section. */
export const ExecutionSection = z.strictObject({
  /** Quote amount the simulated account starts with; given once, to a new ledger. */
  shadow_capital: z.number().positive().default(10_000),
  /**
   * Quote that the desk may use of a real account; null = what is free of it at the first start.
   * Later less can be stated, and entries are sized by that; more takes a new data folder.
   */
  live_capital: z.number().positive().nullable().default(null),
  /** How long the right to write the ledger lasts without being renewed. */
  lease_ms: z.int().min(1_000).max(60_000).default(6_000),
  /** Open orders are asked for so often, in case the venue's stream lost something. */
  reconcile_ms: z.int().min(1_000).max(600_000).default(60_000),
  /** A command without an answer for so long has an unknown outcome. */
  command_timeout_ms: z.int().min(100).max(60_000).default(10_000),
  /** Production with keys that could also empty the account. */
  allow_withdraw_keys: z.boolean().default(false),
  entry: EntrySection.prefault({}),
  exit: ExitSection.prefault({}),
  manual: ManualSection.prefault({}),
  paper: PaperConfig.prefault({}),
});
export type ExecutionSection = Readonly<z.output<typeof ExecutionSection>>;

/** What decides the prices of the practice exchange: the account stays on them (own-market.ts). */
export const PracticeMarket = z.looseObject({
  seed: z.int().default(1),
  volatility: z.number().default(4),
  replay: z
    .looseObject({
      files: z.array(z.string()).default([]),
      speed: z.number().default(60),
      from: z.string().nullable().default(null),
    })
    .prefault({}),
});
export type PracticeMarket = z.output<typeof PracticeMarket>;

/** The parts of the whole config that execution reads. */
export const ExecutionSlice = z.looseObject({
  mode: z.enum(['shadow', 'production']).default('shadow'),
  desk_id: z.string().min(1),
  data_dir: z.string().min(1),
  quote_asset: z.string().min(1),
  pairs: z.array(Pair),
  /** Whether pairs are chosen by a chain; its steps are the pair-selector's business. */
  pair_selector: z
    .looseObject({ chain: z.array(z.looseObject({ name: z.string() })).default([]) })
    .prefault({}),
  exchange: ExchangeConfig,
  redis: RedisConfig.prefault({}),
  risk_limits: RiskLimits.prefault({}),
  storage: StorageConfig.prefault({}),
  practice: PracticeMarket.prefault({}),
  execution: ExecutionSection.prefault({}),
  tracing: TracingConfig.prefault({}),
  keystore_access: KeystoreAccess.optional(),
  /** What was asked for at the start of the desk beyond the config. */
  start: StartWishes.optional(),
});
type ExecutionSlice = z.output<typeof ExecutionSlice>;

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

export function orderPolicy({ entry, exit }: ExecutionSection): OrderPolicy {
  return {
    entryTimeoutMs: entry.timeout_ms,
    repricesMax: entry.reprices_max,
    keepsPartialEntry: entry.partial_fill === 'keep',
    slippageSteps: exit.slippage_steps,
  };
}

/** The simulated account and the real one; the name stands in every row of the ledger. */
const ACCOUNTS = { shadow: 'shadow', production: 'live' } as const;
const CAPITAL_DIGITS = 8;

export function executionConfig(slice: ExecutionSlice): ExecutionConfig {
  const { execution: section, risk_limits: limits } = slice;
  return {
    deskId: slice.desk_id,
    account: ACCOUNTS[slice.mode],
    quoteAsset: slice.quote_asset,
    capitalQuote: format(fromNumber(section.shadow_capital, CAPITAL_DIGITS)),
    takerFeeFraction: section.paper.taker_fee_fraction,
    limits,
    section,
  };
}
