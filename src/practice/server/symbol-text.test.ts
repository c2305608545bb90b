import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalText, symbolText } from './symbol-text.ts';

const SPEC = {
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  priceDigits: 2,
  qtyDigits: 5,
  tickSize: '0.01',
  stepSize: '0.00001',
  minNotional: '5',
  minQty: '0.00001',
  maxQty: '9000',
};

describe('symbol text', () => {
  it('writes eight decimals as the venue does', () => {
    const text = symbolText(SPEC);

    expect(text.price(5_812_345)).toBe('58123.45000000');
    expect(text.price(1)).toBe('0.01000000');
    expect(text.quantity(123)).toBe('0.00123000');
    expect(text.quantity(0)).toBe('0.00000000');
    expect(text.quote(5_812_345 * 123)).toBe('71.49184350');
  });

  it('multiplies by a tick that is not a power of ten', () => {
    const text = symbolText({ ...SPEC, tickSize: '0.25000000', stepSize: '10.0' });

    expect(text.price(5)).toBe('1.25000000');
    expect(text.quantity(3)).toBe('30.00000000');
  });

  it('cuts digits past the eighth and keeps the sign', () => {
    expect(decimalText(1_234_567_891, 9)).toBe('1.23456789');
    expect(decimalText(-5, 2)).toBe('-0.05000000');
  });

  it('reads back as the same whole number for every safe integer', () => {
    const amount = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(amount, fc.integer({ min: 0, max: 8 }), (units, digits) => {
        const [whole = '', fraction = ''] = decimalText(units, digits).split('.');
        return BigInt(whole + fraction.slice(0, digits)) === BigInt(units) && fraction.length === 8;
      }),
    );
  });
});
