import { describe, expect, it } from 'vitest';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { ACCOUNT, orderOf, T0, tempLedger, text, trade } from '#ledger/ledger.fixture.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { silentLog } from '#platform/log/log.ts';
import { Pair } from '#core/model/pair.ts';
import { PracticeMarket } from './config.ts';
import { keepMarket, marketOf } from './own-market.ts';

const PRACTICE = { name: 'practice', base_url: 'http://127.0.0.1:4711' };

function keep(
  ledger: Ledger,
  market: string,
  pairs: readonly Pair[] | 'all' = 'all',
): Promise<void> {
  const at = { account: ACCOUNT, dataDir: '/desk/data', nowMs: T0, log: silentLog() };
  return keepMarket(ledger, { ...at, market, pairs });
}

const marketIn = (ledger: Ledger) => ledger.read((query) => query.market());

describe('the market of an account', () => {
  it('is kept from the first start on', async () => {
    await using temp = await tempLedger();
    await keep(temp.ledger, 'binance');
    const reopened = await temp.reopen();
    await keep(reopened, 'binance');

    const reader = await openLedgerReader(temp.path);
    expect(await reader.meta()).toMatchObject({ market: 'binance' });
    expect((await reader.operatorActions({ limit: 5 })).rows).toEqual([]);
    await reader.close();
  });

  it('cannot change while a position is open', async () => {
    await using temp = await tempLedger();
    await keep(temp.ledger, 'practice seed 7 volatility 4');
    await trade(temp.ledger, { id: 'b1', trade: 'b1' });

    await expect(keep(temp.ledger, 'binance')).rejects.toMatchObject({
      code: 'config',
      message:
        'the account in /desk/data has 1 position and 0 orders open on practice seed 7 volatility 4, this start asks for binance: give another folder with --data-dir, or start as before and flatten first',
    });
    expect(await marketIn(temp.ledger)).toBe('practice seed 7 volatility 4');
  });

  it('cannot change while an order is open', async () => {
    await using temp = await tempLedger();
    await keep(temp.ledger, 'binance');
    await temp.ledger.transaction((tx) => tx.createOrder(orderOf({ id: 'a1' }), text('500')));

    await expect(keep(temp.ledger, 'kraken')).rejects.toThrow('0 positions and 1 order open');
  });

  it('includes every pair that is held', async () => {
    await using temp = await tempLedger();
    await trade(temp.ledger, { id: 'b1', trade: 'b1' });
    const [held] = await temp.ledger.read((query) => query.positions(ACCOUNT));
    const other = Pair.parse('ZZZ/USDT');

    await expect(keep(temp.ledger, 'binance', [other])).rejects.toThrow(
      `has a position or an order on ${held?.pair}, which pairs leaves out`,
    );
    await keep(temp.ledger, 'binance', [other, ...(held ? [held.pair] : [])]);
  });

  it('changes with a flat account, which is written down', async () => {
    await using temp = await tempLedger();
    await keep(temp.ledger, 'binance');
    await trade(temp.ledger, { id: 'b1', trade: 'b1' });
    await trade(temp.ledger, { id: 's1', trade: 's1', side: 'sell' });
    await keep(temp.ledger, 'kraken');

    expect(await marketIn(temp.ledger)).toBe('kraken');
    const reader = await openLedgerReader(temp.path);
    expect((await reader.operatorActions({ limit: 5 })).rows).toMatchObject([
      { kind: 'market-changed', reason: 'was on binance, flat', result: 'now on kraken' },
    ]);
    await reader.close();
  });

  it('is taken over as it is by a ledger that never heard of one', async () => {
    await using temp = await tempLedger();
    await trade(temp.ledger, { id: 'b1', trade: 'b1' });
    await keep(temp.ledger, 'binance');

    expect(await marketIn(temp.ledger)).toBe('binance');
  });

  it('is named by what decides its prices', () => {
    const text = (exchange: typeof PRACTICE | { name: string; base_url: null }, practice: object) =>
      marketOf({ exchange, practice: PracticeMarket.parse(practice) });
    const files = ['/a/SOL.csv', '/a/ETH.csv', '/a/BTC.csv', '/a/ADA.csv'];

    expect(text(PRACTICE, { seed: 7 })).toBe('practice seed 7 volatility 4');
    expect(text({ name: 'binance', base_url: null }, {})).toBe('binance');
    expect(text({ ...PRACTICE, name: 'binance' }, {})).toBe('binance at http://127.0.0.1:4711');
    expect(text(PRACTICE, { replay: { files: ['/a/BTC.csv'], from: '2021-04-20' } })).toBe(
      'replay of BTC.csv from 2021-04-20 at 60x',
    );
    const many = text(PRACTICE, { replay: { files } });
    expect(many).toMatch(
      /^replay of ADA\.csv, BTC\.csv, ETH\.csv and 1 more \(\w{6}\) from its start/,
    );
    expect(text(PRACTICE, { replay: { files: files.toReversed() } })).toBe(many);
  });
});
