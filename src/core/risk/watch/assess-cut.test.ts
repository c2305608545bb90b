import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/model/candle.ts';
import { Pair } from '#core/model/pair.ts';
import { seededRandom } from '#platform/random.ts';
import { RiskLimits } from '../config.ts';
import { assess } from './assess.ts';
import type { Assessment } from './assess.ts';
import { lookOf, RULES } from './look.fixture.ts';
import type { AssessRules, Look } from './look.ts';
import { marketPicture } from './market-picture.ts';
import { isWorse } from './step-limits.ts';

const HOURS = 200;

/** Moves of the same hours, so that pairs can go with or against each other. */
const market = seededRandom('market');
const MOVES = Array.from({ length: HOURS }, () => market.normal());

function history(name: string, size: number, changed: { crash?: number; beta?: number } = {}) {
  const { crash = 0, beta = 1 } = changed;
  const random = seededRandom(name);
  let close = 100;
  const candles: Candle[] = MOVES.map((move, hour) => {
    const own = 0.7 * beta * move + 0.7 * random.normal();
    close *= Math.exp(size * own + (hour === HOURS - 1 ? Math.log1p(crash) : 0));
    return { openMs: hour * 3_600_000, open: close, high: close, low: close, close, volume: 1e6 };
  });
  return { pair: Pair.parse(`${name}/USDT`), candles };
}

const HISTORIES = [
  history('BTC', 0.005),
  history('ETH', 0.008),
  history('CRASHED', 0.006, { crash: -0.3 }),
  // Against the rest: to sell it makes the risk grow.
  history('AGAINST', 0.008, { beta: -1 }),
  history('STILL', 0),
  history('MAD', 0.2),
  { ...history('UNTRADED', 0.005), candles: history('UNTRADED', 0.005).candles.slice(-10) },
] as const;
const PICTURE = marketPicture(HISTORIES);

const fraction = (max: number) => fc.double({ min: 0.001, max, noNaN: true });

const ruled = fc
  .record({
    varMax: fraction(0.15),
    pair: fraction(0.3),
    total: fc.double({ min: 0.3, max: 1, noNaN: true }),
    margin: fc.double({ min: 0, max: 0.9, noNaN: true }),
  })
  .map(({ varMax, pair, total, margin }): AssessRules => ({
    ...RULES,
    limits: RiskLimits.parse({ pair_exposure_max: pair, total_exposure_max: total }),
    varMax,
    machine: { ...RULES.machine, margin },
  }));

const seen = fc
  .record({
    values: fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1, max: 3_000, noNaN: true })), {
      minLength: HISTORIES.length,
      maxLength: HISTORIES.length,
    }),
    drawdown: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.14, noNaN: true })),
    dayLoss: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.1, noNaN: true })),
  })
  .map(({ values, drawdown, dayLoss }) =>
    lookOf({
      picture: PICTURE,
      held: HISTORIES.flatMap(({ pair }, k) => {
        const valueQuote = values[k] ?? 0;
        return valueQuote > 0 ? [{ pair, valueQuote }] : [];
      }),
      account: { equityQuote: 10_000, drawdown, dayLoss },
    }),
  );

/** The same look, after the plan of the one before was carried out. */
function sold(look: Look, { plan, memory }: Assessment): Look {
  const held = look.held.flatMap(({ pair, valueQuote }) => {
    const share = plan.find((sale) => sale.pair === pair)?.share ?? 0;
    return share === 1 ? [] : [{ pair, valueQuote: valueQuote * (1 - share) }];
  });
  return { ...look, held, memory, nowMs: look.nowMs + 30_000 };
}

/** The picture of a market in which these have no candles. */
function without(blind: ReadonlySet<Pair>) {
  return marketPicture(
    HISTORIES.map(({ pair, candles }) => ({ pair, candles: blind.has(pair) ? [] : candles })),
  );
}

