import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Universe } from '#core/model/universe.ts';
import { NOTHING_SELECTED } from '#core/pairs/selection.ts';
import { changesPath, openChangeLog, UniverseChange } from '#universe/change-log.ts';
import { universePath, writeUniverse } from '#universe/universe-file.ts';
import { pairsCommand } from './pairs-command.ts';

const universe = Universe.parse({
  atMs: 0,
  version: 7,
  pairs: [
    { pair: 'BTC/USDT', standing: 'trade', sinceMs: 0, why: 'chosen by the chain' },
    { pair: 'OLD/USDT', standing: 'exit-only', sinceMs: 0, why: 'open position; age: 2 days old' },
  ],
  chain: [
    { step: 'volume', in: 9, out: 9, removed: [] },
    { step: 'age', in: 9, out: 4, removed: [{ pair: 'NEW/USDT', why: '2 days old' }] },
  ],
});

let folder = '';
const printed: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pairs-command-'));
  printed.length = 0;
  vi.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pairs = (...args: string[]): number => pairsCommand([...args, '--data-dir', folder], {});

describe('pairs', () => {
  test('says that nothing was selected yet', () => {
    expect(pairs()).toBe(1);
    expect(printed[0]).toContain('no pair was selected yet');
  });

  test('shows the chain and the pairs from the disk', () => {
    writeUniverse(universePath(folder), { universe, selection: NOTHING_SELECTED, wish: 'x' });

    expect(pairs()).toBe(0);
    expect(printed[0]).toMatch(/age +9 +4 +NEW\/USDT \(2 days old\), 4 more/);
    expect(printed[0]).toMatch(/OLD\/USDT +exit-only +1970-01-01T00:00:00Z +open position/);
    expect(pairs('--json')).toBe(0);
    expect(JSON.parse(printed[1] ?? '')).toEqual(universe);
  });

  test('shows the newest changes last', () => {
    const change = {
      atMs: 0,
      version: 1,
      pair: 'BTC/USDT',
      from: 'out',
      to: 'trade',
      why: 'chosen',
    };
    openChangeLog(changesPath(folder), 10).add([
      UniverseChange.parse(change),
      UniverseChange.parse({ ...change, from: 'trade', to: 'out', why: 'rank 31' }),
    ]);

    pairs('history', '--limit', '1');
    pairs('history', '--limit', '1', '--json');

    expect(printed[0]?.split('\n')).toEqual([
      'time                  universe  pair      change       why',
      '1970-01-01T00:00:00Z         1  BTC/USDT  trade > out  rank 31',
    ]);
    expect(JSON.parse(printed[1] ?? '')).toMatchObject({ from: 'trade', why: 'rank 31' });
  });

  test('says that there is no history yet, and nothing at all as JSON', () => {
    expect(pairs('history')).toBe(0);
    expect(pairs('history', '--json')).toBe(0);

    expect(printed).toEqual(['no pair has come or gone yet']);
  });

  test('takes a limit for the history alone', () => {
    expect(() => pairs('--limit', '5')).toThrow('--limit goes with "pairs history"');
    expect(() => pairs('history', '--limit', '0')).toThrow('from 1 to 10000');
  });

  test('tells the chain that is configured', () => {
    pairs('test');

    expect(printed[0]?.split('\n')).toEqual([
      '   step    parameters',
      '1  static  pairs as in the section of that name: all that the venue has',
    ]);
    expect(() => pairs('tset')).toThrow('expected "pairs"');
  });
});
