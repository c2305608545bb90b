import { describe, expect, it } from 'vitest';
import { ApiError } from './api-error.ts';
import { parseQuery } from './query.ts';
import type { Query } from './query.ts';

const KNOWN = new Map([
  ['BTCUSDT', 1],
  ['ETHUSDT', 1],
]);
const NAMES = ['symbol', 'symbols', 'limit', 'startTime'];

function refusal(search: string, read: (query: Query) => unknown): string {
  try {
    read(parseQuery(new URLSearchParams(search), NAMES));
  } catch (error) {
    if (error instanceof ApiError) return `${error.status} ${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

const symbol = (query: Query): unknown => query.symbol(KNOWN);
const symbols = (query: Query): unknown => query.symbols(KNOWN);
const limit = (query: Query): unknown => query.limit(500, 1000);

describe('query parameters', () => {
  it.each([
    [
      '',
      symbol,
      "400 -1102 Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.",
    ],
    ['symbol=', symbol, "400 -1105 Parameter 'symbol' was empty."],
    ['symbol=NOPE', symbol, '400 -1121 Invalid symbol.'],
    [
      'symbol=btcusdt',
      symbol,
      "400 -1100 Illegal characters found in parameter 'symbol'; legal range is '^[A-Z0-9-_.]{1,20}$'.",
    ],
    [
      'symbol=BTCUSDT&symbol=BTCUSDT',
      symbol,
      '400 -1101 Duplicate values for a parameter detected.',
    ],
    [
      'symbol=BTCUSDT&colour=red',
      symbol,
      "400 -1104 Not all sent parameters were read; read '1' parameter(s) but was sent '2'.",
    ],
    [
      'a=1&b=2&c=3&d=4&e=5',
      symbol,
      "400 -1101 Too many parameters; expected '4' and received '5'.",
    ],
    [
      'symbols=["BTCUSDT","BTCUSDT"]',
      symbols,
      '400 -1151 Symbol is present multiple times in the list.',
    ],
    ['symbols=["BTCUSDT","NOPE"]', symbols, '400 -1121 Invalid symbol.'],
    ['symbols=[]', symbols, "400 -1130 Data sent for parameter 'symbols' is not valid."],
    [
      'limit=ten',
      limit,
      "400 -1100 Illegal characters found in parameter 'limit'; legal range is '^[0-9]{1,20}$'.",
    ],
    ['limit=0', limit, "400 -1130 Data sent for parameter 'limit' is not valid."],
  ])('refuses %s in the venue’s words', (search, read, expected) => {
    expect(refusal(search, read)).toBe(expected);
  });

  it('reads one symbol, a list or none', () => {
    const read = (search: string): unknown =>
      symbols(parseQuery(new URLSearchParams(search), NAMES));

    expect(read('symbol=BTCUSDT')).toEqual(['BTCUSDT']);
    expect(read('symbols=["ETHUSDT","BTCUSDT"]')).toEqual(['ETHUSDT', 'BTCUSDT']);
    expect(read('')).toBeUndefined();
  });

  it('cuts a limit to the maximum and takes microseconds for milliseconds', () => {
    const query = parseQuery(new URLSearchParams('limit=5000&startTime=1700000000123456'), NAMES);

    expect(query.limit(500, 1000)).toBe(1000);
    expect(query.timeMs('startTime')).toBe(1_700_000_000_123);
  });
});
