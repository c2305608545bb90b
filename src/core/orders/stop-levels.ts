import {
  add,
  type Decimal,
  format,
  fromNumber,
  isAbove,
  isBelow,
  isPositive,
  max,
  min,
  mul,
  ONE,
  parse,
  sub,
} from '#core/money/decimal.ts';
import { ceilToStep, floorToStep } from '#core/money/step.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { Protection } from './pair-view.ts';

const PLACES = 12;
/** A stop that the venue does not take is moved away by this share of its distance. */
const WIDER_BY = '0.5' as DecimalText;
/** Each move of a stop that the desk trails leaves a gap of two requests: not for every tick. */
const TRAIL_STEP = '1.001' as DecimalText;

interface StopOfPosition {
  readonly qty: DecimalText;
  readonly averagePrice: DecimalText;
  readonly bid: DecimalText | undefined;
  readonly riskQuoteMax: DecimalText;
}

/** The levels to ask the venue for; further away than planned where it did not take those. */
export function stopLevels(
  protection: Protection,
  position: StopOfPosition & { readonly isWider: boolean },
  instrument: Instrument,
): Protection {
  const { placedStopPrice: _before, ...planned } = protection;
  const wished = position.isWider ? wider(planned, position, instrument.tickSize) : planned;
  return fitLevels(wished, instrument, position.bid);
}

/** The levels as the venue takes them: on its tick and within its price bands. */
function fitLevels(
  protection: Protection,
  instrument: Instrument,
  bid: DecimalText | undefined,
): Protection {
  const { tickSize, minPrice, maxPrice, askPriceDown, askPriceUp } = instrument;
  let stop = floorToStep(protection.placedStopPrice ?? protection.stopPrice, tickSize);
  let target = floorToStep(protection.targetPrice, tickSize);
  if (minPrice !== undefined) stop = max(stop, minPrice);
  if (maxPrice !== undefined) target = min(target, maxPrice);
  if (bid !== undefined && askPriceDown !== undefined) {
    stop = max(stop, ceilToStep(mul(bid, askPriceDown), tickSize));
  }
  if (bid !== undefined && askPriceUp !== undefined) {
    target = min(target, floorToStep(mul(bid, askPriceUp), tickSize));
  }
  const isMoved = !stop.eq(parse(protection.stopPrice));
  return {
    ...protection,
    targetPrice: format(target),
    ...(isMoved && { placedStopPrice: format(stop) }),
  };
}

/** The stop further away, as far as the risk limit allows; as it was where it does not. */
function wider(
  protection: Protection,
  position: StopOfPosition,
  tickSize: DecimalText,
): Protection {
  const { qty, averagePrice, bid, riskQuoteMax } = position;
  const stop = parse(protection.stopPrice);
  const distance = sub(bid === undefined ? averagePrice : max(averagePrice, bid), stop);
  const away = floorToStep(sub(stop, mul(distance, WIDER_BY)), tickSize);
  const isBearable = !isAbove(mul(qty, sub(averagePrice, away)), riskQuoteMax);
  if (!isPositive(distance) || !isPositive(away) || !isBearable) return protection;
  return { ...protection, placedStopPrice: format(away) };
}

/** Where a stop that the desk trails itself belongs now; undefined = where it is. */
export function trailedTo(
  protection: Protection,
  bid: DecimalText | undefined,
  instrument: Instrument,
): DecimalText | undefined {
  const { trailingFraction, stopPrice } = protection;
  if (trailingFraction === undefined || instrument.hasTrailingStop) return undefined;
  if (bid === undefined) return undefined;
  const level: Decimal = floorToStep(
    mul(bid, sub(ONE, fromNumber(trailingFraction, PLACES))),
    instrument.tickSize,
  );
  const isWorthIt = !isBelow(level, mul(stopPrice, TRAIL_STEP));
  const hasMoved = !isBelow(level, add(stopPrice, instrument.tickSize));
  return isWorthIt && hasMoved ? format(level) : undefined;
}
