import { toNumber } from '#core/money/decimal.ts';
import type { Quote } from '#core/model/market.ts';
import type { GateInput } from './gate-input.ts';
import type { GateReason } from './gate-verdict.ts';

/** The part of an intent to enter that the checks look at. */
interface EntryWish {
  readonly expiresAtMs: number;
  readonly stopDistanceFraction: number;
}

/**
 * Everything that refuses an entry whatever its size. Fail closed: what is not known is a reason.
 * All that apply are returned, so the record shows the whole picture.
 */
export function entryRefusals(input: GateInput, wish: EntryWish): GateReason[] {
  return [
    ...intentReasons(input, wish),
    ...deskReasons(input),
    ...accountReasons(input),
    ...pairReasons(input),
    ...marketReasons(input),
    ...riskReasons(input),
  ];
}

function intentReasons({ nowMs, limits }: GateInput, wish: EntryWish): GateReason[] {
  const reasons: GateReason[] = [];
  if (nowMs > wish.expiresAtMs) {
    reasons.push({ code: 'expired', found: nowMs, limit: wish.expiresAtMs });
  }
  const found = wish.stopDistanceFraction;
  const { stop_distance_min: low, stop_distance_max: high } = limits;
  if (found < low || found > high) {
    reasons.push({ code: 'stop-distance', found, limit: found < low ? low : high });
  }
  return reasons;
}

function deskReasons(input: GateInput): GateReason[] {
  const { halts, isPairReady, isPairJoining = false, standing, hasUnknownCommand } = input;
  const reasons: GateReason[] = halts.map(({ kind }) => ({ code: 'halted', found: kind }));
  if (!isPairReady) reasons.push({ code: 'pair-not-ready' });
  // Of a pair that is left out nobody is going to ask.
  if (isPairJoining && standing !== 'not-selected') reasons.push({ code: 'pair-joining' });
  if (hasUnknownCommand) reasons.push({ code: 'unknown-command' });
  return reasons;
}

function accountReasons({ account, limits }: GateInput): GateReason[] {
  const reasons: GateReason[] = [];
  if (account.hasStaleMark) reasons.push({ code: 'stale-mark' });
  if (toNumber(account.equityQuote) <= 0) {
    reasons.push({ code: 'no-equity', found: account.equityQuote });
  }
  const upTo = [
    ['daily-loss', account.dayLossFraction, limits.daily_loss_max],
    ['drawdown', account.drawdownFraction, limits.drawdown_halt],
    ['losses-in-row', account.lossesInRow, limits.losses_in_row_max],
  ] as const;
  for (const [code, found, limit] of upTo) {
    // Written so that a figure that is not a number refuses too; JSON has none, so it is text.
    if (found < limit) continue;
    reasons.push({ code, found: Number.isFinite(found) ? found : String(found), limit });
  }
  return reasons;
}

function pairReasons(input: GateInput): GateReason[] {
  const { intent, positions, entries, limits, instrument, standing } = input;
  const reasons: GateReason[] = [];
  if (standing === 'exit-only') reasons.push({ code: 'pair-exit-only' });
  if (standing === 'not-selected') reasons.push({ code: 'pair-not-selected' });
  if (instrument === undefined) reasons.push({ code: 'no-instrument' });
  else if (instrument.status !== 'trading') {
    reasons.push({ code: 'pair-not-trading', found: instrument.status });
  }
  const used = new Set([...positions, ...entries].map(({ pair }) => pair));
  if (used.has(intent.pair)) reasons.push({ code: 'duplicate-pair' });
  else if (used.size >= limits.open_positions_max) {
    reasons.push({
      code: 'max-open-positions',
      found: used.size,
      limit: limits.open_positions_max,
    });
  }
  return reasons;
}

function riskReasons({ nowMs, intent, risk, limits }: GateInput): GateReason[] {
  const limit = limits.risk_state_age_max_ms;
  if (limit === null) return [];
  if (risk === undefined) return [{ code: 'risk-unknown', limit }];
  if (!isFresh(nowMs - risk.atMs, limit)) {
    return [{ code: 'risk-unknown', found: nowMs - risk.atMs, limit }];
  }
  const reasons: GateReason[] = [];
  if (risk.level !== 'normal' && risk.level !== 'warn') {
    reasons.push({ code: 'risk-level', found: risk.level });
  }
  const pair = risk.pairs.get(intent.pair);
  if (pair === undefined) return [...reasons, { code: 'risk-unknown', found: intent.pair }];
  if (!(pair.volatility <= limits.daily_volatility_max)) {
    const { daily_volatility_max: most } = limits;
    reasons.push({ code: 'daily-volatility', found: pair.volatility, limit: most });
  }
  return reasons;
}

function marketReasons({ nowMs, freshMs, quote, limits }: GateInput): GateReason[] {
  const reasons: GateReason[] = [];
  const limit = limits.data_age_max_ms;
  if (freshMs === undefined) reasons.push({ code: 'stale-data', limit });
  else if (!isFresh(nowMs - freshMs, limit)) {
    reasons.push({ code: 'stale-data', found: nowMs - freshMs, limit });
  }
  if (quote === undefined) return [...reasons, { code: 'no-quote' }];
  if (!isFresh(nowMs - quote.receivedMs, limit)) {
    reasons.push({ code: 'stale-quote', found: nowMs - quote.receivedMs, limit });
  }
  return [...reasons, ...spreadReasons(quote, limits.spread_max)];
}

// Data from the future is as wrong as old data: one of the clocks is off.
function isFresh(ageMs: number, ageMsMax: number): boolean {
  return Math.abs(ageMs) <= ageMsMax;
}

function spreadReasons(quote: Quote, limit: number): GateReason[] {
  const bid = toNumber(quote.bid);
  const ask = toNumber(quote.ask);
  if (!(bid > 0 && ask >= bid)) {
    return [{ code: 'crossed-quote', found: `${quote.bid}/${quote.ask}` }];
  }
  const found = (ask - bid) / ((ask + bid) / 2);
  return found > limit ? [{ code: 'spread', found, limit }] : [];
}
