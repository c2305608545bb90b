/** Bounds of the client of one process. */
export interface HttpLimits {
  readonly sourcesMax: number;
  /** Hosts with connections at the same time, redirects included. */
  readonly originsMax: number;
  readonly connectionsPerOriginMax: number;
  /** Calls to one source under way, and calls that may wait behind them. */
  readonly concurrentPerSourceMax: number;
  readonly waitingPerSourceMax: number;
  /** Answers kept for `If-None-Match`. */
  readonly storeEntriesMax: number;
  readonly storeBytesMax: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  sourcesMax: 64,
  originsMax: 64,
  connectionsPerOriginMax: 4,
  concurrentPerSourceMax: 4,
  waitingPerSourceMax: 64,
  storeEntriesMax: 256,
  storeBytesMax: 8_000_000,
};
