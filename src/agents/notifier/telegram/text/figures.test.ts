import { describe, expect, it } from 'vitest';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { gain, money, pairs, percent, span, stepped, table, wrapped } from './figures.ts';

const text = (value: string) => value as DecimalText;

describe('figures for a phone', () => {
  it('write money with two places and its sign where it is a gain', () => {
    expect(money(text('1234567.891'))).toBe('1,234,567.89');
    expect(money(text('-0.001'))).toBe('0.00');
    expect([gain(text('3.2')), gain(text('-3.2')), gain(0)]).toEqual(['+3.20', '-3.20', '0.00']);
    expect(percent(-0.00001)).toBe('0.00%');
  });

  it("write prices and quantities at the venue's step", () => {
    expect(stepped(text('0.0012'), text('0.00001'))).toBe('0.00120');
    expect(stepped(text('65582.787984835229'), text('0.01'))).toBe('65582.79');
    expect(stepped(text('12'), text('1'))).toBe('12');
    expect(stepped(text('65582.787984835229'), undefined)).toBe('65582.788');
  });

  it('write times as short as they can be read', () => {
    expect([5_000, 65_000, 3_900_000, 100_000_000].map(span)).toEqual([
      '5s',
      '1m',
      '1h05',
      '1d03h',
    ]);
  });

  it('align columns, and put what is too wide under its name', () => {
    expect(
      table([
        ['a', '1', '22'],
        ['bbb', '333', '4'],
      ]),
    ).toEqual(['a     1 22', 'bbb 333  4']);
    const rows = pairs([
      ['cash', '1.00'],
      ['reason', 'a long text that does not fit beside it'],
    ]);
    expect(rows[0]).toHaveLength(34);
    expect(rows.slice(1)).toEqual(['reason', '  a long text that does not fit', '  beside it']);
    expect(wrapped('x'.repeat(70), 34).map((row) => row.length)).toEqual([34, 34, 2]);
  });
});
