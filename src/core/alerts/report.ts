/** A daily or weekly report in words; the figures come from the ledger. */
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Halt } from '#core/model/halt.ts';
import type { Position } from '#core/model/position.ts';
import { add, format, sub, toNumber, ZERO } from '#core/money/decimal.ts';
import { type ClosedTrade, countTrades } from '#core/portfolio/closed-trade.ts';
import { type EquitySample, performance } from '#core/portfolio/performance.ts';
import { profitByPair } from '#core/portfolio/profit-tables.ts';
import { amountText, percentText, signedText } from './amount-text.ts';

export interface ReportFacts {
  readonly unit: 'day' | 'week';
  readonly firstDay: string;
  readonly lastDay: string;
  readonly mode: string;
  readonly account: string;
  readonly quoteAsset: string;
  /** Closed within the time, newest first. */
  readonly trades: readonly ClosedTrade[];
  /** Of the time, oldest first; thinned out. */
  readonly equity: readonly EquitySample[];
  /** At the begin and the end of the time; undefined when the ledger has none. */
  readonly equityBefore: DecimalText | undefined;
  readonly equityAfter: DecimalText | undefined;
  /** Now. */
  readonly positions: readonly Position[];
  readonly halts: readonly Halt[];
  /** Of the time: kinds of the halts that began, one for each. */
  readonly haltsBegun: readonly string[];
  /** Share of the minutes in which the desk valued its account. */
  readonly upFraction: number;
  /** `sequence:hash`; whoever keeps it can prove later that nothing before it was altered. */
  readonly auditHead: string | undefined;
  readonly version: string;
}

export interface Report {
  readonly title: string;
  readonly lines: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
}

const POSITIONS_SHOWN = 10;

export function reportOf(facts: ReportFacts): Report {
  const { trades, quoteAsset } = facts;
  const count = countTrades(trades);
  const figures = performance({
    equity: facts.equity,
    profits: trades.map(({ profitQuote }) => toNumber(profitQuote)),
    feesQuote: 0,
  });
  const change = changeOf(facts);
  const result = change ?? count.profitQuote;
  return {
    title: `${titleOf(facts)}: ${signedText(result)} ${quoteAsset}`,
    lines: [
      ...equityLines(facts, change),
      tradesLine(facts, count, figures.profitFactor),
      ...pairLines(facts),
      `fees of closed trades ${amountText(feesOf(trades))} ${quoteAsset}`,
      ...(figures.maxDrawdownFraction === undefined
        ? []
        : [`deepest fall ${percentText(figures.maxDrawdownFraction)}`]),
      ...positionLines(facts),
      haltLine(facts),
      ...begunLine(facts),
      `the desk ran ${percentText(facts.upFraction)} of the time`,
      ...(facts.auditHead === undefined ? [] : [`audit head ${facts.auditHead}`]),
      `${facts.mode}, account ${facts.account}, version ${facts.version}`,
    ],
    fields: {
      account: facts.account,
      firstDay: facts.firstDay,
      lastDay: facts.lastDay,
      trades: String(count.trades),
      wins: String(count.wins),
      losses: String(count.losses),
      profitQuote: count.profitQuote,
      ...(facts.equityAfter === undefined ? {} : { equityQuote: facts.equityAfter }),
      ...(facts.auditHead === undefined ? {} : { auditHead: facts.auditHead }),
    },
  };
}

function titleOf({ unit, firstDay, lastDay }: ReportFacts): string {
  return unit === 'day' ? `day ${firstDay}` : `week ${firstDay} to ${lastDay}`;
}

function changeOf({ equityBefore, equityAfter }: ReportFacts): DecimalText | undefined {
  if (equityBefore === undefined || equityAfter === undefined) return undefined;
  return format(sub(equityAfter, equityBefore));
}

function equityLines(facts: ReportFacts, change: DecimalText | undefined): string[] {
  const { equityBefore, equityAfter, quoteAsset } = facts;
  if (equityBefore === undefined || equityAfter === undefined || change === undefined) {
    return ['equity not known for this time: the desk did not run'];
  }
  const before = toNumber(equityBefore);
  const share = before === 0 ? '' : ` (${percentText(toNumber(change) / before)})`;
  return [`equity ${amountText(equityAfter)} ${quoteAsset}, ${signedText(change)}${share}`];
}

function tradesLine(
  { quoteAsset }: ReportFacts,
  count: ReturnType<typeof countTrades>,
  profitFactor: number | undefined,
): string {
  const { trades, wins, losses, profitQuote } = count;
  if (trades === 0) return 'no trade was closed';
  const factor = profitFactor === undefined ? '' : `, profit factor ${profitFactor.toFixed(2)}`;
  const rate = percentText(wins / trades);
  return `${trades} closed trades, ${wins} won, ${losses} lost (${rate} won), ${signedText(profitQuote)} ${quoteAsset}${factor}`;
}

function pairLines({ trades, quoteAsset }: ReportFacts): string[] {
  const pairs = profitByPair(trades);
  const [best] = pairs;
  const worst = pairs.at(-1);
  if (best === undefined || worst === undefined) return [];
  const text = (what: string, { pair, profitQuote }: typeof best): string =>
    `${what} ${pair} ${signedText(profitQuote)} ${quoteAsset}`;
  return pairs.length === 1
    ? [text('all of it', best)]
    : [text('best', best), text('worst', worst)];
}

function positionLines({ positions, quoteAsset }: ReportFacts): string[] {
  if (positions.length === 0) return ['nothing is held'];
  const shown = positions.slice(0, POSITIONS_SHOWN).map(({ pair, qty, costQuote, stopPrice }) => {
    const stop = stopPrice === undefined ? 'no stop' : `stop ${stopPrice}`;
    return `held: ${pair} ${qty} for ${amountText(costQuote)} ${quoteAsset}, ${stop}`;
  });
  const more = positions.length - shown.length;
  return more > 0 ? [...shown, `and ${more} more`] : shown;
}

function haltLine({ halts }: ReportFacts): string {
  if (halts.length === 0) return 'entries are open';
  return `halted: ${halts.map(({ kind, liftedBy }) => `${kind} (lifted by: ${liftedBy})`).join('; ')}`;
}

function begunLine({ haltsBegun }: ReportFacts): string[] {
  if (haltsBegun.length === 0) return [];
  const kinds = [...Map.groupBy(haltsBegun, (kind) => kind)];
  return [`halts that began: ${kinds.map(([kind, all]) => `${kind} ${all.length}`).join(', ')}`];
}

function feesOf(trades: readonly ClosedTrade[]): DecimalText {
  return format(trades.reduce((total, { feesQuote }) => add(total, feesQuote), ZERO));
}
