import { describe, expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import { judgeAccount } from './account.ts';
import type { AccountFacts } from './account.ts';

const GOOD = {
  kind: 'read',
  accountId: '1001',
  totals: [
    { asset: 'USDT', amount: DecimalText.parse('10') },
    { asset: 'DOGE', amount: DecimalText.parse('0') },
  ],
  foreignOrders: 0,
  ownAssets: new Set(['USDT', 'BTC']),
} as const;
const DOGE = [{ asset: 'DOGE', amount: DecimalText.parse('1') }];

describe('the account', () => {
  it.each<[string, AccountFacts, string, RegExp]>([
    ["the desk's own", GOOD, 'pass', /1001/],
    ['with other coins', { ...GOOD, totals: DOGE }, 'warn', /1 assets.*/],
    ['with other orders', { ...GOOD, foreignOrders: 2 }, 'warn', /2 orders of somebody else/],
    ['that cannot be read', { kind: 'away', why: 'bad key' }, 'fail', /bad key/],
  ])('is judged: %s', (_, facts, verdict, words) => {
    const found = judgeAccount(facts);

    expect(found.verdict).toBe(verdict);
    expect(found.text).toMatch(words);
  });
});
