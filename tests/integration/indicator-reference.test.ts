/**
 * Against published numbers: TA-Lib's own regression table and the result files of Stock
 * Indicators for .NET. Both lie beside the repository, so without them the tests are skipped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Candle } from '#core/model/candle.ts';
import { type IndicatorValue, valuesOf } from '#core/indicators/indicator.ts';
import { type IndicatorName, createIndicator } from '#core/indicators/registry.ts';

const REFERENCE = new URL('../../../shared/data/reference/', import.meta.url);
const isPresent = existsSync(REFERENCE);
const title = isPresent ? '' : ' (skipped: ../shared/data/reference is absent)';

function json(path: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(new URL(path, REFERENCE))).toString());
}

function quotes(path: string): Candle[] {
  const lines = readFileSync(new URL(path, REFERENCE), 'utf8').trim().split('\n').slice(1);
  return lines.map((line, index) => {
    const [open, high, low, close, volume] = line.split(',').slice(1).map(Number);
    return z.custom<Candle>().parse({ openMs: index * 60_000, open, high, low, close, volume });
  });
}

function run(name: IndicatorName, params: object, candles: readonly Candle[]) {
  const indicator = createIndicator(name, params);
  return { warmUp: indicator.warmUp, values: valuesOf<IndicatorValue>(indicator, candles) };
}

function part(value: IndicatorValue | undefined, field: string | undefined): number | undefined {
  return typeof value === 'object' && field !== undefined ? value[field] : (value as number);
}

const TaRow = z.object({ file: z.string(), fields: z.record(z.string(), z.string()) });

interface TaCase {
  readonly name: IndicatorName;
  readonly match: Readonly<Record<string, string>>;
  readonly params: (fields: Readonly<Record<string, string>>) => object;
  readonly field?: string;
  /** Which output of the row; the moving averages do not number theirs. */
  readonly output?: string;
  /** TA-Lib's numbers times this. */
  readonly factor?: number;
  /** First candle to compare: seeding differs and fades away. */
  readonly from?: number;
  /** First candle not to compare. */
  readonly until?: number;
}

const interval = (f: Readonly<Record<string, string>>): object => ({
  interval: Number(f['optInTimePeriod'] ?? f['optInTimePeriod1']),
});
const ma = (type: string) => ({ id: 'TA_ANY_MA_TEST', optInMAType_1: `TA_MAType_${type}` });
const BANDS = { optInMethod_3: 'TA_MAType_SMA', optInNbDevUp: '2.0', optInNbDevDn: '2.0' };
const bands = (f: Readonly<Record<string, string>>): object => ({ ...interval(f), deviations: 2 });

const TA_CASES: readonly TaCase[] = [
  { name: 'sma', output: '', match: ma('SMA'), params: interval },
  { name: 'ema', output: '', match: ma('EMA'), params: interval, from: 200 },
  // The table has the last two rows of its WMA(30) the wrong way round.
  { name: 'wma', output: '', match: ma('WMA'), params: interval, until: 250 },
  { name: 'kama', output: '', match: ma('KAMA'), params: interval, from: 200 },
  { name: 'rsi', match: { theFunction: 'TA_RSI_TEST' }, params: interval },
  { name: 'momentum', match: { theFunction: 'TA_MOM_TEST' }, params: interval },
  { name: 'roc', match: { theFunction: 'TA_ROC_TEST' }, params: interval, factor: 0.01 },
  { name: 'cci', match: { theFunction: 'TA_CCI_TEST' }, params: interval },
  { name: 'mfi', match: { theFunction: 'TA_MFI_TEST' }, params: interval },
  { name: 'williams_r', match: { theFunction: 'TA_WILLR_TEST' }, params: interval },
  { name: 'ultimate', match: { theFunction: 'TA_ULTOSC_TEST' }, params: () => ({}) },
  { name: 'aroon', match: { theFunction: 'TA_AROON_UP_TEST' }, params: interval, field: 'up' },
  { name: 'aroon', match: { theFunction: 'TA_AROON_DOWN_TEST' }, params: interval, field: 'down' },
  { name: 'adx', match: { id: 'TST_ADX' }, params: interval, field: 'adx', from: 200 },
  {
    name: 'adx',
    match: { id: 'TST_PLUS_DI', optInTimePeriod: '14' },
    params: interval,
    field: 'plus',
    from: 200,
  },
  {
    name: 'adx',
    match: { id: 'TST_MINUS_DI', optInTimePeriod: '14' },
    params: interval,
    field: 'minus',
    from: 200,
  },
  { name: 'atr', output: '', match: { doAverage: '1' }, params: interval, from: 200 },
  { name: 'bollinger', match: BANDS, params: bands, field: 'upper', output: '0' },
  { name: 'bollinger', match: BANDS, params: bands, field: 'middle', output: '1' },
  { name: 'bollinger', match: BANDS, params: bands, field: 'lower', output: '2' },
];

