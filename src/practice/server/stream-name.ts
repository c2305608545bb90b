/** Stream names of web-socket-streams.md, parsed. A name that means nothing here is undefined. */
import type { KlineInterval } from '../world.ts';
import { parseInterval } from './interval.ts';

export type StreamKind =
  | 'trade'
  | 'aggTrade'
  | 'kline'
  | 'ticker'
  | 'miniTicker'
  | 'bookTicker'
  | 'depthDiff'
  | 'depthPartial'
  | 'avgPrice'
  | 'allTickers'
  | 'allMiniTickers'
  /** An account's own events; no name of a URL, the WebSocket API subscribes to it. */
  | 'userData';

export interface StreamName {
  readonly name: string;
  readonly kind: StreamKind;
  /** Venue spelling; undefined for the all-market streams. */
  readonly symbol: string | undefined;
  readonly interval?: KlineInterval;
  readonly levels?: number;
  readonly everyMs?: 100 | 1000;
}

const PLAIN: ReadonlyMap<string, StreamKind> = new Map<string, StreamKind>([
  ['trade', 'trade'],
  ['aggTrade', 'aggTrade'],
  ['ticker', 'ticker'],
  ['miniTicker', 'miniTicker'],
  ['bookTicker', 'bookTicker'],
  ['avgPrice', 'avgPrice'],
]);
const ALL: ReadonlyMap<string, StreamKind> = new Map<string, StreamKind>([
  ['!ticker@arr', 'allTickers'],
  ['!miniTicker@arr', 'allMiniTickers'],
]);
const DEPTH = /^depth(5|10|20)?(@100ms|@1000ms)?$/;

export function parseStreamName(
  name: string,
  symbols: ReadonlyMap<string, unknown>,
): StreamName | undefined {
  const all = ALL.get(name);
  if (all !== undefined) return { name, kind: all, symbol: undefined };
  const at = name.indexOf('@');
  const lower = name.slice(0, at);
  const symbol = lower.toUpperCase();
  // "All symbols for streams are lowercase": BTCUSDT@trade is a name without events.
  if (at < 1 || lower !== lower.toLowerCase() || !symbols.has(symbol)) return undefined;
  const parsed = parseChannel(name.slice(at + 1));
  return parsed === undefined ? undefined : { name, symbol, ...parsed };
}

function parseChannel(channel: string): Omit<StreamName, 'name' | 'symbol'> | undefined {
  const plain = PLAIN.get(channel);
  if (plain !== undefined) return { kind: plain };
  if (channel.startsWith('kline_')) {
    const interval = parseInterval(channel.slice('kline_'.length));
    return interval === undefined ? undefined : { kind: 'kline', interval };
  }
  const depth = DEPTH.exec(channel);
  if (depth === null) return undefined;
  const everyMs = depth[2] === '@100ms' ? 100 : 1000;
  if (depth[1] === undefined) return { kind: 'depthDiff', everyMs };
  return { kind: 'depthPartial', everyMs, levels: Number(depth[1]) };
}

/** The channel of one account's own events. Faults know all of them as `userData`. */
export function userStream(uid: number): StreamName {
  return { name: `userData:${uid}`, kind: 'userData', symbol: undefined };
}
