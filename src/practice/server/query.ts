/**
 * Query parameters of the REST API, checked in the venue's order: count and names first, then
 * each value as it is read, with its codes -1100 to -1130.
 */
import {
  duplicateParameter,
  duplicateSymbols,
  emptyParameter,
  illegalCharacters,
  invalidParameter,
  invalidSymbol,
  mandatoryParameter,
  tooManyParameters,
  unreadParameters,
} from './api-error.ts';

const SYMBOL = /^[A-Z0-9-_.]{1,20}$/;
const SYMBOL_RANGE = '^[A-Z0-9-_.]{1,20}$';
const SYMBOL_LIST = /^\[("[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}")*)?\]$/;
const SYMBOL_LIST_RANGE = '^\\[("[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}){0,1}\\]$';
const NUMBER = /^[0-9]{1,20}$/;
const NUMBER_RANGE = '^[0-9]{1,20}$';
// Times past this are microseconds (the API takes both): 10^14 ms is the year 5138.
export const MICROSECONDS_FROM = 1e14;

export interface Query {
  has(name: string): boolean;
  text(name: string): string | undefined;
  /** Mandatory; the symbol must be one of `known`. */
  symbol(known: ReadonlyMap<string, unknown>): string;
  /** `symbol=` or `symbols=[..]` or neither (undefined). Both together are a bad combination. */
  symbols(known: ReadonlyMap<string, unknown>): readonly string[] | undefined;
  whole(name: string): number | undefined;
  timeMs(name: string): number | undefined;
  /** A limit from 1; above `max` it is cut to `max`, as the venue does. */
  limit(fallback: number, max: number): number;
}

export function parseQuery(search: URLSearchParams, allowed: readonly string[]): Query {
  checkNames([...search.keys()], allowed);
  const text = (name: string): string | undefined => {
    const value = search.get(name);
    if (value === '') throw emptyParameter(name);
    return value ?? undefined;
  };
  const whole = (name: string): number | undefined => wholeNumber(name, text(name));
  return {
    has: (name) => search.has(name),
    text,
    symbol: (known) => knownSymbol('symbol', text('symbol'), known),
    symbols: (known) => {
      if (search.has('symbol')) return [knownSymbol('symbol', text('symbol'), known)];
      const list = text('symbols');
      return list === undefined ? undefined : symbolList(list, known);
    },
    whole,
    timeMs: (name) => {
      const value = whole(name);
      return value !== undefined && value >= MICROSECONDS_FROM ? Math.floor(value / 1000) : value;
    },
    limit: (fallback, max) => {
      const value = whole('limit') ?? fallback;
      if (value < 1) throw invalidParameter('limit');
      return Math.min(value, max);
    },
  };
}

function checkNames(names: readonly string[], allowed: readonly string[]): void {
  if (new Set(names).size !== names.length) throw duplicateParameter();
  if (names.length > allowed.length) throw tooManyParameters(allowed.length, names.length);
  const read = names.filter((name) => allowed.includes(name)).length;
  if (read < names.length) throw unreadParameters(read, names.length);
}

function knownSymbol(
  name: string,
  symbol: string | undefined,
  known: ReadonlyMap<string, unknown>,
): string {
  if (symbol === undefined) throw mandatoryParameter(name);
  if (!SYMBOL.test(symbol)) throw illegalCharacters(name, SYMBOL_RANGE);
  if (!known.has(symbol)) throw invalidSymbol();
  return symbol;
}

function symbolList(list: string, known: ReadonlyMap<string, unknown>): readonly string[] {
  if (!SYMBOL_LIST.test(list)) throw illegalCharacters('symbols', SYMBOL_LIST_RANGE);
  const symbols = list
    .slice(1, -1)
    .split(',')
    .filter(Boolean)
    .map((item) => item.slice(1, -1));
  if (symbols.length === 0) throw invalidParameter('symbols');
  if (new Set(symbols).size !== symbols.length) throw duplicateSymbols();
  for (const symbol of symbols) if (!known.has(symbol)) throw invalidSymbol();
  return symbols;
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!NUMBER.test(text)) throw illegalCharacters(name, NUMBER_RANGE);
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw invalidParameter(name);
  return value;
}
