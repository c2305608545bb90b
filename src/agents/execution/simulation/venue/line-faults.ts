/** Chances per request, read or event; the times are what is possible at a real venue. */
export interface LineFaults {
  /** Never arrives: the caller waits until its time is up. */
  readonly lostRequest: number;
  /** Arrives within or beyond recvWindow; the venue refuses the latter, to nobody. */
  readonly lateRequest: number;
  /** Arrives in time and is carried out seconds later, after the caller has given up. */
  readonly slowRequest: number;
  /** Carried out; the answer never comes, by silence or by a reset connection. */
  readonly lostReply: number;
  /** Refused by the venue's own code before anything was done. */
  readonly throttled: number;
  readonly failedRead: number;
  /** A new order or trade is not in the answers of reads for a while. */
  readonly lag: number;
  readonly lostEvent: number;
  readonly doubledEvent: number;
  readonly lateEvent: number;
  /** Per second: the stream breaks and comes back. */
  readonly gap: number;
  /** Per second: the stream falls silent before it breaks. */
  readonly mute: number;
}

export const NO_LINE_FAULTS: LineFaults = {
  lostRequest: 0,
  lateRequest: 0,
  slowRequest: 0,
  lostReply: 0,
  throttled: 0,
  failedRead: 0,
  lag: 0,
  lostEvent: 0,
  doubledEvent: 0,
  lateEvent: 0,
  gap: 0,
  mute: 0,
};

export const BAD_LINE: LineFaults = {
  lostRequest: 0.03,
  lateRequest: 0.03,
  slowRequest: 0.03,
  lostReply: 0.06,
  throttled: 0.03,
  failedRead: 0.05,
  lag: 0.1,
  lostEvent: 0.05,
  doubledEvent: 0.1,
  lateEvent: 0.1,
  gap: 0.02,
  mute: 0.005,
};

/** What Binance promises to the client, and what the desk's fence is made of. */
export const RECV_WINDOW_MS = 2_000;
export const BACKEND_MS = 10_000;
