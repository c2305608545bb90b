import { describe, expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import { Instrument } from '#core/model/instrument.ts';
import { judgeCapital } from './capital.ts';

function instrument(base: string, minNotional: string): Instrument {
  return Instrument.parse({
    pair: `${base}/USDT`,
    venueSymbol: `${base}USDT`,
    base,
    quote: 'USDT',
    status: 'trading',
    tickSize: '0.01',
    stepSize: '0.00001',
    minQty: '0.00001',
    minNotional,
    hasOco: true,
    hasTrailingStop: true,
  });
}

const LIMITS = {
  pair_exposure_max: 0.05,
  total_exposure_max: 0.95,
  open_positions_max: 10,
  risk_fraction: 0.001,
};
const PAIRS = [instrument('BTC', '5'), instrument('ETH', '10')];

describe('the capital', () => {
  // A position is 5 % of it: 0.1 % may be lost at a stop of 2 %.
  it.each([
    ['plenty', '10000', {}, 'pass', /position of about 500; enough for 2/],
    ['enough for the small pair only', '150', {}, 'warn', /below the minimum of ETH/],
    ['too little for any', '100', {}, 'fail', /below the minimum of every pair/],
    ['too little at a smaller risk', '10000', { risk_fraction: 0.00001 }, 'fail', /about 5,/],
    ['too little for two at once', '250', { total_exposure_max: 0.05 }, 'warn', /for 2 positions/],
  ])('is judged: %s', (_, capital, limits, verdict, words) => {
    const found = judgeCapital({
      quoteAsset: 'USDT',
      capitalQuote: DecimalText.parse(capital),
      instruments: PAIRS,
      limits: { ...LIMITS, ...limits },
      stopFraction: 0.02,
    });

    expect(`${found.verdict} ${found.text}`).toMatch(verdict);
    expect(found.text).toMatch(words);
  });
});
