import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { NOTHING_SELECTED } from '#core/pairs/selection.ts';
import { universePath, writeUniverse } from '#universe/universe-file.ts';
import { ConfigError, TransientError } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import { followedPairs, openFollowed } from './followed-pairs.ts';

const [BTC, SOL] = ['BTC/USDT', 'SOL/USDT'].map((text) => Pair.parse(text)) as [Pair, Pair];
const VOLUME = { chain: [{ name: 'volume' }, { name: 'max' }] };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightdesk-followed-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function followed(changed: object = {}, open: readonly { readonly pair: Pair }[] = []) {
  const config = {
    pairs: [BTC],
    quote_asset: 'USDT',
    exchange: { name: 'binance' },
    data_dir: folder,
    pair_selector: VOLUME,
    ...changed,
  };
  return followedPairs(config, open);
}

function choose(pair: Pair): void {
  const one = { pair, standing: 'trade', sinceMs: 1, why: 'volume' } as const;
  const universe = { atMs: 1, version: 1, pairs: [one], chain: [] };
  writeUniverse(universePath(folder), { universe, selection: NOTHING_SELECTED, wish: '' });
}

describe('the pairs that execution follows', () => {
  it('are those of the config and those chosen last', () => {
    choose(SOL);

    expect(followed()).toEqual([BTC, SOL]);
    expect(followed({ pairs: [], exchange: { name: 'practice' } })).toBe('all');
  });

  it('are those of the config alone where nothing is chosen', () => {
    expect(followed()).toEqual([BTC]);
    choose(SOL);
    expect(followed({ pair_selector: { chain: [{ name: 'static' }] } })).toEqual([BTC]);
  });

  it('are also those of open positions and orders where a chain chooses', () => {
    const isStatic = { pair_selector: { chain: [{ name: 'static' }] } };

    expect(followed({}, [{ pair: SOL }, { pair: BTC }])).toEqual([BTC, SOL]);
    expect(followed(isStatic, [{ pair: SOL }]), 'nobody would bring it in').toEqual([BTC]);
  });
});

describe('a venue for the pairs that are followed', () => {
  const pairs = { followed: [BTC, SOL], configured: [BTC] };

  it('is opened for those of the config when it has one of the others no more', async () => {
    const open = (some: readonly Pair[] | 'all') =>
      some.includes(SOL) ? Promise.reject(new ConfigError('no SOL')) : Promise.resolve(some);

    expect(await openFollowed(pairs, open, silentLog())).toEqual([BTC]);
  });

  it('that does not answer is not taken for one without the pair', async () => {
    const open = (): Promise<never> => Promise.reject(new TransientError('away', 'away'));

    await expect(openFollowed(pairs, open, silentLog())).rejects.toThrow('away');
  });
});
