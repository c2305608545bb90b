import { format, fromNumber, isBelow, mul, parse, sum } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { RiskLimits } from '#core/risk/config.ts';
import { fail, pass, warn } from './finding.ts';
import type { Finding } from './finding.ts';

export interface CapitalFacts {
  readonly quoteAsset: string;
  /** What the desk may use. */
  readonly capitalQuote: DecimalText;
  readonly instruments: readonly Instrument[];
  readonly limits: Pick<
    RiskLimits,
    'pair_exposure_max' | 'total_exposure_max' | 'open_positions_max' | 'risk_fraction'
  >;
  /** Widest stop the committee asks for. */
  readonly stopFraction: number;
}

// The stop, below the entry and net of the fee, has to reach the minimum too.
const MARGIN = 1.15;
const PLACES = 12;

/** Whether the capital makes positions that the venue takes, and as many as the limits allow. */
export function judgeCapital(facts: CapitalFacts): Finding {
  const { capitalQuote, quoteAsset, instruments, limits, stopFraction } = facts;
  const capital = parse(capitalQuote);
  // As sizing does: what may be lost at the widest stop, within the share of one pair.
  const share = Math.min(limits.pair_exposure_max, limits.risk_fraction / stopFraction);
  const position = mul(capital, fromNumber(share, PLACES));
  const needed = (one: Instrument) => mul(one.minNotional, fromNumber(MARGIN, PLACES));
  const tooSmall = instruments.filter((one) => isBelow(position, needed(one)));
  const text = `${format(capital)} ${quoteAsset}: a position of about ${format(position)}`;
  if (instruments.length > 0 && tooSmall.length === instruments.length) {
    return fail(
      'balance',
      `${text}, below the minimum of every pair`,
      'add capital, or raise risk_limits.risk_fraction or pair_exposure_max',
    );
  }
  if (tooSmall.length > 0) {
    const names = tooSmall.map(({ pair, minNotional }) => `${pair} ${minNotional}`).join(', ');
    return warn('balance', `${text}, below the minimum of ${names}`, 'leave these pairs out');
  }
  return judgePositions({ facts, text });
}

function judgePositions({ facts, text }: { facts: CapitalFacts; text: string }): Finding {
  const { capitalQuote, instruments, limits } = facts;
  const count = Math.min(limits.open_positions_max, instruments.length);
  const largest = instruments
    .map(({ minNotional }) => minNotional)
    .toSorted((a, b) => (isBelow(a, b) ? 1 : -1))
    .slice(0, count);
  const usable = mul(capitalQuote, fromNumber(limits.total_exposure_max, PLACES));
  const needed = mul(sum(largest), fromNumber(MARGIN, PLACES));
  if (isBelow(usable, needed)) {
    return warn(
      'balance',
      `${text}; not enough for ${count} positions at their minimum`,
      'lower risk_limits.open_positions_max, or add capital',
    );
  }
  return pass('balance', `${text}; enough for ${count} at once`);
}
