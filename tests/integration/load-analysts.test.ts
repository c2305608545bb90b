import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadAnalysts } from '../../src/agents/trading-worker/load-analysts.ts';
import { evaluate } from '#core/committee/committee.ts';
import { CommitteeConfig } from '#core/committee/config.ts';
import type { Candle } from '#core/model/candle.ts';
import { Pair } from '#core/model/pair.ts';

const REPOSITORY = join(import.meta.dirname, '../..');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nd-analysts-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function committeeOf(analysts: object[]) {
  return CommitteeConfig.parse({ analysts });
}

function file(name: string, text: string): { file: string } {
  writeFileSync(join(folder, name), text);
  return { file: name };
}

/** Rising candles; the last one carries twice the volume of the others. */
const candles: Candle[] = Array.from({ length: 120 }, (_, index) => ({
  openMs: index * 60_000,
  open: 100 + index,
  high: 101.2 + index,
  low: 99.8 + index,
  close: 101 + index,
  volume: index === 119 ? 20 : 10,
}));

describe('loading analysts', () => {
  test('seats the default committee', async () => {
    const seats = await loadAnalysts(CommitteeConfig.parse({}), folder);

    expect(seats.map(({ name }) => name)).toContain('trend');
    expect(seats).toHaveLength(7);
  });

  test('seats the example of the recipe, and the committee hears it', async () => {
    const entry = { file: 'docs/recipes/example-analyst.ts', weight: 0.5, params: { candles: 30 } };
    const config = CommitteeConfig.parse({ analysts: [{ name: 'trend' }, entry] });

    const seats = await loadAnalysts(config, REPOSITORY);
    const verdict = evaluate(
      { seats, config },
      { pair: Pair.parse('BTC/USDT'), timeframe: '1m', candles, higher: [] },
    );

    const report = verdict.reports.find(({ analyst }) => analyst === 'volume');
    expect(seats[1]).toMatchObject({ weight: 0.5, warmUp: 31 });
    expect(report).toMatchObject({ confidence: 1, evidence: [{ text: 'volume at 2.0 of usual' }] });
    expect(report?.stance).toBeGreaterThan(0.5);
  });

  test('takes a plain object without params from outside the repository', async () => {
    const entry = file(
      'plain.ts',
      `export const analyst = {
        name: 'plain',
        warmUp: (): number => 1,
        analyse: () => ({ stance: 1, confidence: 1, evidence: [] }),
      };`,
    );

    const [seat] = await loadAnalysts(committeeOf([entry]), folder);

    expect(seat).toMatchObject({ name: 'plain', leaning: 'neutral', warmUp: 1 });
  });

  test.each([
    ['a file that is missing', () => ({ file: 'nowhere.ts' }), /there is no file .*nowhere\.ts/],
    [
      'a file without the export',
      () => file('other.ts', 'export const analist = 1; export const b = 2;'),
      /no export named "analyst"; it exports analist, b/,
    ],
    [
      'an export of the wrong shape',
      () => file('shape.ts', 'export const analyst = { name: "x", leaning: "sideways" };'),
      /leaning: .*\n\s+warmUp: expected a function\n\s+analyse: expected a function/,
    ],
    [
      'a file that does not run',
      () => file('throws.ts', 'throw new Error("no key for my feed");'),
      /no key for my feed/,
    ],
    [
      'params that do not fit',
      () => ({ name: 'trend', params: { fats: 12 } }),
      /its params are wrong:[^]*fats/,
    ],
    [
      'an analyst that could never speak',
      () => ({ name: 'trend', params: { adx: 100 } }),
      /it needs 199 candles, and committee\.candles is 100/,
    ],
  ])('refuses %s and says so', async (_, entry, message) => {
    const committee = { ...committeeOf([{ name: 'pattern' }, entry()]), candles: 100 };

    const loading = loadAnalysts(committee, folder);

    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toThrow(/committee\.analysts\[1\]/);
  });

  test('says everything that is wrong at once', async () => {
    const committee = committeeOf([{ file: 'one.ts' }, { file: 'two.ts' }]);

    await expect(loadAnalysts(committee, folder)).rejects.toThrow(/one\.ts[^]*two\.ts/);
  });
});
