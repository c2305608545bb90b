import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { coinOf, sentimentCommand } from './sentiment-command.ts';

describe('sentiment', () => {
  test.each([
    [[], undefined],
    [['btc'], 'BTC'],
    [['BTC/USDT'], 'BTC'],
    [['market'], 'MARKET'],
  ])('takes %j for %s', (words, coin) => expect(coinOf(words)).toBe(coin));

  test.each([[['BTC', 'ETH']], [['B C']], [['']], [['../BTC']], [['BTC&x=1']]])(
    'does not take %j',
    (words) => {
      expect(() => coinOf(words)).toThrow(/sentiment (takes|expects)/);
    },
  );

  test('says that no desk runs, and how to start one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sentiment-command-'));
    try {
      await expect(sentimentCommand(['--data-dir', folder], {})).rejects.toThrow(
        /no desk runs on .*start-bot\.sh starts one/,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
