import { z } from 'zod';

/** Nothing falls by more than its price. */
const shockReturn = z.number().min(-1).max(10);

/** Returns of a bad time, of one day or a few. */
const Shock = z.strictObject({
  /** Its figure is called `shock_NAME`. */
  name: z.string().regex(/^[a-z0-9-]{1,40}$/, 'expected small letters, digits and -'),
  /** By base asset, e.g. `BTC: -0.39`. */
  returns: z.record(z.string().min(1), shockReturn),
  /** For assets that are not named. */
  others: shockReturn,
});
export type Shock = Readonly<z.output<typeof Shock>>;

/**
 * What a portfolio of today is put through unless the config says otherwise. Returns from one daily close (UTC) to another; where the
 * numbers come from stands in docs/risk-models.md. Those of 2020 to May 2022 are reckoned from recorded
 * candles of Binance and checked against them by `scripts/acceptance.sh 17`; FTX is from the press.
 *
 * `others` is for assets that were not there or are not listed: near the worst of the large ones, since
 * what is small falls further.
 */
const DEFAULT_SHOCKS: Shock[] = [
  {
    // 2020-03-11 to 03-12.
    name: '2020-03-12',
    returns: { BTC: -0.395, ETH: -0.446 },
    others: -0.45,
  },
  {
    // 2021-05-18 to 05-19. Within that day prices were 15 to 25 points lower still.
    name: '2021-05-19',
    returns: {
      BTC: -0.144,
      ETH: -0.277,
      BNB: -0.341,
      ADA: -0.268,
      XRP: -0.335,
      DOGE: -0.308,
      DOT: -0.383,
      LINK: -0.384,
      LTC: -0.367,
      SOL: -0.375,
      AVAX: -0.375,
      TRX: -0.322,
      LUNA: -0.395,
    },
    others: -0.4,
  },
  {
    // 2022-05-08 to 05-12, four days: who holds LUNA cannot leave it in the middle.
    name: 'luna-2022-05',
    returns: {
      BTC: -0.147,
      ETH: -0.222,
      BNB: -0.244,
      ADA: -0.361,
      XRP: -0.319,
      DOGE: -0.334,
      DOT: -0.343,
      LINK: -0.344,
      LTC: -0.313,
      SOL: -0.408,
      AVAX: -0.413,
      TRX: -0.235,
      LUNA: -1,
    },
    others: -0.42,
  },
  {
    // 2022-11-07 to 11-09, two days.
    name: 'ftx-2022-11',
    returns: { BTC: -0.23, ETH: -0.3, SOL: -0.51, FTT: -0.9 },
    others: -0.35,
  },
];

/** `risk_agent.stress.shocks`. None at all would read as no risk. */
export const StressShocks = z
  .array(Shock)
  .min(1)
  .max(30)
  .refine((shocks) => new Set(shocks.map(({ name }) => name)).size === shocks.length, {
    message: 'each shock needs a name of its own',
  })
  .default(DEFAULT_SHOCKS);
