import {
  add,
  type Decimal,
  div,
  format,
  isAbove,
  sub,
  fromNumber,
  isPositive,
  isZero,
  mul,
  parse,
  sum,
  toNumber,
} from '#core/money/decimal.ts';
import { floorToStep } from '#core/money/step.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { TradeIntent } from '#core/model/intent.ts';
import type { Quote } from '#core/model/market.ts';
import { entryRefusals } from './entry-checks.ts';
import type { GateInput } from './gate-input.ts';
import type { GateReason, GateVerdict } from './gate-verdict.ts';
import { portfolioRoom, scalerOf } from './gate-risk.ts';
import { entryPrices, sizeEntry } from './sizing.ts';
import type { PortfolioCaps } from './sizing.ts';
import { filterReasons, sizeReasons } from './venue-filters.ts';

/**
 * Whether an intent may become an order, and how large.
 *
 * 1. Entries fail closed: anything unknown, stale or at a limit refuses, with every reason.
 * 2. Exits fail open: no limit, halt or age refuses them; only the venue's filters shape them.
 * 3. It never buys more than the limits leave at the worst case and never sells more than is held.
 * 4. A pure function of its input: the same input gives the same verdict in shadow, production and
 *    backtest.
 */
export function gate(input: GateInput): GateVerdict {
  const { intent } = input;
  return intent.action === 'enter' ? gateEntry(input, intent) : gateExit(input, intent);
}

type Enter = Extract<TradeIntent, { action: 'enter' }>;
type Leave = Exclude<TradeIntent, { action: 'enter' }>;

function gateEntry(input: GateInput, intent: Enter): GateVerdict {
  const refusals = entryRefusals(input, intent);
  const { instrument, quote } = input;
  if (instrument === undefined || quote === undefined || refusals.length > 0) {
    return refuse(refusals);
  }
  return sizedEntry(input, intent, { instrument, quote });
}

function sizedEntry(
  input: GateInput,
  intent: Enter,
  { instrument, quote }: { instrument: Instrument; quote: Quote },
): GateVerdict {
  const { account, limits, takerFeeFraction, orders } = input;
  const prices = entryPrices({
    ask: quote.ask,
    tickSize: instrument.tickSize,
    slippageFraction: limits.slippage_max,
    stopDistanceFraction: intent.stopDistanceFraction,
    stopDistanceMax: limits.stop_distance_max,
    targetDistanceFraction: intent.targetDistanceFraction,
  });
  const { pairExposureQuote, totalExposureQuote } = exposure(input);
  const { qty, holdQuote, reasons } = sizeEntry({
    equityQuote: account.equityQuote,
    freeQuote: account.freeQuote,
    pairExposureQuote,
    totalExposureQuote,
    prices,
    takerFeeFraction,
    instrument,
    limits,
    portfolio: portfolioCaps(input),
  });
  const filters = filterReasons({ instrument, quote, orders, prices, qty, takerFeeFraction });
  // When a cap made it too small, the cap is the reason to name first.
  if (filters.length > 0) return refuse([...reasons, ...filters]);
  return {
    kind: 'accept',
    action: 'enter',
    qty: format(qty),
    limitPrice: format(prices.limitPrice),
    holdQuote: format(holdQuote),
    stopPrice: format(prices.stopPrice),
    targetPrice: format(prices.targetPrice),
    reasons: [...reasons],
  };
}