const LOSSES = new Set(['drawdown', 'day-loss']);

function cutting({ memory }: Assessment): string[] {
  return [...memory.values()]
    .filter(({ level }) => isWorse(level, 'warn'))
    .map(({ name, subject = '' }) => `${name} ${subject}`);
}

describe('a cut', () => {
  it('reaches every limit that asks, whatever is held', () => {
    fc.assert(
      fc.property(seen, ruled, (look, rules) => {
        const found = assess(look, rules);
        const after = sold(look, found);
        const again = assess({ ...after, memory: new Map() }, rules);

        const left = cutting(again).filter((name) => !LOSSES.has(name.trim()));
        expect(left, 'limits over their bounds after the plan').toEqual([]);
        const [before, now] = [found, again].map(
          ({ memory }) => memory.get('value-at-risk')?.value ?? 0,
        ) as [number, number];
        if (cutting(found).some((name) => LOSSES.has(name.trim()))) {
          expect(now).toBeLessThanOrEqual(before / 2 + 1e-12);
        }
      }),
    );
  });

  it('is made once: after it the same look asks for nothing', () => {
    fc.assert(
      fc.property(seen, ruled, (look, rules) => {
        const found = assess(look, rules);

        expect(assess(sold(look, found), rules).plan).toEqual([]);
      }),
    );
  });

  it('sells nothing when nothing asks, and never more than there is', () => {
    fc.assert(
      fc.property(seen, ruled, (look, rules) => {
        const found = assess(look, rules);

        if (cutting(found).length === 0) expect(found.plan).toEqual([]);
        for (const { pair, share } of found.plan) {
          expect(share).toBeGreaterThan(0);
          expect(share).toBeLessThanOrEqual(1);
          expect(look.held.map((position) => position.pair)).toContain(pair);
        }
      }),
    );
  });

  it('takes no less of what can be read than if the rest were not held', () => {
    const unread = fc
      .subarray(HISTORIES.map(({ pair }) => pair))
      .map((pairs): ReadonlySet<Pair> => new Set(pairs));
    fc.assert(
      fc.property(
        fc.array(seen, { minLength: 1, maxLength: 2 }),
        ruled,
        unread,
        (looks, rules, blind) => {
          const picture = without(blind);
          let memory: Look['memory'] = new Map();
          for (const look of looks) {
            const whole = assess({ ...look, picture, memory, unread: blind }, rules);
            const held = look.held.filter(({ pair }) => !blind.has(pair));
            const rest = assess({ ...look, picture, memory, held, unread: blind }, rules);

            for (const { pair, share } of rest.plan) {
              const cut = whole.plan.find((sale) => sale.pair === pair)?.share ?? 0;
              expect(cut, `of ${pair}`).toBeGreaterThanOrEqual(share);
            }
            ({ memory } = whole);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('for losses takes half of what cannot be read, and nothing of it for a risk', () => {
    const blind: ReadonlySet<Pair> = new Set([HISTORIES[0].pair, HISTORIES[5].pair]);
    const picture = without(blind);
    fc.assert(
      fc.property(seen, ruled, (look, rules) => {
        const open = {
          ...rules,
          limits: RiskLimits.parse({ total_exposure_max: 1, pair_exposure_max: 1 }),
        };
        const { plan, memory } = assess({ ...look, picture, unread: blind }, open);
        const isLosing = ['drawdown', 'day-loss'].some((name) =>
          isWorse(memory.get(name)?.level ?? 'normal', 'warn'),
        );
        const isOver = isWorse(memory.get('exposure')?.level ?? 'normal', 'warn');

        for (const { pair, valueQuote } of look.held) {
          if (!blind.has(pair) || isOver) continue;
          const share = plan.find((sale) => sale.pair === pair)?.share ?? 0;
          expect(share, `of ${valueQuote} in ${pair}`).toBe(isLosing ? 0.5 : 0);
        }
      }),
    );
  });
});
