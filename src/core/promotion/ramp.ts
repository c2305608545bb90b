import {
  type Decimal,
  div,
  format,
  fromNumber,
  isAbove,
  max,
  min,
  mul,
  sub,
  toNumber,
  ZERO,
} from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { GateAccount } from '#core/risk/gate-input.ts';
import type { PromotionConfig } from './config.ts';

const DAY_MS = 86_400_000;
const PLACES = 12;

/** Part of the capital that is used after so much time in production without a breach. */
export function rampFraction(ramp: PromotionConfig['ramp'], cleanMs: number): number {
  const days = cleanMs / DAY_MS;
  return ramp.findLast((step) => step.day <= days)?.fraction ?? ramp[0]?.fraction ?? 1;
}

/** Part of the capital that is left to use when a person states less than was taken over. */
export function statedFraction(stated: DecimalText | undefined, capital: DecimalText): number {
  if (stated === undefined || !isAbove(capital, stated)) return 1;
  return toNumber(div(stated, capital, PLACES, 'down'));
}

/**
 * The account as the gate may see it. Equity is what every limit is a fraction of, so scaling it
 * scales them all; of the free money only what the ramp allows is left.
 */
export function rampedAccount(account: GateAccount, fraction: number): GateAccount {
  if (fraction >= 1) return account;
  const part = fromNumber(fraction, PLACES);
  const equity = mul(account.equityQuote, part);
  const locked: Decimal = sub(account.equityQuote, equity);
  const free = max(ZERO, min(sub(account.freeQuote, locked), equity));
  return { ...account, equityQuote: format(equity), freeQuote: format(free) };
}
