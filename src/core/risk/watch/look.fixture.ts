import { Pair } from '#core/model/pair.ts';
import { seededRandom } from '#platform/random.ts';
import { RiskLimits } from '../config.ts';
import type { AssessRules, Look } from './look.ts';
import { marketPicture } from './market-picture.ts';

export const BTC = Pair.parse('BTC/USDT');
export const NOW = 1_800_000_000_000;

/** Rules of tests: no shocks and no optimiser. */
export const RULES: AssessRules = {
  limits: RiskLimits.parse({}),
  varMax: 0.05,
  volatilityTarget: 0.05,
  sharpeMin: 1,
  sharpeDaysMin: 30,
  participation: 0.1,
  shocks: [],
  caps: {
    method: 'none',
    targetReturn: 0.0005,
    riskAversion: 3,
    investedMax: 0.95,
    weightMax: 0.25,
    slack: 2,
    sectors: {},
  },
  machine: { margin: 0.1, recoveryMs: 300_000 },
};

/** A desk of 10,000 that holds a young pair: some risk, nothing over a limit. */
export function lookOf(changed: Partial<Look> = {}): Look {
  return {
    nowMs: NOW,
    picture: marketPicture([{ pair: BTC, candles: [] }]),
    held: [{ pair: BTC, valueQuote: 2_000 }],
    account: { equityQuote: 10_000, drawdown: 0, dayLoss: 0 },
    dailyReturns: [],
    isOnTrial: false,
    memory: new Map(),
    unread: new Set(),
    unpriced: new Set(),
    random: () => seededRandom(1),
    stressRandom: seededRandom(2),
    ...changed,
  };
}