describe.runIf(isPresent)(`indicators agree with TA-Lib${title}`, () => {
  const candles = isPresent ? quotes('ta-lib/series.csv') : [];
  const rows = isPresent ? z.array(TaRow).parse(json('ta-lib/expected.json.gz')) : [];

  test.each(TA_CASES)('$name $field $match', (c) => {
    const compared = rows.filter(({ fields }) => isCase(c, fields) && isAsExpected(c, fields));

    expect(compared.length, 'rows of the table that were compared').toBeGreaterThan(0);
  });

  /** Checks one row; false when it lies outside the candles to compare. */
  function isAsExpected(c: TaCase, fields: Readonly<Record<string, string>>): boolean {
    const output = c.output ?? '0';
    const offset = fields[`oneOfTheExpectedOutRealIndex${output}`];
    const expected = fields[`oneOfTheExpectedOutReal${output}`];
    if (offset === undefined || expected === undefined) return false;
    const at = Number(fields['expectedBegIdx']) + Number(offset);
    const { warmUp, values } = run(c.name, c.params(fields), candles);
    if (at < Math.max(c.from ?? 0, warmUp - 1) || at >= (c.until ?? 252)) return false;

    const value = part(values[at], c.field) ?? Number.NaN;
    const factor = c.factor ?? 1;
    // The table is printed with few digits, some cut instead of rounded; "23.0" is a whole number.
    const digits = expected.replace(/\.0$/, '').split('.')[1]?.length ?? 0;
    expect(
      Math.abs(value - Number(expected) * factor),
      `${JSON.stringify(c.params(fields))} at ${at}: ${value} against ${expected}`,
    ).toBeLessThanOrEqual(10 ** -digits * factor * 1.01);
    return true;
  }
});

function isCase(c: TaCase, fields: Readonly<Record<string, string>>): boolean {
  const isPlain =
    fields['expectedRetCode'] === 'TA_SUCCESS' &&
    fields['startIdx'] === '0' &&
    (fields['unstablePeriod'] ?? '0') === '0' &&
    (fields['compatibility'] ?? 'TA_COMPATIBILITY_DEFAULT') === 'TA_COMPATIBILITY_DEFAULT' &&
    Number(fields['expectedNbElement']) > 0 &&
    Number(fields['optInTimePeriod'] ?? 14) > 1;
  return isPlain && Object.entries(c.match).every(([key, value]) => fields[key] === value);
}

interface StockCase {
  readonly name: IndicatorName;
  readonly file: string;
  readonly params: object;
  readonly fields: Readonly<Record<string, string>>;
  readonly factor?: number;
  readonly from: number;
}

const STOCK_CASES: readonly StockCase[] = [
  { name: 'sma', file: 'sma', params: { interval: 20 }, fields: { '': 'sma' }, from: 19 },
  { name: 'ema', file: 'ema', params: { interval: 20 }, fields: { '': 'ema' }, from: 250 },
  { name: 'tema', file: 'tema', params: { interval: 20 }, fields: { '': 'tema' }, from: 350 },
  { name: 'rsi', file: 'rsi', params: { interval: 14 }, fields: { '': 'rsi' }, from: 14 },
  { name: 'atr', file: 'atr', params: { interval: 14 }, fields: { '': 'atr' }, from: 400 },
  {
    name: 'roc',
    file: 'roc',
    params: { interval: 14 },
    fields: { '': 'roc' },
    factor: 0.01,
    from: 20,
  },
  { name: 'cmf', file: 'cmf', params: { interval: 20 }, fields: { '': 'cmf' }, from: 19 },
  { name: 'ad', file: 'adl', params: {}, fields: { '': 'adl' }, from: 0 },
  { name: 'choppiness', file: 'chop', params: { interval: 14 }, fields: { '': 'chop' }, from: 14 },
  { name: 'kama', file: 'kama', params: { interval: 10 }, fields: { '': 'kama' }, from: 250 },
  { name: 'vwma', file: 'vwma', params: { interval: 14 }, fields: { '': 'vwma' }, from: 13 },
  {
    name: 'stochastic',
    file: 'stoch',
    params: {},
    fields: { k: 'oscillator', d: 'signal' },
    from: 20,
  },
  { name: 'rma', file: 'smma', params: { interval: 20 }, fields: { '': 'smma' }, from: 400 },
  {
    name: 'macd',
    file: 'macd',
    params: {},
    fields: { macd: 'macd', signal: 'signal', histogram: 'histogram' },
    from: 350,
  },
];

describe.runIf(isPresent)(`indicators agree with Stock Indicators${title}`, () => {
  const candles = isPresent ? quotes('stock-indicators/quotes/default.csv') : [];

  test.each(STOCK_CASES)('$name', (c) => {
    const Rows = z.array(z.record(z.string(), z.unknown()));
    const expected = Rows.parse(json(`stock-indicators/results/${c.file}.json.gz`));
    const { values } = run(c.name, c.params, candles);

    for (let at = c.from; at < candles.length; at += 1) {
      for (const [ours, theirs] of Object.entries(c.fields)) {
        const want = Number(expected[at]?.[theirs]) * (c.factor ?? 1);
        const value = part(values[at], ours === '' ? undefined : ours) ?? Number.NaN;
        const scale = Math.max(1, Math.abs(want));
        expect(
          Math.abs(value - want) / scale,
          `${theirs} at ${at}: ${value}, ${want}`,
        ).toBeLessThan(1e-6);
      }
    }
  });
});