/** Undefined where no word of the risk agent is needed. */
function portfolioCaps(input: GateInput): PortfolioCaps | undefined {
  const { intent, risk, limits, account } = input;
  const pair = risk?.pairs.get(intent.pair);
  if (limits.risk_state_age_max_ms === null || risk === undefined || pair === undefined) {
    return undefined;
  }
  const equity = toNumber(account.equityQuote);
  const share = (quote: DecimalText): number => toNumber(quote) / equity;
  const room = portfolioRoom(risk, {
    pair: intent.pair,
    held: [
      ...input.positions.map((held) => ({ pair: held.pair, fraction: share(held.valueQuote) })),
      ...input.entries.map((open) => ({ pair: open.pair, fraction: share(open.worstQuote) })),
    ],
    varMax: limits.var_max,
    correlationHigh: limits.correlation_high,
    correlatedMax: limits.correlated_exposure_max,
  });
  const { dailyVolumeQuote, capFraction } = pair;
  return {
    ...room,
    scaler: scalerOf(risk, pair),
    capFraction,
    volumeQuote:
      dailyVolumeQuote === undefined ? undefined : dailyVolumeQuote * limits.daily_volume_max,
  };
}

// Entries that are working or unknown count as if they filled.
function exposure({ intent, positions, entries }: GateInput) {
  const here = (row: { pair: string }): boolean => row.pair === intent.pair;
  const values = (rows: typeof positions) => sum(rows.map(({ valueQuote }) => valueQuote));
  const worst = (rows: typeof entries) => sum(rows.map(({ worstQuote }) => worstQuote));
  return {
    pairExposureQuote: add(values(positions.filter(here)), worst(entries.filter(here))),
    totalExposureQuote: add(values(positions), worst(entries)),
  };
}

function gateExit(input: GateInput, intent: Leave): GateVerdict {
  const { instrument, quote } = input;
  const held = parse(input.positions.find(({ pair }) => pair === intent.pair)?.qty ?? NONE);
  if (!isPositive(held)) return refuse([{ code: 'nothing-to-sell' }]);
  const { action } = intent;
  const whole = (reasons: GateReason[]): GateVerdict => ({
    kind: 'accept',
    action,
    qty: format(held),
    reasons,
  });
  // Without the filters the venue decides; holding on because we do not know them is worse.
  if (instrument === undefined) return whole([{ code: 'no-instrument' }]);
  const price = parse(quote?.bid ?? averageMark(input));
  const sellable = floorExit(held, instrument);
  const reasons = isPositive(price)
    ? sizeReasons(instrument, sellable, price)
    : sizeReasons({ ...instrument, minNotional: NONE }, sellable, price);
  if (reasons.length > 0) return refuse(reasons);
  if (action === 'exit') return shaped(action, sellable, instrument);

  const part = floorExit(mul(held, fromNumber(intent.reduceFraction, 12)), instrument);
  const partReasons = sizeReasons(instrument, part, price);
  if (partReasons.length > 0) return refuse(partReasons);
  // A rest that could not be sold later is sold now.
  const rest = sub(sellable, part);
  const [unsellable] = isZero(rest) ? [] : sizeReasons(instrument, rest, price);
  return unsellable === undefined
    ? shaped(action, part, instrument)
    : shaped(action, sellable, instrument, unsellable);
}

function shaped(
  action: Leave['action'],
  qty: Decimal,
  instrument: Instrument,
  ...reasons: GateReason[]
): GateVerdict {
  const limit = instrument.marketMaxQty ?? instrument.maxQty;
  if (limit === undefined || !isAbove(qty, limit)) {
    return { kind: 'accept', action, qty: format(qty), reasons };
  }
  const capped = floorExit(parse(limit), instrument);
  const note: GateReason = { code: 'above-max-qty', found: format(qty), limit };
  return { kind: 'accept', action, qty: format(capped), reasons: [...reasons, note] };
}

function floorExit(qty: Decimal, instrument: Instrument) {
  const onLot = floorToStep(qty, instrument.stepSize);
  return floorToStep(onLot, instrument.marketStepSize ?? NONE);
}

// The mark of the position, when there is no quote now.
function averageMark({ positions, intent }: GateInput): DecimalText {
  const position = positions.find(({ pair }) => pair === intent.pair);
  if (position === undefined || !isPositive(position.qty)) return NONE;
  return format(div(position.valueQuote, position.qty, 12, 'down'));
}

function refuse(reasons: GateReason[]): GateVerdict {
  return { kind: 'refuse', reasons };
}

const NONE = '0' as DecimalText;
