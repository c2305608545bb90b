import { expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { PermanentError, TransientError } from '#platform/errors.ts';
import { createTradingSymbols } from './trading-symbols.ts';

const [BTC, SOL] = [Pair.parse('BTC/USDT'), Pair.parse('SOL/USDT')];

function symbols() {
  const asked: string[] = [];
  const made = createTradingSymbols({
    pairs: [BTC],
    ask: (names) => {
      asked.push(names.join(' '));
      return names.includes('GONEUSDT')
        ? Promise.reject(new PermanentError('venue-unknown-symbol', 'invalid symbol'))
        : Promise.resolve(names.map((symbol) => ({ symbol, pair: SOL })));
    },
  });
  return { ...made, asked };
}

it('learns the others when the venue does not know one of the symbols', async () => {
  const known = symbols();

  await known.learn(['BTCUSDT', 'GONEUSDT', 'SOLUSDT']);
  await known.learn(['GONEUSDT']);

  expect(known.pairOf('SOLUSDT')).toBe(SOL);
  expect(known.pairOf('GONEUSDT')).toBeUndefined();
  expect(known.asked, 'and asks for none again').toEqual([
    'GONEUSDT SOLUSDT',
    'GONEUSDT',
    'SOLUSDT',
  ]);
});

it('takes a venue that does not answer for no word about them', async () => {
  const known = createTradingSymbols({
    pairs: [],
    ask: () => Promise.reject(new TransientError('venue-unreachable', 'away')),
  });

  await expect(known.learn(['SOLUSDT'])).rejects.toThrow('away');

  expect(known.isKnown('SOLUSDT')).toBe(false);
});
